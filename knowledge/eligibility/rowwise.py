"""The compiled form on one profile: every node as a plain function of the profile's values.

A profile's values map fact ids to numbers, dates, booleans, codes or sets of codes; a missing id is unknown.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache

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
    Number,
    Operator,
    Says,
    Term,
    Test,
    Truth,
    Within,
)

Values = Mapping[str, Value]
Judge = Callable[[Values], Truth]
Reckon = Callable[[Values], "float | date | None"]


def elapsed(unit: str, since: date, as_of: date) -> int:
    """Complete units from ``since`` to ``as_of`` (see `ir.Elapsed`); rounded towards minus infinity before it."""
    if unit == "days":
        return (as_of - since).days
    months = (as_of.year - since.year) * 12 + as_of.month - since.month
    if unit == "calendar_months":
        return months
    months -= as_of.day < since.day and not is_month_end(as_of)
    return months if unit == "months" else months // 12


def is_month_end(day: date) -> bool:
    """Whether it is the last day of its month."""
    return day.day == calendar.monthrange(day.year, day.month)[1]


def shifted(day: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
    """``day`` moved by calendar years and months, then by days; where the month is shorter, its last day.

    >>> shifted(date(2024, 2, 29), years=1)
    datetime.date(2025, 2, 28)
    """
    count = day.year * 12 + day.month - 1 + years * 12 + months
    year, month = divmod(count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=days)


def combined(operator: str, left: float, right: float) -> Number:
    """Two numbers combined, None where that cannot be done."""
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if abs(right) > SLACK else None  # a difference of equal numbers is nothing
        case "min":
            return min(left, right)
        case _:
            return max(left, right)


SLACK = 1e-12
"""Numbers that differ by no more than this share (of at least 1) are equal: (300 - 270) / 300 is 0.1, whatever binary
fractions make of it. A threshold that is met exactly must count as met."""


def compared(operator: Operator, left: float | date, right: float | date) -> bool:
    """Whether the comparison holds; both are numbers or both are days."""
    if isinstance(right, date):
        return _ordered(operator, left, right, right)
    slack = SLACK * max(1.0, abs(right))
    return _ordered(operator, left, right - slack, right + slack)


def _ordered(operator: Operator, left: float | date, low: float | date, high: float | date) -> bool:
    """``left`` against a value that is anything from ``low`` to ``high``."""
    match operator:
        case ">=":
            return left >= low  # type: ignore[operator]  # a comparison is built of two of a kind
        case ">":
            return left > high  # type: ignore[operator]
        case "<=":
            return left <= high  # type: ignore[operator]
        case "<":
            return left < low  # type: ignore[operator]
        case "==":
            return low <= left <= high  # type: ignore[operator]
        case _:
            return not low <= left <= high  # type: ignore[operator]


@lru_cache(maxsize=65536)
def term(node: Term) -> Reckon:
    """``node`` as a function of a profile's values."""
    match node:
        case Given(fact, _):
            return lambda values: values.get(fact)  # type: ignore[return-value]  # the catalogue gives the type
        case Constant(value):
            return lambda _: value
        case Either(stated, computed):
            name, other = stated.fact, term(computed)
            return lambda values: found if (found := values.get(name)) is not None else other(values)  # type: ignore[return-value]
        case Arithmetic(operator, left, right):
            return _arithmetic(operator, term(left), term(right))
        case Elapsed(unit, since, as_of):
            start = term(since)
            return lambda values: None if (d := start(values)) is None else elapsed(unit, d, as_of)  # type: ignore[arg-type]
        case Lookup(given, table, otherwise):
            code_of, known = given.fact, dict(table)
            return lambda values: None if (c := values.get(code_of)) is None else known.get(c, otherwise)  # type: ignore[arg-type]
        case Brackets(inner, steps, below):
            return _brackets(term(inner), steps, below)
        case Dated(day, steps):
            return _dated(term(day), tuple((start, term(inner)) for start, inner in steps))
        case Cases(cases, otherwise):
            return _cases(tuple((judge(c), term(t)) for c, t in cases), term(otherwise))


