"""The compiled form on a table of profiles: every node as a Polars expression with the same meaning as in `rowwise`.

A table has one column for each fact, named by its id: numbers as Float64, days as Date, booleans as Boolean, codes as
String or Enum, sets of codes as List(String); null is unknown. Polars' boolean logic with nulls is Kleene's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from knowledge.eligibility.facts import Value
from knowledge.eligibility.ir import (
    All,
    Among,
    AnyOf,
    Arithmetic,
    AtLeast,
    Brackets,
    Cases,
    Compare,
    Condition,
    Constant,
    Dated,
    Either,
    Elapsed,
    Fixed,
    Given,
    Holds,
    Leaf,
    Lookup,
    Not,
    Says,
    Term,
    Test,
    Within,
    is_day,
)
from knowledge.eligibility.rowwise import SLACK, is_month_end

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN = pl.lit(None, dtype=pl.Boolean)
NO_NUMBER = pl.lit(None, dtype=pl.Float64)


class Stages:
    """Expressions that are used more than once, each made a column of its own before what uses it.

    Without them a term that stands in a minimum of minimums is written out again for every use, and the size of the
    whole grows with a power of its depth.
    """

    def __init__(self) -> None:
        self._stages: list[list[pl.Expr]] = []
        self._depth: dict[str, int] = {}

    def share(self, made: pl.Expr) -> pl.Expr:
        """A column that holds what ``made`` gives."""
        depth = max((self._depth.get(name, 0) for name in made.meta.root_names()), default=0)
        if depth == len(self._stages):
            self._stages.append([])
        name = f"~{len(self._depth)}"
        self._stages[depth].append(made.alias(name))
        self._depth[name] = depth + 1
        return pl.col(name)

    def laid(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """``frame`` with every shared column."""
        for stage in self._stages:
            frame = frame.with_columns(stage)
        return frame


class Columns:
    """Renders nodes. ``assumed`` stands in where a fact is missing; ``known`` are the columns that the table has.

    With ``stages`` what is used more than once is shared, and they have to be laid before what is rendered.
    """

    def __init__(self, known: frozenset[str], assumed: Mapping[str, Value] | None = None, stages: Stages | None = None):
        self._known, self._assumed, self._stages = known, dict(assumed or {}), stages

    def shared(self, made: pl.Expr) -> pl.Expr:
        """``made``, ready to be used more than once."""
        return self._stages.share(made) if self._stages is not None else made

    def _operand(self, node: Term) -> pl.Expr:
        """A term that its user writes more than once."""
        made = self.term(node)
        return made if isinstance(node, Given | Constant) else self.shared(made)

    def given(self, fact: Given) -> pl.Expr:
        """The column of a fact; nulls where the table has none."""
        kinds: dict[str, pl.DataType | type[pl.DataType]] = {
            "number": pl.Float64, "date": pl.Date, "boolean": pl.Boolean, "code": pl.String, "codes": pl.List(pl.String)
        }  # fmt: skip
        column = pl.col(fact.fact) if fact.fact in self._known else pl.lit(None, dtype=kinds[fact.kind])
        if fact.fact not in self._assumed:
            return column
        return column.fill_null(literal(self._assumed[fact.fact]))

    def term(self, node: Term) -> pl.Expr:  # noqa: C901  # one case for each kind of node
        """A number, or a day."""
        match node:
            case Given():
                return self.given(node)
            case Constant(value):
                return pl.lit(value) if isinstance(value, date) else pl.lit(float(value))
            case Either(stated, computed):
                return pl.coalesce(self.given(stated), self.term(computed))
            case Arithmetic("+" | "-" | "*" as operator, left, right):
                return _combined(operator, self.term(left), self.term(right))
            case Arithmetic(operator, left, right):
                return _combined(operator, self._operand(left), self._operand(right))
            case Elapsed(unit, since, as_of):
                return _elapsed(unit, self.term(since), as_of)
            case Lookup(fact, table, otherwise):
                return _looked_up(self.given(fact), table, otherwise)
            case Brackets(inner, steps, below):
                return _bracket(self._operand(inner), steps, below)
            case Dated(day, steps):
                return _stood_on(self._operand(day), [(start, self.term(inner)) for start, inner in steps])
            case Cases(cases, otherwise):
                made = [(self.shared(self.truth(c)), self.term(t)) for c, t in cases]
                return _first(made, self.term(otherwise))

    def truth(self, node: Condition) -> pl.Expr:
        """True, false, or null for unknown."""
        match node:
            case Leaf(test, _):
                return self._test(test)
            case Not(of, _):
                return ~self.truth(of)
            case All(of, _):
                return reduce(lambda one, other: one & other, map(self.truth, of), pl.lit(True))
            case AnyOf(of, _):
                return reduce(lambda one, other: one | other, map(self.truth, of), pl.lit(False))
            case AtLeast(count, of, _):
                return _at_least(count, [self.shared(self.truth(one)) for one in of])

    def _test(self, test: Test) -> pl.Expr:
        match test:
            case Compare(operator, left, right):
                if isinstance(right, Constant):
                    return _against(operator, self.term(left), right.value)
                made = self._operand(left), self._operand(right)
                return _ordered(operator, made[0], made[1], made[1]) if is_day(left) else _compared(operator, *made)
            case Says(fact, wanted):
                return self.given(fact) if wanted else ~self.given(fact)
            case Among(fact, yes, coarse):
                column = self.given(fact)
                found = column.is_in(sorted(yes))
                return pl.when(~column.is_in(sorted(coarse))).then(found) if coarse else found
            case Within(day, first, last):
                at = self._operand(day)
                return (at >= pl.lit(first)) & (at <= pl.lit(last))
            case Holds(fact, codes, how):
                column = self.given(fact)
                each = [column.list.contains(code) for code in sorted(codes)]
                if how == "all":
                    return reduce(lambda one, other: one & other, each)
                found = reduce(lambda one, other: one | other, each)
                return ~found if how == "none" else found
            case Fixed(value):
                return UNKNOWN if value is None else pl.lit(value)


def literal(value: Value) -> pl.Expr:
    """A value of a profile as Polars writes it."""
    if isinstance(value, frozenset):
        return pl.lit(pl.Series([sorted(value)], dtype=pl.List(pl.String))).first()
    if isinstance(value, bool | str | date):
        return pl.lit(value)
    return pl.lit(float(value))


def _combined(operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return pl.when(right.abs() > SLACK).then(left / right)
        case "min":
            return pl.when(left <= right).then(left).when(right < left).then(right)
        case _:
            return pl.when(left >= right).then(left).when(right > left).then(right)


def _elapsed(unit: str, since: pl.Expr, as_of: date) -> pl.Expr:
    if unit == "days":
        return (pl.lit(as_of) - since).dt.total_days().cast(pl.Float64)
    months = (as_of.year - since.dt.year()) * 12 + (as_of.month - since.dt.month().cast(pl.Int32))
    if unit == "calendar_months":
        return months.cast(pl.Float64)
    if not is_month_end(as_of):
        months = months - (since.dt.day() > as_of.day).cast(pl.Int32)
    return (months if unit == "months" else months.floordiv(12)).cast(pl.Float64)


def _looked_up(column: pl.Expr, table: Sequence[tuple[str, float]], otherwise: float | None) -> pl.Expr:
    rest = NO_NUMBER if otherwise is None else pl.lit(otherwise)
    made = pl.when(column.is_null()).then(NO_NUMBER)
    for code, value in table:
        made = made.when(column == code).then(pl.lit(float(value)))  # type: ignore[assignment]  # a longer chain
    return made.otherwise(rest)


def _bracket(term: pl.Expr, steps: Sequence[tuple[float, float]], below: float) -> pl.Expr:
    made = pl.when(term.is_null()).then(NO_NUMBER)
    for bound, value in reversed(steps):
        made = made.when(_against(">=", term, bound)).then(pl.lit(float(value)))  # type: ignore[assignment]
    return made.otherwise(pl.lit(float(below)))


def _stood_on(day: pl.Expr, steps: Sequence[tuple[date, pl.Expr]]) -> pl.Expr:
    made = pl.when(day.is_null()).then(None)
    for start, inner in reversed(steps):
        made = made.when(day >= start).then(inner)  # type: ignore[assignment]
    return made.otherwise(None)


def _first(cases: Sequence[tuple[pl.Expr, pl.Expr]], otherwise: pl.Expr) -> pl.Expr:
    made = otherwise
    for truth, value in reversed(cases):
        made = pl.when(truth.is_null()).then(NO_NUMBER).when(truth).then(value).otherwise(made)
    return made


def _against(operator: str, left: pl.Expr, right: float | date) -> pl.Expr:
    """A comparison with a constant."""
    if isinstance(right, date):
        return _ordered(operator, left, pl.lit(right), pl.lit(right))
    slack = SLACK * max(1.0, abs(right))
    return _ordered(operator, left, pl.lit(right - slack), pl.lit(right + slack))


def _compared(operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """A comparison of two numbers, with the slack of `rowwise.compared`."""
    size = right.abs()
    slack = pl.when(size > 1.0).then(size).otherwise(1.0) * SLACK
    return _ordered(operator, left, right - slack, right + slack)


def _ordered(operator: str, left: pl.Expr, low: pl.Expr, high: pl.Expr) -> pl.Expr:
    match operator:
        case ">=":
            return left >= low
        case ">":
            return left > high
        case "<=":
            return left <= high
        case "<":
            return left < low
        case "==":
            return (left >= low) & (left <= high)
        case _:
            return (left < low) | (left > high)


def _at_least(count: int, truths: Sequence[pl.Expr]) -> pl.Expr:
    sure = reduce(lambda a, b: a + b, (t.fill_null(False).cast(pl.Int32) for t in truths))
    open_ = reduce(lambda a, b: a + b, (t.fill_null(True).cast(pl.Int32) for t in truths))
    return pl.when(sure >= count).then(True).when(open_ < count).then(False)
