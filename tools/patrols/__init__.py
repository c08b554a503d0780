"""Drones and patrols.

::

    tools.py      patrols.nearest, status, propose (a draft that a person confirms), assign
    asked.py      what they are asked           answers.py    what they bring back
    fleet.py      units as they are now, wind and rain
    reach.py      ways, minutes, battery, and why somebody cannot go
    paths.py      the shortest way around no-fly zones     roads.py   ways by road
    plane.py      metres and the wind triangle  zones.py      no-fly zones closed now
    rules.py      the pack's rules: flight, drive, events, zones around landmarks
    assigning.py  the best assignment of several events
    looking.py    nearest, counts, assignments for the reader      proposing.py   a proposed dispatch
    data.py       datasets                      example.py    the example city's feeds
"""
