from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.economy.catalogue import months_later
from tools.economy.lights import FILE, Limits, Warnings, composite, falls, light_of, limits, lit, run_length

RULES = read_record(YUNLAN, FILE, Warnings)
numbers = st.floats(-100, 100, allow_nan=False)
histories = st.lists(st.integers(-1_000, 1_000).map(lambda n: n / 10), min_size=24, max_size=80)


def test_limits_by_hand() -> None:
    # 25 values 0 … 24: median 12, median absolute deviation 6, so one robust deviation is 8.8956.
    found = limits([float(n) for n in range(25)], RULES)
    assert found is not None
    assert (found.middle, found.length) == (12, 25)
    assert found.marks == pytest.approx((12 - 17.7912, 12 - 8.8956, 12 + 8.8956, 12 + 17.7912))


@pytest.mark.parametrize(
    ("value", "score"), [(-10.1, 1), (-10, 2), (-5.1, 2), (-5, 3), (0, 3), (5, 3), (5.1, 4), (10, 4), (10.1, 5)]
)
def test_a_value_on_a_limit_is_on_its_inner_side(value: float, score: int) -> None:
    usual = Limits(0, (-10, -5, 5, 10), 30)
    assert usual.score(value, 1) == score
    assert usual.score(value, -1) == 6 - score


def test_a_short_or_still_history_gives_no_limits() -> None:
    assert limits([1.0] * 23, RULES) is None
    assert limits([1.0] * 60, RULES) is None
    old = [1_000.0] * 50 + [float(n % 7) for n in range(60)]
    found = limits(old, RULES)
    assert found is not None
    assert found.middle == 3  # what lies before the window is forgotten


@given(histories, numbers, numbers)
def test_more_is_never_colder(history: list[float], one: float, other: float) -> None:
    found = limits(history, RULES)
    if found is not None:
        low, high = sorted((one, other))
        assert 1 <= found.score(low, 1) <= found.score(high, 1) <= 5
        assert found.score(low, -1) >= found.score(high, -1)
        assert found.score(found.middle, 1) == 3


@given(histories, st.integers(1, 50), st.integers(-50, 50))
def test_lights_do_not_depend_on_the_unit(history: list[float], times: int, shift: int) -> None:
    found, moved = limits(history, RULES), limits([value * times + shift for value in history], RULES)
    assert (found is None) == (moved is None)
    if found is not None and moved is not None:
        assert moved.marks == pytest.approx([mark * times + shift for mark in found.marks], abs=1e-6)


def test_a_month_is_judged_by_earlier_months_alone() -> None:
    months = [months_later(date(2020, 1, 1), step) for step in range(40)]
    series = {month: float(step % 6) for step, month in enumerate(months)}
    shown = lit(series, 1, RULES)
    assert min(shown) == months[RULES.least]
    spoilt = lit({**series, months[-1]: 1e6}, 1, RULES)
    assert {month: spoilt[month] for month in months[24:-1]} == {month: shown[month] for month in months[24:-1]}
    assert spoilt[months[-1]].score == 5


def test_the_composite_by_hand() -> None:
    weights = {"a": 1.5, "b": 1.0, "c": 1.0}
    assert composite({"a": 5, "b": 5, "c": 5}, weights, 0.8) == 100
    assert composite({"a": 1, "b": 1, "c": 1}, weights, 0.8) == 20
    assert composite({"a": 3, "b": 4, "c": 2}, weights, 0.8) == pytest.approx(100 * 10.5 / 17.5)
    assert composite({"a": 3, "b": 4}, weights, 0.8) is None  # 2.5 of 3.5 is too little
    assert composite({"a": 3, "b": 4}, weights, 0.7) == pytest.approx(100 * 8.5 / 12.5)
    assert composite({}, weights, 0.8) is None


@pytest.mark.parametrize(
    ("score", "light"), [(20, 1), (36, 1), (36.1, 2), (50, 2), (60, 3), (73, 3), (74, 4), (85, 4), (100, 5)]
)
def test_the_composites_light(score: float, light: int) -> None:
    assert light_of(score, RULES) == light


def test_runs_and_falls() -> None:
    assert [run_length(values) for values in ([], [1], [1, 2, 2], [2, 1, 2])] == [0, 1, 2, 1]
    assert [falls(values) for values in ([], [1.0], [3.0, 2.0, 1.0], [1.0, 3.0, 2.0], [3.0, 2.0, 2.0])] == [
        0,
        0,
        2,
        1,
        0,
    ]


@pytest.mark.parametrize("wrong", [{"marks": (50, 36, 73, 85)}, {"deviations": (2, 1)}, {"lights": ("x",)}])
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Warnings.model_validate(RULES.model_dump() | wrong)


def test_an_indicator_counts_once() -> None:
    given_ = RULES.model_dump()
    given_["members"] = [*given_["members"], given_["members"][0]]
    with pytest.raises(ValidationError, match="counts once"):
        Warnings.model_validate(given_)
