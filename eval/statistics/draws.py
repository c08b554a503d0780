"""Draws of whole groups, and the figure of every draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from city.errors import BadInput
from eval.metrics import HOW, Aggregator, Table
from eval.metrics.tables import Doubles, codes, take
from eval.statistics.results import Statistic

Longs = NDArray[np.int64]
_AT_ONCE = 4_000_000
"""Numbers of a matrix of draws that are held at a time: 32 MB."""


def aggregator(statistic: Statistic) -> Aggregator:
    """The way its figure is made. Raises BadInput where there is none of that name, or values or options are wrong."""
    if statistic.how not in HOW:
        raise BadInput(f"{statistic.name}: there is no way {statistic.how!r}; there are: {', '.join(HOW)}.")
    try:
        HOW[statistic.how].check(statistic.of, statistic.options)
    except BadInput as error:
        raise BadInput(f"{statistic.name}: {statistic.how}: {error}") from error
    return HOW[statistic.how]


def generator(seed: int, *names: str) -> np.random.Generator:
    """Chance that follows from the seed and the names alone."""
    mark = int.from_bytes(sha256("\0".join(names).encode()).digest()[:16], "big")
    return np.random.default_rng([seed, mark])


def counts(chance: np.random.Generator, draws: int, groups: int) -> Iterator[Doubles]:
    """How often each draw with return has each group: blocks (some draws × groups), ``draws`` lines in all."""
    block = max(1, _AT_ONCE // groups)
    for start in range(0, draws, block):
        size = min(block, draws - start)
        drawn = chance.integers(groups, size=(size, groups), dtype=np.int32).astype(np.int64)
        drawn += np.arange(size)[:, None] * groups
        yield np.bincount(drawn.ravel(), minlength=size * groups).reshape(size, groups).astype(np.float64)


class Groups(NamedTuple):
    """The groups of rows: each row's number, and how many there are."""

    of: Longs
    many: int

    @classmethod
    def named(cls, column: NDArray[np.object_]) -> Groups:
        """Those that a column names."""
        return cls(*codes(column))

    def totals(self, terms: Doubles) -> Doubles:
        """Sums of ``terms`` (rows × terms) over the rows of each group: (groups × terms)."""
        made = np.zeros((self.many, terms.shape[1]))
        if len(terms):
            order = np.argsort(self.of, kind="stable")
            starts = np.flatnonzero(np.append(True, np.diff(self.of[order]) > 0))
            made[self.of[order][starts]] = np.add.reduceat(terms[order], starts, axis=0)
        return made


Redraw = Callable[[Doubles], Doubles]
"""From counts (draws × groups) to figures (draws)."""


def redraw(how: Aggregator, table: Table, statistic: Statistic, groups: Groups) -> Redraw:
    """The figures of draws: by sums where the aggregator has them, else from the rows of every draw."""
    sums = how.sums(table, statistic.of, statistic.options)
    if sums is not None:
        totals = groups.totals(sums.terms)
        return lambda drawn: sums.finish(drawn @ totals)
    columns: Mapping[str, NDArray[np.object_]] = {name: table[name] for name in statistic.of}
    rows = np.arange(len(groups.of))

    def figures(drawn: Doubles) -> Doubles:
        times = drawn.astype(np.int64)[:, groups.of]
        return np.array([how(take(dict(columns), np.repeat(rows, t)), statistic.of, statistic.options) for t in times])

    return figures


def percentiles(values: Doubles, level: float) -> tuple[float, float]:
    """The bounds between which ``level`` of the values lie; nan where most are undefined."""
    held = values[~np.isnan(values)]
    if not 0 < level < 1:
        raise BadInput(f"the level is {level!r}; give a number between 0 and 1.")
    if len(held) * 2 < len(values) or not len(held):
        return np.nan, np.nan
    low, high = np.quantile(held, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def told(value: float) -> float | None:
    """As results hold it: to ten decimals, since the last bits depend on the order of adding; None where undefined."""
    return None if isnan(value) else round(float(value), 10) + 0.0
