"""Evaluation on one profile: three-valued logic, days, divisions, and thresholds met exactly."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Truth,
    Within,
)
from knowledge.eligibility.rowwise import combined, compared, elapsed, is_month_end, judge, shifted, term

TRUTHS: tuple[Truth, ...] = (True, False, None)


def _fixed(truth: Truth) -> Leaf:
    return Leaf(Fixed(truth))


def _weight(truth: Truth) -> float:
    return {True: 1.0, None: 0.5, False: 0.0}[truth]


def _truth(weight: float) -> Truth:
    return {1.0: True, 0.5: None, 0.0: False}[weight]


@pytest.mark.parametrize("truths", [row for size in (1, 2, 3) for row in product(TRUTHS, repeat=size)])
def test_the_truth_tables_are_kleenes(truths: tuple[Truth, ...]) -> None:
    of: tuple[Condition, ...] = tuple(_fixed(one) for one in truths)
    weights = sorted((_weight(one) for one in truths), reverse=True)
    assert judge(All(of))({}) is _truth(weights[-1])
    assert judge(AnyOf(of))({}) is _truth(weights[0])
    assert judge(Not(of[0]))({}) is _truth(1 - _weight(truths[0]))
    for count in range(1, len(of) + 1):  # so many hold as soon as the count-th largest does
        assert judge(AtLeast(count, of))({}) is _truth(weights[count - 1])


def test_groups_of_nothing() -> None:
    assert judge(All(()))({}) is True
    assert judge(AnyOf(()))({}) is False
    assert judge(AtLeast(1, ()))({}) is False


_BOOLEAN, _CODE, _CODES = Given("b", "boolean"), Given("c", "code"), Given("s", "codes")


@pytest.mark.parametrize(
    ("test", "given", "truth"),
    [
        (Says(_BOOLEAN, True), {"b": True}, True),
        (Says(_BOOLEAN, True), {"b": False}, False),
        (Says(_BOOLEAN, False), {"b": False}, True),
        (Says(_BOOLEAN, True), {}, None),
        (Among(_CODE, frozenset("xy")), {"c": "x"}, True),
        (Among(_CODE, frozenset("xy")), {"c": "z"}, False),
        (Among(_CODE, frozenset("xy"), frozenset("z")), {"c": "z"}, None),
        (Among(_CODE, frozenset("xy")), {}, None),
        (Holds(_CODES, frozenset("xy")), {"s": frozenset("yz")}, True),
        (Holds(_CODES, frozenset("xy")), {"s": frozenset("z")}, False),
        (Holds(_CODES, frozenset("xy")), {"s": frozenset()}, False),
        (Holds(_CODES, frozenset("xy"), "all"), {"s": frozenset("xyz")}, True),
        (Holds(_CODES, frozenset("xy"), "all"), {"s": frozenset("x")}, False),
        (Holds(_CODES, frozenset("xy"), "none"), {"s": frozenset("z")}, True),
        (Holds(_CODES, frozenset("xy"), "none"), {"s": frozenset()}, True),
        (Holds(_CODES, frozenset("xy"), "none"), {"s": frozenset("xz")}, False),
        (Holds(_CODES, frozenset("xy"), "none"), {}, None),
        (Within(Given("d", "date"), date(2026, 1, 1), date(2026, 1, 2)), {"d": date(2026, 1, 1)}, True),
        (Within(Given("d", "date"), date(2026, 1, 1), date(2026, 1, 2)), {"d": date(2026, 1, 2)}, True),
        (Within(Given("d", "date"), date(2026, 1, 1), date(2026, 1, 2)), {"d": date(2026, 1, 3)}, False),
        (Within(Given("d", "date"), date(2026, 1, 1), date(2026, 1, 2)), {"d": date(2025, 12, 31)}, False),
        (Within(Given("d", "date"), date(2026, 1, 1), date(2026, 1, 2)), {}, None),
        (Compare(">=", Given("n", "number"), Constant(3.0)), {"n": 3.0}, True),
        (Compare(">", Given("n", "number"), Constant(3.0)), {"n": 3.0}, False),
        (Compare(">=", Given("n", "number"), Given("m", "number")), {"n": 3.0}, None),
        (Compare(">=", Given("n", "number"), Given("m", "number")), {"m": 3.0}, None),
        (Compare("==", Given("n", "number"), Given("m", "number")), {"n": 3.0, "m": 3.0}, True),
    ],
)
def test_a_test_of_something_missing_is_unknown(
    test: Says | Among | Holds | Within | Compare,
    given: dict[str, bool | str | float | date | frozenset[str]],
    truth: Truth,
) -> None:
    assert judge(Leaf(test))(given) is truth


N, D = Given("n", "number"), Given("d", "date")
_LATE, _EARLY = date(2026, 1, 1), date(2024, 1, 1)


@pytest.mark.parametrize(
    ("node", "given", "value"),
    [
        (Either(N, Constant(2.0)), {"n": 5.0}, 5.0),
        (Either(N, Constant(2.0)), {"n": 0.0}, 0.0),
        (Either(N, Constant(2.0)), {}, 2.0),
        (Lookup(Given("c", "code"), (("x", 1.0),), 9.0), {"c": "x"}, 1.0),
        (Lookup(Given("c", "code"), (("x", 1.0),), 9.0), {"c": "y"}, 9.0),
        (Lookup(Given("c", "code"), (("x", 1.0),), None), {"c": "y"}, None),
        (Lookup(Given("c", "code"), (("x", 1.0),), 9.0), {}, None),
        (Brackets(N, ((1.0, 10.0), (2.0, 20.0)), 5.0), {"n": 0.5}, 5.0),
        (Brackets(N, ((1.0, 10.0), (2.0, 20.0)), 5.0), {"n": 1.0}, 10.0),
        (Brackets(N, ((1.0, 10.0), (2.0, 20.0)), 5.0), {"n": 9.0}, 20.0),
        (Brackets(N, ((1.0, 10.0),), 5.0), {}, None),
        (Dated(D, ((_EARLY, Constant(1.0)), (_LATE, Constant(2.0)))), {"d": date(2023, 1, 1)}, None),
        (Dated(D, ((_EARLY, Constant(1.0)), (_LATE, Constant(2.0)))), {"d": _EARLY}, 1.0),
        (Dated(D, ((_EARLY, Constant(1.0)), (_LATE, Constant(2.0)))), {"d": _LATE}, 2.0),
        (Dated(D, ((_EARLY, Constant(1.0)),)), {}, None),
        (Cases(((_fixed(False), Constant(1.0)), (_fixed(True), Constant(2.0))), Constant(3.0)), {}, 2.0),
        (Cases(((_fixed(False), Constant(1.0)),), Constant(3.0)), {}, 3.0),
        (Cases(((_fixed(None), Constant(1.0)), (_fixed(True), Constant(2.0))), Constant(3.0)), {}, None),
        (Cases(((_fixed(True), Constant(1.0)), (_fixed(None), Constant(2.0))), Constant(3.0)), {}, 1.0),
        (Arithmetic("min", N, Constant(2.0)), {}, None),
        (Arithmetic("/", Constant(2.0), N), {"n": 0.0}, None),
        (Elapsed("days", D, _LATE), {"d": _EARLY}, 731),
        (Elapsed("days", D, _LATE), {}, None),
    ],
)
def test_a_term_comes_to_a_number_or_is_unknown(
    node: Term, given: dict[str, float | str | date], value: float | None
) -> None:
    assert term(node)(given) == value


def test_division_by_nothing_is_unknown_and_nothing_else_is() -> None:
    assert combined("/", 1.0, 0.0) is None
    assert combined("/", 1.0, 0.1 + 0.2 - 0.3) is None  # nothing, but for what binary fractions make of it
    assert combined("/", 1.0, 2.0**-30) == 2.0**30
    assert combined("/", 0.0, 5.0) == 0.0
    assert combined("*", 0.0, 5.0) == 0.0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((300 - 270) / 300, 0.1),
        ((1000 - 850) / 1000, 0.15),
        (0.1 + 0.2, 0.3),
        (1.1 * 3, 3.3),
        (3 * 0.01, 0.03),
        (1e9 * 1.1, 1.1e9),
        (1 - 0.9, 0.1),
    ],
)
def test_a_threshold_that_is_met_exactly_counts_as_met(left: float, right: float) -> None:
    for one, other in ((left, right), (right, left)):
        assert compared(">=", one, other)
        assert compared("<=", one, other)
        assert compared("==", one, other)
        assert not compared(">", one, other)
        assert not compared("<", one, other)
        assert not compared("!=", one, other)


@pytest.mark.parametrize(("left", "right"), [(0.0999999, 0.1), (99.99, 100.0), (1e9 - 0.01, 1e9), (-0.01, 0.0)])
def test_what_falls_short_by_a_cent_does_not_count(left: float, right: float) -> None:
    assert not compared(">=", left, right)
    assert compared("<", left, right)
    assert compared("!=", left, right)
    assert compared(">", right, left)


@settings(deadline=None, derandomize=True, database=None)
@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_a_number_is_below_equal_or_above(left: float, right: float) -> None:
    assert compared("<", left, right) + compared("==", left, right) + compared(">", left, right) == 1
    assert compared("<=", left, right) is not compared(">", left, right)
    assert compared(">=", left, right) is not compared("<", left, right)
    assert compared("!=", left, right) is not compared("==", left, right)


def test_days_are_compared_to_the_day() -> None:
    one, other = date(2026, 1, 1), date(2026, 1, 2)
    assert compared("<", one, other)
    assert not compared("==", one, other)
    assert compared("!=", one, other)
    assert compared(">=", other, other)


_DAYS = st.dates(date(1996, 1, 1), date(2040, 12, 31))
_ENDS = _DAYS.map(lambda d: date(d.year, d.month, calendar.monthrange(d.year, d.month)[1])) | st.just(date(2024, 2, 29))


def _step(day: date, months: int) -> date:
    """The same day so many months on, counted one by one; the month's last day where it has no such day."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        year, month = (year + 1, 1) if month == 13 else (year - 1, 12) if month == 0 else (year, month)
    found = day.day
    while True:
        try:
            return date(year, month, found)
        except ValueError:
            found -= 1


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(_DAYS | _ENDS, _DAYS | _ENDS)
def test_complete_units_are_those_counted_one_by_one(since: date, as_of: date) -> None:
    days, months = 0, 0
    step = 1 if since <= as_of else -1
    while since + timedelta(days=days) != as_of:
        days += step
    if step > 0:
        while _step(since, months + 1) <= as_of:
            months += 1
    else:
        while _step(since, months) > as_of:
            months -= 1
    assert elapsed("days", since, as_of) == days
    assert elapsed("months", since, as_of) == months
    assert elapsed("years", since, as_of) == months // 12
    first = date(since.year, since.month, 1)
    assert _step(first, elapsed("calendar_months", since, as_of)) == date(as_of.year, as_of.month, 1)


