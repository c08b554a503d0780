from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.schools.forecast import (
    AGES,
    Areas,
    Floats,
    History,
    change_ratios,
    children_at,
    entrants_at,
    proof,
)
from tools.schools.settings import Outlook

HOW = Outlook(
    window=2,
    least_ratio=0.5,
    most_ratio=1.5,
    children_per_100_homes=10,
    proof_years=3,
    reason="test",
)


def history(counts: Mapping[int, list[float]], homes: Mapping[int, Floats] | None = None) -> History:
    """One community; ``counts[year]`` its children by age, zeros after."""
    years = tuple(sorted(counts))
    children = np.zeros((len(years), 1, AGES))
    for row, year in enumerate(years):
        children[row, 0, : len(counts[year])] = counts[year]
    return History(years, np.array([0]), children, homes or {})


def steady(ratio: float, years: int = 6, start: float = 1_000.0) -> History:
    """Every cohort changes by ``ratio`` a year; cohorts are of different sizes."""
    first = 2020
    born = {first - age: start + 10 * age for age in range(AGES)} | {first + y: start - 7 * y for y in range(1, years)}
    children = np.zeros((years, 1, AGES))
    for y in range(years):
        children[y, 0] = [born[first + y - age] * ratio**age for age in range(AGES)]
    return History(tuple(range(first, first + years)), np.array([0]), children, {})


def test_a_ratio_pools_the_window_and_leaves_out_new_homes() -> None:
    seen = history({2022: [100, 50], 2023: [0, 110, 60], 2024: [0, 0, 121]}, {2024: np.array([100.0])})
    ratios = change_ratios(seen, 2024, HOW)[0]
    # Age 0 to 1: 110 of 100 in 2023; in 2024 nobody of age 0 went on, so 10 children of the new homes are taken off:
    # (110 + 0 - 10) / (100 + 0). Age 1 to 2: (60 + 121 - 10) / (50 + 110).
    assert ratios[0] == pytest.approx(1.0)
    assert ratios[1] == pytest.approx(171 / 160)


def test_an_age_that_nobody_had_keeps_its_number() -> None:
    assert change_ratios(history({2023: [10], 2024: [10]}), 2024, HOW)[0, 5] == 1.0


def test_ratios_keep_within_bounds() -> None:
    seen = history({2023: [10, 10], 2024: [0, 100, 1]})
    assert change_ratios(seen, 2024, HOW)[0, :2].tolist() == [1.5, 0.5]


def test_districts_have_their_own_ratios() -> None:
    children = np.zeros((2, 3, AGES))
    children[0, :, 5], children[1, :, 6] = [100, 100, 50], [90, 110, 60]
    seen = History((2023, 2024), np.array([0, 0, 1]), children, {})
    assert change_ratios(seen, 2024, HOW)[:, 5].tolist() == [1.0, 1.2]


def test_two_years_ahead_by_hand() -> None:
    children = np.zeros((2, 1, AGES))
    children[0, 0, [4, 5]] = [100, 100]
    children[1, 0, [4, 5, 6]] = [80, 110, 90]
    seen = History((2023, 2024), np.array([0]), children, {2025: np.array([50.0]), 2026: np.array([0.0])})
    # 80 of age 4, times 1.1, plus 5 of 50 homes; times 0.9.
    assert children_at(seen, 2024, 2026, "primary", HOW)[0] == pytest.approx((80 * 1.1 + 5) * 0.9)


def test_past_years_are_counted() -> None:
    seen = history({2023: [0.0] * 6 + [33], 2024: [0.0] * 6 + [44]})
    assert children_at(seen, 2024, 2023, "primary", HOW)[0] == 33


@given(st.floats(0.9, 1.1), st.integers(1, 6))
def test_steady_change_is_forecast_exactly(ratio: float, ahead: int) -> None:
    seen = steady(ratio, years=8)
    origin = 2027
    told = children_at(seen, origin, origin + ahead, "primary", HOW)[0]
    assert told == pytest.approx(seen.at(origin)[0, 6 - ahead] * ratio**ahead)


def test_the_unborn_are_not_forecast() -> None:
    seen = steady(1.0)
    assert children_at(seen, 2025, 2031, "primary", HOW)[0] > 0
    with pytest.raises(ValueError, match="entrants of 2032 are not yet born in 2025"):
        children_at(seen, 2025, 2032, "primary", HOW)
    assert children_at(seen, 2025, 2037, "junior", HOW)[0] > 0


def areas(seen: History, share: float) -> Areas:
    return Areas(np.ones((1, 1)), {year: seen.at(year)[:, 6] * share for year in seen.years})


def test_the_share_who_enter_is_learnt_from_the_past() -> None:
    seen = steady(1.0)
    assert areas(seen, 0.8).share(seen, 2025, "primary", HOW)[0] == pytest.approx(0.8)
    told = entrants_at(seen, areas(seen, 0.8), 2025, 2027, "primary", HOW)[0]
    assert told == pytest.approx(0.8 * seen.at(2025)[0, 4])


def test_a_catchment_without_a_past_takes_the_share_of_all() -> None:
    children = np.full((3, 2, AGES), 100.0)
    seen = History((2022, 2023, 2024), np.array([0, 0]), children, {})
    two = Areas(np.eye(2), {2023: np.array([90.0, 0.0]), 2024: np.array([90.0, 0.0])})
    assert two.share(seen, 2024, "primary", HOW).tolist() == [0.9, 0.45]


def test_the_proof_of_a_steady_past_is_without_error_and_of_a_broken_one_is_not() -> None:
    seen = steady(1.02)
    told = proof(seen, areas(seen, 0.9), 1, "primary", HOW)
    assert told is not None
    assert told.years == 3
    assert told.error_pct == pytest.approx(0.0, abs=1e-9)
    broken = areas(seen, 0.9)
    broken.entrants[2025][0] *= 2
    worse = proof(seen, broken, 1, "primary", HOW)
    assert worse is not None
    assert worse.error_pct > 15


def test_no_proof_where_the_past_is_too_short() -> None:
    seen = steady(1.0, years=3)
    assert proof(seen, areas(seen, 0.9), 3, "primary", HOW) is None
