"""Eligibility: policies as dated rules over typed facts, evaluated both ways.

::

    facts, code lists, rules (YAML of the pack) ─► book ─► compile(as_of) ─┬─► one profile, with a trace (`matching`)
                                                                          └─► a file of profiles, on Polars (`bulk`)
"""
