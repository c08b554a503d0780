"""The catalogue of the city's data (公共数据一本账): what there is, who keeps it, how open it is, how fresh it is now.

::

    pack.py       the pack's files: rules and words of the catalogue, the inventory of what is not connected
    shelf.py      feeds and inventory joined, as far as the reader may know of them; a unit by its names
    matching.py   entries about what was asked: shared pairs of characters, rare ones count more
    overdue.py    which feeds are late now, which datasets were overdue when they were surveyed
    models.py     arguments and results
    telling.py    from the shelf to results
    tools.py      catalogue.search, .dataset, .counts, .freshness
"""
