"""Weather warnings and emergency plans.

::

    tools.py        emergencies.warnings, plan, first, checklist, advice, rain, levels
    asked.py        what they are asked        answers.py   what they bring back
    plans.py        a plan as data: facts, levels with conditions, steps, advice; each quotes its article
    judging.py      which level the facts reach, three-valued; what is missing
    judged.py       the same on what is said (hearing.py) and what is measured (measuring.py, weather.py)
    duties.py       who acts, in which order   planning.py  plans for the reader
    roster.py       units by their names
    kinds.py        kinds of warnings          warned.py    warnings in force and advice
    rain.py         rain of a period, water levels     rained.py   rain where it is asked for
    thresholds.py   the city's marks for rain and water
    quotes.py       every quote, for the check of a pack
    data.py         datasets                   example.py   the example city's feeds
"""
