"""Ways of drawing, compiled: each turns random numbers into values for some rows of a block.

Every value is a number here: of a boolean 0 or 1, of a choice its place in the list, of a set of choices one bit for
each code, of a date what is counted; NaN is none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from knowledge.eligibility.population.table import NONE, Numbers, Places, Seen, Table

_TENTH = 1.2815515655446004
"""How many standard deviations below the mean the lowest tenth of a normal distribution ends."""


@dataclass(frozen=True)
class Rows:
    """The rows ``at`` of a table for which something is drawn; ``factor`` scales shares and numbers."""

    table: Table
    at: Places
    chance: np.random.Generator
    factor: Numbers

    @classmethod
    def of(cls, table: Table, at: Places, chance: np.random.Generator) -> Rows:
        """Rows that nothing scales yet."""
        return cls(table, at, chance, np.ones(at.size))

    @property
    def size(self) -> int:
        """How many they are."""
        return int(self.at.size)

    def some(self, chosen: npt.NDArray[np.intp]) -> Rows:
        """Those at these positions."""
        return replace(self, at=self.at[chosen], factor=self.factor[chosen])


class Drawn(ABC):
    """A compiled way."""

    @abstractmethod
    def draw(self, rows: Rows) -> Numbers:
        """A value for each of the rows."""


@dataclass(frozen=True)
class Share(Drawn):
    """True with a chance."""

    chance: float

    def draw(self, rows: Rows) -> Numbers:
        """1 or 0."""
        return (rows.chance.random(rows.size) < self.chance * rows.factor).astype(np.float64)


@dataclass(frozen=True)
class Weighted(Drawn):
    """One of some values by its weight; ``scaled`` where they are numbers that a factor multiplies."""

    values: Numbers
    upto: Numbers
    scaled: bool

    @classmethod
    def of(cls, values: Sequence[float], weights: Sequence[float], *, scaled: bool) -> Weighted:
        """The values and their weights, in proportion."""
        upto = np.cumsum(np.asarray(weights, dtype=np.float64))
        return cls(np.asarray(values, dtype=np.float64), upto / upto[-1], scaled)

    def draw(self, rows: Rows) -> Numbers:
        """One of the values for each row."""
        found = np.searchsorted(self.upto, rows.chance.random(rows.size), side="right")
        values = self.values[np.minimum(found, self.values.size - 1)]
        return values * rows.factor if self.scaled else values


@dataclass(frozen=True)
class Each(Drawn):
    """A set of codes, each in it with its own chance: one bit for each."""

    shares: tuple[float, ...]

    def draw(self, rows: Rows) -> Numbers:
        """The sets as sums of powers of two."""
        found = np.zeros(rows.size)
        for bit, share in enumerate(self.shares):
            found += (rows.chance.random(rows.size) < share * rows.factor) * float(2**bit)
        return found


@dataclass(frozen=True)
class Lognormal(Drawn):
    """Lognormal numbers of which a tenth lies below ``low`` and a tenth above ``high``."""

    low: float
    high: float

    def draw(self, rows: Rows) -> Numbers:
        """A number above 0 for each row."""
        low, high = np.log(self.low), np.log(self.high)
        normal = rows.chance.standard_normal(rows.size)
        return np.asarray(np.exp((low + high) / 2 + normal * (high - low) / (2 * _TENTH)) * rows.factor)


@dataclass(frozen=True)
class Points(Drawn):
    """Numbers whose distribution runs straight between (part of all, value)."""

    at: Numbers
    values: Numbers

    def draw(self, rows: Rows) -> Numbers:
        """A number for each row."""
        return np.asarray(np.interp(rows.chance.random(rows.size), self.at, self.values) * rows.factor)


@dataclass(frozen=True)
class Formula(Drawn):
    """What a formula comes to."""

    seen: Seen

    def draw(self, rows: Rows) -> Numbers:
        """The number for each row."""
        return rows.table.number(self.seen, rows.at) * rows.factor


@dataclass(frozen=True)
class Constant(Drawn):
    """Always the same; ``scaled`` where it is a number that a factor multiplies."""

    value: float
    scaled: bool

    def draw(self, rows: Rows) -> Numbers:
        """The value for each row."""
        return rows.factor * self.value if self.scaled else np.full(rows.size, self.value)


@dataclass(frozen=True)
class Same(Drawn):
    """The value of another fact; ``coded`` where that is a place in a list."""

    fact: str
    coded: bool

    def draw(self, rows: Rows) -> Numbers:
        """The other fact's value for each row."""
        if not self.coded:
            column = rows.table.columns[self.fact].to_numpy()
            return np.asarray(column[rows.at], dtype=np.float64)
        places = rows.table.places[self.fact][rows.at]
        return np.where(places == NONE, np.nan, places.astype(np.float64))


