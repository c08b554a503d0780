from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.land.values import Number, Truth, compare, conjunction, disjunction, hull, largest, smallest, total

BOUNDS = st.floats(0, 1_000, allow_nan=False)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[Number, float]:
    """A number of which only bounds are told, and what it really is."""
    ends = sorted((draw(BOUNDS), draw(BOUNDS)))
    return Number(ends[0], ends[1], frozenset({"x"})), draw(st.floats(ends[0], ends[1]))


@given(numbers(), numbers())
def test_what_is_really_so_lies_in_every_result(one: tuple[Number, float], other: tuple[Number, float]) -> None:
    (a, x), (b, y) = one, other
    for made, real in (
        (a.plus(b), x + y),
        (a.minus(b), x - y),
        (a.times(b), x * y),
        (hull((a, b)), x),
        (smallest((a, b)), min(x, y)),
        (largest((a, b)), max(x, y)),
        (total((a, b)), x + y),
    ):
        assert made.least - 1e-6 <= real <= made.most + 1e-6
    if y > 0:
        quotient = a.over(b)
        assert quotient.least <= x / y * (1 + 1e-9) + 1e-9
        assert quotient.most >= x / y * (1 - 1e-9) - 1e-9


@given(numbers(), numbers(), st.sampled_from(["<", "<=", ">", ">="]))
def test_a_comparison_that_is_sure_is_right(one: tuple[Number, float], other: tuple[Number, float], sign: str) -> None:
    (a, x), (b, y) = one, other
    real = {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[sign]
    found = compare(a, sign, b)
    if found.holds is not None and abs(x - y) > 1e-5:
        assert found.holds == real


@pytest.mark.parametrize("values", list(itertools.product([True, False, None], repeat=3)))
def test_and_and_or_of_three_values(values: tuple[bool | None, ...]) -> None:
    truths = [Truth(value, frozenset({str(at)}) if value is None else frozenset()) for at, value in enumerate(values)]
    every = conjunction(truths).holds
    some = disjunction(truths).holds
    assert every == (False if False in values else None if None in values else True)
    assert some == (True if True in values else None if None in values else False)


def test_what_is_known_lacks_nothing() -> None:
    assert conjunction([Truth(False), Truth(None, frozenset({"a"}))]).lacks == frozenset()
    assert conjunction([Truth(True), Truth(None, frozenset({"a"}))]).lacks == {"a"}


def test_a_hair_is_no_breach() -> None:
    assert compare(Number.of(2.2 * 64_000 / 64_000), "<=", Number.of(2.2)).holds is True
    assert compare(Number.of(0.1 + 0.2), "==", Number.of(0.3)).holds is True
    assert compare(Number.of(2.2001), "<=", Number.of(2.2)).holds is False


def test_a_divisor_that_may_be_zero_leaves_it_open() -> None:
    found = Number.of(100).over(Number(0, math.inf, frozenset({"area"})))
    assert (found.least, found.most, found.lacks) == (0, math.inf, frozenset({"area"}))
