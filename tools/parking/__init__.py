"""Car parks of the whole city: what is free, what it costs, how full it will be, where there are too few.

::

    data.py       datasets: the register of car parks, free places, cars and arrivals of each hour
    fees.py       fee rules as data, and what a stay costs by them
    opening.py    when a car park may be used
    lots.py       car parks with their free places, found by name, by distance or along a way
    demand.py     places against demand, use by the hour, turnover
    forecast.py   how full a car park will be, with an interval and a back-test
    answers.py    what the tools are asked and what they bring back
    tools.py      the tools
    example.py    example feeds; lots_example.py makes their register
"""