def _arithmetic(operator: str, left: Reckon, right: Reckon) -> Reckon:
    def reckon(values: Values) -> Number:
        one, other = left(values), right(values)
        return None if one is None or other is None else combined(operator, one, other)  # type: ignore[arg-type]

    return reckon


def _brackets(inner: Reckon, steps: tuple[tuple[float, float], ...], below: float) -> Reckon:
    def reckon(values: Values) -> Number:
        at = inner(values)
        if at is None:
            return None
        found = below
        for bound, value in steps:
            if compared(">=", at, bound):
                found = value
        return found

    return reckon


def _dated(day: Reckon, steps: tuple[tuple[date, Reckon], ...]) -> Reckon:
    def reckon(values: Values) -> float | date | None:
        at = day(values)
        if at is None:
            return None
        found: Reckon | None = None
        for start, inner in steps:
            if at >= start:  # type: ignore[operator]
                found = inner
        return found(values) if found else None

    return reckon


def _cases(cases: tuple[tuple[Judge, Reckon], ...], otherwise: Reckon) -> Reckon:
    def reckon(values: Values) -> float | date | None:
        for holds, inner in cases:
            truth = holds(values)
            if truth is None:
                return None
            if truth:
                return inner(values)
        return otherwise(values)

    return reckon


@lru_cache(maxsize=65536)
def judge(node: Condition) -> Judge:
    """``node`` as a function of a profile's values."""
    match node:
        case Leaf(test, _):
            return _test(test)
        case Not(of, _):
            inner = judge(of)
            return lambda values: None if (truth := inner(values)) is None else not truth
        case All(of, _):
            return _all(tuple(judge(one) for one in of))
        case AnyOf(of, _):
            return _any(tuple(judge(one) for one in of))
        case AtLeast(count, of, _):
            return _at_least(count, tuple(judge(one) for one in of))


def _test(test: Test) -> Judge:
    match test:
        case Compare(operator, left, right):
            return _compare(operator, term(left), term(right))
        case Says(fact, wanted):
            name = fact.fact
            return lambda values: None if (given := values.get(name)) is None else given is wanted
        case Among(fact, yes, coarse):
            name = fact.fact
            return lambda values: None if (code := values.get(name)) is None or code in coarse else code in yes
        case Within(day, first, last):
            at = term(day)
            return lambda values: None if (d := at(values)) is None else first <= d <= last  # type: ignore[operator]
        case Holds(fact, codes, how):
            return _holds(fact.fact, codes, how)
        case Fixed(value):
            return lambda _: value


def _holds(name: str, codes: frozenset[str], how: str) -> Judge:
    def holds(values: Values) -> Truth:
        held = values.get(name)
        if not isinstance(held, frozenset):
            return None
        if how == "all":
            return codes <= held
        return codes.isdisjoint(held) is (how == "none")

    return holds


def _compare(operator: Operator, left: Reckon, right: Reckon) -> Judge:
    def holds(values: Values) -> Truth:
        one, other = left(values), right(values)
        return None if one is None or other is None else compared(operator, one, other)

    return holds


def _all(parts: tuple[Judge, ...]) -> Judge:
    def holds(values: Values) -> Truth:
        found: Truth = True
        for part in parts:
            truth = part(values)
            if truth is False:
                return False
            if truth is None:
                found = None
        return found

    return holds


def _any(parts: tuple[Judge, ...]) -> Judge:
    def holds(values: Values) -> Truth:
        found: Truth = False
        for part in parts:
            truth = part(values)
            if truth is True:
                return True
            if truth is None:
                found = None
        return found

    return holds


def _at_least(count: int, parts: tuple[Judge, ...]) -> Judge:
    def holds(values: Values) -> Truth:
        truths = [part(values) for part in parts]
        if sum(truth is True for truth in truths) >= count:
            return True
        return False if sum(truth is not False for truth in truths) < count else None

    return holds
