"""City data: from a message to calls of tools, and from their results to sentences that can be checked.

::

    wanting.py     how well each tool fits a message, learnt from the pack's messages; choice.py is what learns
    hearing.py     a tool's arguments out of the message, by kind; times.py, periods.py, names.py help
    deciding.py    how likely each tool is meant, from both
    planning.py    the plan: calls, what is missing; a model's plan checked
    answering.py   calls, and the draft of what they brought
    telling.py     a result as sentences that know which field each value is; templates.py checks the pack's
    checking.py    a sentence against the result again
"""
