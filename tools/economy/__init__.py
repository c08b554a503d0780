"""Economic indicators of a city and its districts, as published: values, growth, comparisons, early warning.

::

    tools.py      economy.indicator, compare, warnings
    asked.py      what they are asked            answers.py   what they bring back
    catalogue.py  the city's indicators: unit, spans, how growth is known, when they are due
    figures.py    figures as they stand published, with what stood before
    periods.py    which month and span a question means
    growth.py     growth: as published, or computed where that is right
    indicator.py  one indicator                  compare.py   districts, or two periods
    lights.py     warning lights from robust history
    warnings.py   the lights of all members, and the composite
    data.py       datasets                       example.py   the example city's feeds
"""
