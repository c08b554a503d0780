"""Eligibility: policies as dated rules over typed facts, evaluated both ways.

::

    what is written   facts, codes, rules, conditions, formula, terms ─► book (the pack's files)
    what it becomes   compiling ─► ir (small nodes for one day, no name left open)
    one profile       profiles ─► rowwise ─► matching (status, amount), missing (what to ask), tracing (why)
    a million         tables ─► columns ─► bulk ─► finding (a list that a person confirms)
    in words          describing, clauses ─► explaining ─► reporting; stacking (what goes together), windows (when)
    in a talk         examples ─► wishes (what is wanted); reading, said (what was told); asking, priors (what to ask)
    kept sound        cells ─► checking (contradictions, branches); signing (who answers for it)
    beside            drafting/ (a rule from a text), population/ (made-up profiles), eligibility (the front of it)
"""
