"""Service items (事项) and bundles of them (一件事): what to hand in, what not, in which order, where.

::

    data.py       registers of items, bundles, halls, windows; queues
    pack.py       the pack's files: guides, further items, numbers of days, materials, bundles
    stock.py      everything of the pack joined: an item or bundle by its id or name
    papers.py     materials: what must be handed in and why not; lists merged
    course.py     the order of a bundle's steps: what runs beside what, the critical path
    finding.py    the windows of a matter, sorted
    halls.py      where a matter is done: opening hours, people waiting
    models.py     arguments and results
    telling.py    from the stock to results
    tools.py      items.item, items.bundle, items.materials, items.places
    example.py    the example city's halls and queues
"""
