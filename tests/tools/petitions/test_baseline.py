"""What is usual, and what is surprising."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tools.petitions.baseline import discoveries, gamma_of, surprise, usual

FIRST = date(2025, 6, 2)


def _daily(days: int, count: int = 1) -> dict[date, int]:
    return {FIRST - timedelta(days=n): count for n in range(1, days + 1)}


def test_weeks_before_where_years_are_missing() -> None:
    found = usual(_daily(56, 2), FIRST - timedelta(days=56), FIRST, 7)
    assert found.expected == 14
    assert found.exposure == 8
    assert not found.seasonal


def test_a_wild_day_is_cut_down() -> None:
    daily = _daily(56, 2) | {FIRST - timedelta(days=20): 500}
    assert usual(daily, FIRST - timedelta(days=56), FIRST, 7).expected < 16


def test_days_before_the_beginning_do_not_count() -> None:
    assert usual(_daily(10, 3), FIRST - timedelta(days=10), FIRST, 7).exposure == pytest.approx(10 / 7)
    none = usual({}, FIRST, FIRST, 7)
    assert (none.expected, none.exposure) == (0, 0)


def test_the_same_weeks_of_earlier_years() -> None:
    start = FIRST - timedelta(days=3 * 365)
    daily = {FIRST - timedelta(weeks=52 * year) + timedelta(days=n): 4 for year in (1, 2, 3) for n in range(-10, 20)}
    found = usual(daily, start, FIRST, 7)
    assert found.seasonal
    assert found.expected == pytest.approx(28, abs=3)
    assert usual(daily, FIRST - timedelta(days=400), FIRST, 7).seasonal is False


def test_surprise_falls_with_the_count_and_rises_with_what_is_usual() -> None:
    quiet = [surprise(count, 1, 8, 0.5, 1) for count in (0, 2, 5, 10)]
    assert quiet[0] == 1
    assert quiet == sorted(quiet, reverse=True)
    assert surprise(10, 80, 8, 0.5, 1) > 100 * quiet[-1]


def test_gamma_has_the_mean_of_what_was_counted() -> None:
    shape, rate = gamma_of([0, 0, 1, 0, 3, 0, 0, 8, 1, 0])
    assert shape / rate == pytest.approx(1.3)
    assert gamma_of([4]) == (1.0, 1.0)
    assert gamma_of([0] * 10)[0] >= 0


def test_benjamini_hochberg_by_hand() -> None:
    assert discoveries([0.001, 0.2, 0.02, 0.04], 0.05) == [True, False, True, False]
    assert discoveries([0.04, 0.045], 0.05) == [True, True]
    assert discoveries([], 0.05) == []
