"""City data: from a message to calls of tools, and from their results to sentences that can be checked.

::

    wanting.py     which tool is wanted, learnt from the pack's examples
    hearing.py     its arguments out of the message, by kind; times.py, names.py help
    planning.py    the plan: calls, what is missing; a model's plan checked
    answering.py   calls, and the draft of what they brought
    telling.py     a result as sentences that know which field each value is
    checking.py    a sentence against the result again
"""
