"""Recorded turns taken again: on the same grounds to the same reply (replay), or by a new version (shadow).

::

    records ─► talks ─► a store as it was at that moment, the talk's memory, the moment ─► desk ─► differences

Nothing outside is touched: work orders are filed into a store that is thrown away, tools and model servers are not
asked where what they answered is on record.
"""
