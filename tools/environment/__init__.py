"""Air and water: what is in them now, against the national standards, and how a period went.

::

    tools.py        environment.air, air_days, water, tap_water
    asked.py        what they are asked          answers.py      what they bring back
    air_rules.py    the air quality index of an hour or a day, from the pack's dated tables
    stations.py     which stations speak for a place, a district, the city
    air.py          the air now                  days.py         daily means that are valid
    air_days.py     a period: good days, worst day
    water_rules.py  classes of surface water     water.py        sections of a river or lake
    tap_rules.py    limits of drinking water     tap_water.py    a plant's monthly report
    months.py       months as they are asked for and told
    data.py         datasets
    example.py      the example city's feeds: air; water_example.py: rivers, lakes and taps
"""
