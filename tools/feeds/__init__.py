"""Feeds: the city's own data, read where they lie, in standard columns, as of a moment.

::

    dataset.py    what tools ask for: standard columns
    feed.py       feeds/*.yaml of a pack: where a dataset lies, who keeps it, how fresh it must be, its own column names
    reading.py    reads one source as rows in standard columns (DuckDB)
    feeds.py      every feed of a city
    citydata.py   what a tool is given: rows as of now, places, settings, and the sources it used
"""
