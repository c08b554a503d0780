"""Vital signs of a city: what each is now, what is usual for it at this hour, and what is not.

::

    catalogue.py  the city's signs: owner, unit, limits, what drives them; finding one by its name
    data.py       the datasets
    tools.py      the tools; answers.py what they are asked and bring back
    looking.py    one sign now, and over some days
    alerted.py    beyond limits and unusual, now or over some days
    briefed.py    the draft of the morning briefing
    listing.py    the catalogue as its readers may see it
    view.py       signs over some hours with what was usual; drawing.py their charts
    reading.py    rows of the feeds as a board: signs × hours, with free days and weather
    scale.py      the scale on which a sign varies evenly
    expected.py   what a value should be: robust regression on hour, kind of day, weather, past rows only
    evidence.py   how far each hour lies from that, by several measures
    watch.py      both, week by week, for a board
    alarms.py     from when to when a sign was unusual, and what several have in common; kinds.py in what way
    spells.py     long holidays
    simulate.py   the example's series; planting.py puts anomalies into them, example.py writes the files
"""
