"""The rows of one block as far as they are drawn, and how conditions and formulas are read from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from knowledge.eligibility.columns import Columns
from knowledge.eligibility.ir import Condition, Term, facts_of

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
EPOCH = date(1970, 1, 1)
NONE = -1


@dataclass(frozen=True)
class Seen:
    """A condition or a formula as Polars evaluates it, with the columns that it reads."""

    expression: pl.Expr
    reads: tuple[str, ...]

    @classmethod
    def condition(cls, condition: Condition, columns: Columns, known: frozenset[str]) -> Seen:
        """A condition; true, false or null."""
        return cls(columns.truth(condition), tuple(sorted(facts_of(condition) & known)))

    @classmethod
    def formula(cls, term: Term, columns: Columns, known: frozenset[str]) -> Seen:
        """A number."""
        return cls(columns.term(term), tuple(sorted(facts_of(term) & known)))


@dataclass
class Table:
    """Columns by fact. ``places`` holds, for a choice or a boolean, where its value stands in the list; -1 is none."""

    size: int
    columns: dict[str, pl.Series] = field(default_factory=dict)
    places: dict[str, Places] = field(default_factory=dict)

    def truth(self, seen: Seen, at: Places) -> npt.NDArray[np.bool_]:
        """On which of the rows ``at`` the condition is true."""
        found = self._evaluated(seen, at)
        return np.asarray(found.cast(pl.Boolean).fill_null(False).to_numpy(), dtype=np.bool_)

    def number(self, seen: Seen, at: Places) -> Numbers:
        """The formula on the rows ``at``; NaN where it cannot be computed."""
        return np.asarray(self._evaluated(seen, at).cast(pl.Float64).fill_null(np.nan).to_numpy(), dtype=np.float64)

    def days(self, name: str, at: Places) -> Numbers:
        """A date fact as days since 1970; NaN where there is none."""
        column = self.columns[name].gather(pl.Series(at)).to_physical()
        return np.asarray(column.cast(pl.Float64).fill_null(np.nan).to_numpy(), dtype=np.float64)

    def _evaluated(self, seen: Seen, at: Places) -> pl.Series:
        if not seen.reads:
            one = pl.select(seen.expression.alias("x"))["x"]
            return one.new_from_index(0, at.size)
        frame = pl.DataFrame([self.columns[name].alias(name) for name in seen.reads])
        if at.size != self.size:
            frame = frame.select(pl.all().gather(pl.Series(at)))
        found = frame.select(seen.expression.alias("x"))["x"]
        return found if len(found) == at.size else found.new_from_index(0, at.size)
