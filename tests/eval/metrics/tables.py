"""Made-up tables of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import settings

from eval.metrics import Table, tabulate

UNTIMED = settings(deadline=None, max_examples=60)
"""For examples whose first one imports much."""


def table(columns: Mapping[str, Sequence[Any]], *, group: Sequence[str] = (), trial: Sequence[int] = ()) -> Table:
    """One row a case (or as many as ``trial`` counts), in the order of the columns."""
    many = len(next(iter(columns.values())))
    numbers, case = [], -1
    for row in range(many):
        case += not trial or trial[row] == 0
        numbers.append(case)
    return tabulate(
        {
            "case": f"c{numbers[row]:04}",
            "trial": trial[row] if trial else 0,
            "group": group[row] if group else "",
            "values": {name: column[row] for name, column in columns.items()},
        }
        for row in range(many)
    )
