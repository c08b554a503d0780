"""What figures are made of: the values of many cases as columns of equal length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from city.errors import BadInput

Table = dict[str, NDArray[Any]]
"""Columns by name: doubles (nan: does not apply) or objects (labels; None: does not apply). The columns ``case``
(text), ``group`` (text) and ``trial`` (whole numbers) are always there; (case, trial) is unique.
"""

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Objects = NDArray[np.object_]
KEYS = ("case", "group", "trial")


def tabulate(rows: Iterable[Mapping[str, Any]]) -> Table:
    """The table of rows ``{case, values, trial?, group?}``, as the lines of a run hold them.

    A column is of doubles where all its values are numbers, truths or None, else of labels. A row without the value has
    none; one without a group (or with an empty one) is its case's own. Raises BadInput where a row comes twice, a case
    lies in two groups or a column mixes numbers and labels.
    """
    held = list(rows)
    cases = [str(row["case"]) for row in held]
    groups = [str(row.get("group") or row["case"]) for row in held]
    trials = [int(row.get("trial", 0)) for row in held]
    _check(cases, groups, trials)
    table: Table = {
        "case": np.array(cases, dtype=object),
        "group": np.array(groups, dtype=object),
        "trial": np.array(trials, dtype=np.int64),
    }
    for name in dict.fromkeys(name for row in held for name in row["values"]):
        if name in KEYS:
            raise BadInput(f"a value cannot be named {name!r}: the table has that column; name it otherwise.")
        table[name] = _column(name, [row["values"].get(name) for row in held])
    return table


def _check(cases: list[str], groups: list[str], trials: list[int]) -> None:
    seen: set[tuple[str, int]] = set()
    for key in zip(cases, trials, strict=True):
        if key in seen:
            raise BadInput(f"case {key[0]!r}, trial {key[1]} comes twice; give each case an id of its own.")
        seen.add(key)
    home: dict[str, str] = {}
    for case, group in zip(cases, groups, strict=True):
        if home.setdefault(case, group) != group:
            raise BadInput(f"case {case!r} lies in the groups {home[case]!r} and {group!r}; name one.")


def _column(name: str, values: list[Any]) -> NDArray[Any]:
    given = [value for value in values if value is not None]
    if all(isinstance(value, bool | int | float | np.number | np.bool_) for value in given):
        return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
    if not all(isinstance(value, str) for value in given):
        raise BadInput(f"the value {name!r} is a number in some cases and a label in others; keep to one.")
    return np.array(values, dtype=object)


def take(table: Table, rows: NDArray[Any]) -> Table:
    """The table of these rows (numbers or truths), in their order."""
    return {name: column[rows] for name, column in table.items()}


def codes(column: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    """Each entry's number among the distinct ones, in their order, and how many there are."""
    names, numbers = np.unique(column.astype(str) if column.dtype == object else column, return_inverse=True)
    return numbers.astype(np.int64), len(names)


def present(table: Table, name: str) -> Bools:
    """Which rows have the value. Raises BadInput where there is no such column."""
    column = _find(table, name)
    if column.dtype == object:
        return np.array([value is not None for value in column], dtype=np.bool_)
    return ~np.isnan(column.astype(np.float64))


def numbers(table: Table, name: str) -> Doubles:
    """A column of doubles. Raises BadInput where there is none or it holds labels."""
    column = _find(table, name)
    if column.dtype == object:
        if all(value is None for value in column):
            return np.full(len(column), np.nan)
        raise BadInput(f"the value {name!r} holds labels where numbers are needed; name another value or aggregator.")
    return column.astype(np.float64)


def labels(table: Table, name: str) -> Objects:
    """A column of labels; whole numbers are labels too, by their digits. Raises BadInput where there is none."""
    column = _find(table, name)
    if column.dtype == object:
        return column
    return np.array([None if np.isnan(value) else f"{value:g}" for value in column.astype(np.float64)], dtype=object)


def _find(table: Table, name: str) -> NDArray[Any]:
    if name not in table:
        raise BadInput(f"no case has a value {name!r}; there are: {', '.join(sorted(set(table) - set(KEYS)))}.")
    return table[name]
