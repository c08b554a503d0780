"""Sights of the city: when they are open, how full they are, and a day among them.

::

    data.py       registers of sights, opening hours, closures; visitors inside
    opening.py    when a sight is open on a day: season, weekday, public holiday, closure
    crowd.py      how full sights are now, and usually at an hour
    travel.py     time from place to place: our own estimate from distance
    rules.py      tourism/rules.yaml of the pack
    sights.py     the registers as typed rows
    route.py      the best order of stops in a day (orienteering with time windows)
    day.py        which sights may be stops of the day, what they are worth, the plan
    models.py     arguments and results
    asking.py     a day made definite, and its plan as told
    telling.py    one sight, and how full the sights are
    tools.py      tourism.sight, tourism.crowding, tourism.plan
    example.py    the example city's sights and visitors
"""
