"""Parcels and plans: text, space and norms joined in one answer.

::

    data.py        datasets: parcels in their versions, addresses
    tools.py       land.parcel, land.plan, land.around, land.check_scheme
    answers.py     what the tools are asked and bring back
    asking.py      what a message names: a number, a point, an address, a place
    naming.py      numbers and addresses in one spelling
    register.py    the parcels by number, address and point, as of a day
    norms.py       what the texts say of a parcel beside its plan: set-backs by road, parking by use
    settings.py    land/norms.yaml of the pack

    scheme.py      a building scheme as design firms describe it (docs/schemes.md); parts.py its parts
    book.py        land/checks.yaml: rules as data, each with its clause
    formula.py     the language of their formulas; functions.py its functions; rows.py and values.py its values
    measures.py    what is derived of a scheme: sums, distances, rises
    checking.py    the rules of a day against a scheme: ok, violated, unknown
    quotes.py      every clause that the room quotes, for whoever checks them

    plans.py       rows of a control plan, read from its text
    example.py     example feeds; layout.py lays out parcels, recipe.py says how many and where
"""
