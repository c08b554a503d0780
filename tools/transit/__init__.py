"""Buses, metro and ferries by timetable: stops, a line's day, what leaves a stop, the way from one place to another.

::

    data.py       datasets: the timetable (a GTFS zip), the names of lines and stops
    gtfs.py       reads a GTFS zip: stops, lines, trips with their times, calendars
    day.py        the trips that run on a day, as patterns that a journey can be searched in
    raptor.py     the earliest arrival with few changes
    choosing.py   which journeys to offer: leaving as late as they can, other ways, the last one home
    network.py    the timetable with its registers: which line or stop a name means, whether it holds on a day
    rules.py      the city's rules: words in names, parts of the day, how far one walks
    board.py      what leaves a stop
    courses.py    a line's day: first and last trip, headways
    telling.py    a journey as an option that readers follow
    answers.py    what the tools are asked and what they bring back
    tools.py      the tools
    example.py    an example timetable; recipe_example.py and roads_example.py make its lines and stops
"""
