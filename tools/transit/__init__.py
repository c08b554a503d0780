"""Buses and metro: the next departures, a line's day, the way from one place to another.

::

    data.py       datasets: the timetable (a GTFS zip), the names of lines and stops
    gtfs.py       reads a GTFS zip: stops, lines, trips with their times, calendars
    day.py        the trips that run on a day, as patterns that a journey can be searched in
    raptor.py     the earliest arrival with few changes
    answers.py    what the tools are asked and what they bring back
    tools.py      the tools
    example.py    an example timetable of the pack's landmarks and communities
"""