@pytest.mark.parametrize(
    ("unit", "since", "as_of", "count"),
    [
        ("years", date(2024, 2, 29), date(2025, 2, 27), 0),
        ("years", date(2024, 2, 29), date(2025, 2, 28), 1),  # Civil Code, article 202: the month's last day
        ("years", date(2024, 2, 29), date(2028, 2, 28), 3),
        ("years", date(2024, 2, 29), date(2028, 2, 29), 4),
        ("months", date(2026, 1, 31), date(2026, 2, 27), 0),
        ("months", date(2026, 1, 31), date(2026, 2, 28), 1),
        ("months", date(2026, 1, 31), date(2026, 3, 30), 1),
        ("months", date(2026, 1, 31), date(2026, 3, 31), 2),
        ("months", date(2026, 1, 30), date(2026, 2, 28), 1),
        ("months", date(2026, 1, 15), date(2026, 1, 14), -1),
        ("months", date(2026, 1, 15), date(2026, 1, 15), 0),
        ("years", date(2026, 6, 16), date(2026, 6, 15), -1),
        ("calendar_months", date(2026, 1, 31), date(2026, 2, 1), 1),
        ("calendar_months", date(2026, 2, 1), date(2026, 1, 31), -1),
        ("days", date(2024, 2, 28), date(2024, 3, 1), 2),
        ("days", date(2024, 3, 1), date(2024, 2, 28), -2),
    ],
)
def test_units_at_ends_of_months(unit: str, since: date, as_of: date, count: int) -> None:
    assert elapsed(unit, since, as_of) == count


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(_DAYS | _ENDS, st.integers(0, 5), st.integers(-30, 30), st.integers(-400, 400))
def test_a_day_is_moved_by_months_first_and_days_last(day: date, years: int, months: int, days: int) -> None:
    assert shifted(day, years=years, months=months, days=days) == _step(day, years * 12 + months) + timedelta(days=days)


@settings(deadline=None, derandomize=True, database=None)
@given(_DAYS | _ENDS)
def test_the_last_day_of_a_month_is_that_before_a_first(day: date) -> None:
    assert is_month_end(day) is ((day + timedelta(days=1)).day == 1)