@dataclass(frozen=True)
class ByCode(Drawn):
    """A way for each place in the list of another fact; ``turns`` tells which, the last for rows that have none."""

    fact: str
    turns: Places
    ways: tuple[Drawn, ...]

    def draw(self, rows: Rows) -> Numbers:
        """Values, each in the way of its row."""
        return _branched(rows, self.turns[rows.table.places[self.fact][rows.at]], self.ways)


@dataclass(frozen=True)
class InCases(Drawn):
    """The way of the first condition that holds; the last way has none."""

    conditions: tuple[Seen, ...]
    ways: tuple[Drawn, ...]

    def draw(self, rows: Rows) -> Numbers:
        """Values, each in the way of its row."""
        turn = np.full(rows.size, len(self.conditions), dtype=np.int64)
        for number, seen in reversed(list(enumerate(self.conditions))):
            turn[rows.table.truth(seen, rows.at)] = number
        return _branched(rows, turn, self.ways)


@dataclass(frozen=True)
class Mixed(Drawn):
    """A random part of the rows in each way."""

    parts: Weighted
    ways: tuple[Drawn, ...]

    def draw(self, rows: Rows) -> Numbers:
        """Values, each in a way chosen at random."""
        return _branched(rows, self.parts.draw(rows).astype(np.int64), self.ways)


def _branched(rows: Rows, turn: Places, ways: Sequence[Drawn]) -> Numbers:
    found = np.full(rows.size, np.nan)
    for number, way in enumerate(ways):
        chosen = np.flatnonzero(turn == number)
        if chosen.size:
            found[chosen] = way.draw(rows.some(chosen))
    return found


@dataclass(frozen=True)
class CodeFactor:
    """A factor by the place in the list of a fact; the last for rows that have none."""

    fact: str
    factors: Numbers

    def of(self, rows: Rows) -> Numbers:
        """The factor for each row."""
        return self.factors[rows.table.places[self.fact][rows.at]]


@dataclass(frozen=True)
class CaseFactor:
    """A factor where a condition holds."""

    condition: Seen
    times: float

    def of(self, rows: Rows) -> Numbers:
        """The factor for each row."""
        return np.where(rows.table.truth(self.condition, rows.at), self.times, 1.0)


@dataclass(frozen=True)
class Changed(Drawn):
    """A way with its factors before, and with what is done to the number after it is drawn."""

    way: Drawn
    factors: tuple[CodeFactor | CaseFactor, ...] = ()
    times: Seen | None = None
    plus: Seen | None = None
    at_least: Seen | None = None
    at_most: Seen | None = None
    round: float | None = None

    def draw(self, rows: Rows) -> Numbers:
        """The changed values; a bound that cannot be computed bounds nothing, and ``at_most`` wins."""
        factor = rows.factor
        for one in self.factors:
            factor = factor * one.of(rows)
        found = self.way.draw(replace(rows, factor=factor))
        if self.times:
            found = found * rows.table.number(self.times, rows.at)
        if self.plus:
            found = found + rows.table.number(self.plus, rows.at)
        if self.round:
            found = np.round(found / self.round) * self.round
        return self._bounded(found, rows)

    def _bounded(self, found: Numbers, rows: Rows) -> Numbers:
        for bound, choose in ((self.at_least, np.fmax), (self.at_most, np.fmin)):
            if bound:
                with_bound = choose(found, rows.table.number(bound, rows.at))
                found = np.where(np.isnan(found), np.nan, with_bound)
        return found
