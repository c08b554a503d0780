"""Feeds: the city's own data, read where they lie, in standard columns, as of a moment. Their page: ``docs/feeds.md``.

::

    dataset.py    what tools ask for: standard columns; known.py finds those of every room
    feed.py       feeds/*.yaml of a pack: where a dataset lies, who keeps it, how fresh it must be, its own column names
    checking.py   what is wrong with these files before any data is read; units.py: what one unit is in another

    reading.py    the contract of a reader; opening.py gives the one of each kind of source
    tables.py     a source as a table: one query in DuckDB (duck.py) over columns (columns.py) and rows (filtering.py)
    files.py      files: scans.py (Parquet, CSV, JSON), frames.py (GeoJSON, spreadsheets), gtfs.py; fetching.py: HTTP
    databases.py  tables of a database; pushing.py: what it filters itself

    feeds.py      every feed of a city
    citydata.py   what a tool is given: rows as of now, places, settings, and the sources it used
    state.py      how a dataset stands: fresh, late, missing, broken
    examining.py  a feed read wholly; locating.py: which rows are bad

    world.py      the made-up city of the example data
    days.py, ground.py, naming.py   working days, distances, names as people say them
"""
