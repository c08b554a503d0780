"""What makes one figure of many cases' values.

An aggregator whose figure follows from sums over rows (a mean, a share, an F1, a kappa) says what is summed: draws of
whole groups are then one product of matrices. Others (a quantile, a ranking measure) look at all rows of every draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from city.errors import BadInput
from eval.metrics.tables import Bools, Doubles, Table, numbers, present

Options = Mapping[str, Any]


class Sums(NamedTuple):
    """``terms`` (rows × terms) are to be added up over rows; ``finish`` makes figures (…) of totals (… × terms)."""

    terms: Doubles
    finish: Callable[[Doubles], Doubles]


class Aggregator(Protocol):
    """``HOW["f1"](table, ("tp", "fp", "fn"), {})`` is a figure; nan where it is undefined."""

    @property
    def takes(self) -> int:
        """How many values it takes."""
        ...

    def __call__(self, table: Table, of: Sequence[str], options: Options) -> float:
        """The figure. Raises BadInput where a value is missing or of the wrong kind, or an option is wrong."""
        ...

    def check(self, of: Sequence[str], options: Options) -> None:
        """Raise BadInput where the number of values or the names of options are wrong."""
        ...

    def applies(self, table: Table, of: Sequence[str]) -> Bools:
        """The rows that the figure is about."""
        ...

    def sums(self, table: Table, of: Sequence[str], options: Options) -> Sums | None:
        """What is summed, or None where the figure does not follow from sums."""
        ...


@dataclass(frozen=True)
class _Named:
    """Values and options by number and name. ``silent``: a row counts though its last value is missing."""

    takes: int
    silent: bool = field(default=False, kw_only=True)
    needs: frozenset[str] = field(default=frozenset(), kw_only=True)
    allows: frozenset[str] = field(default=frozenset(), kw_only=True)

    def check(self, of: Sequence[str], options: Options) -> None:
        """Raise BadInput where the number of values or the names of options are wrong."""
        if len(of) != self.takes:
            raise BadInput(f"it takes {self.takes} value(s), not {len(of)} ({', '.join(of)}); correct 'of'.")
        if lacking := self.needs - set(options):
            raise BadInput(f"it needs the option(s) {', '.join(sorted(lacking))}; add them under 'options'.")
        if unknown := set(options) - self.needs - self.allows:
            known = ", ".join(sorted(self.needs | self.allows)) or "none"
            raise BadInput(f"it has no option {', '.join(sorted(map(repr, unknown)))}; it has: {known}.")

    def applies(self, table: Table, of: Sequence[str]) -> Bools:
        """The rows that the figure is about."""
        needed = of[:-1] if self.silent else of
        found = present(table, needed[0])
        for name in needed[1:]:
            found = found & present(table, name)
        return found


@dataclass(frozen=True)
class Summed(_Named):
    """An aggregator that follows from sums over rows."""

    prepare: Callable[[Table, Sequence[str], Options], Sums] = field(kw_only=True)

    def __call__(self, table: Table, of: Sequence[str], options: Options) -> float:
        """The figure."""
        terms, finish = self.sums(table, of, options)
        return float(finish(terms.sum(axis=0)))

    def sums(self, table: Table, of: Sequence[str], options: Options) -> Sums:
        """What is summed."""
        self.check(of, options)
        return self.prepare(table, of, options)


@dataclass(frozen=True)
class Whole(_Named):
    """An aggregator that needs the numbers of all rows at once. ``measure`` gets a column for each value, no nan."""

    measure: Callable[[Sequence[Doubles], Options], float] = field(kw_only=True)

    def __call__(self, table: Table, of: Sequence[str], options: Options) -> float:
        """The figure."""
        self.check(of, options)
        rows = self.applies(table, of)
        return float(self.measure([numbers(table, name)[rows] for name in of], options))

    def sums(self, table: Table, of: Sequence[str], options: Options) -> None:  # the protocol's
        """None: there is nothing to sum."""
        return


def ratio(above: Doubles, below: Doubles) -> Doubles:
    """``above / below``, nan where ``below`` is zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below == 0, np.nan, above / below)
