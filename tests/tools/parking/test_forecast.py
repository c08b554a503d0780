from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.parking.forecast import WEEKS, backtest, fit, predict, series, slot_of

HOURS = WEEKS * 168
SLOTS = np.arange(HOURS) % 168


def weekly(seed: int = 3, noise: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    shape = 0.5 + 0.35 * np.sin(2 * np.pi * (SLOTS % 24 - 8) / 24) - 0.1 * (SLOTS // 24 > 4)
    rest = np.zeros(HOURS)
    for at in range(1, HOURS):
        rest[at] = 0.8 * rest[at - 1] + rng.normal(0, noise)
    return np.clip(shape + rest, 0, 1)


@pytest.mark.parametrize(
    ("day", "worked", "like"),
    [
        (date(2026, 11, 26), True, 3),
        (date(2026, 10, 1), False, 6),  # a holiday is like a Sunday
        (date(2026, 10, 10), True, 4),  # a worked Saturday like a Friday
        (date(2026, 9, 20), True, 0),  # a worked Sunday like a Monday
        (date(2026, 11, 28), False, 5),
    ],
)
def test_days_that_are_like_others(day: date, worked: bool, like: int) -> None:
    assert slot_of(day, 7, lambda _: worked) == like * 24 + 7


def test_what_repeats_every_week_is_told_almost_exactly() -> None:
    share = weekly()
    model = fit(share, SLOTS)
    for ahead in (1, 7, 30, 100):
        said = predict(model, SLOTS, (SLOTS[-1] + ahead) % 168, ahead)
        assert said.share == pytest.approx(share[ahead - 1], abs=0.03)
        assert said.low <= said.share <= said.high


def test_a_difference_is_carried_on_and_fades() -> None:
    share = weekly(noise=0.03)
    share[-1] = 0.98
    model = fit(share, SLOTS)
    over = [
        predict(model, SLOTS, (SLOTS[-1] + a) % 168, a).share - model.profile[(SLOTS[-1] + a) % 168] for a in (1, 5)
    ]
    assert over[0] > over[1] > 0


def test_it_beats_the_week_before_and_its_interval_holds() -> None:
    found = backtest(weekly(noise=0.03), SLOTS, range(5 * 168, HOURS - 30, 11), (1, 3, 6, 24))
    assert found.cases > 150
    assert found.method < 0.75 * found.week_ago
    assert 0.7 < found.held < 0.92


def test_gaps_are_no_zeros() -> None:
    whole = weekly()
    holed = whole.copy()
    holed[::5] = np.nan
    said = predict(fit(holed, SLOTS), SLOTS, 20, 21)
    assert said.share == pytest.approx(predict(fit(whole, SLOTS), SLOTS, 20, 21).share, abs=0.05)


def test_hours_are_put_in_their_places() -> None:
    end = datetime(2026, 11, 26, 8)
    known = [(end - timedelta(hours=back), back / 1_000) for back in range(14 * 24)]
    made = series(end, known, lambda day: day.weekday() < 5)
    assert made is not None
    assert made.share[-1] == 0
    assert made.share[-3] == 0.002
    assert made.slots[-1] == 3 * 24 + 7  # the hour that ended at 8 on a Thursday
    assert np.isnan(made.share[0])


def test_two_weeks_are_needed() -> None:
    end = datetime(2026, 11, 26, 8)
    known = [(end - timedelta(hours=back), 0.5) for back in range(14 * 24 - 1)]
    assert series(end, known, lambda _: True) is None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 168))
def test_forecasts_are_shares_in_order(seed: int, ahead: int) -> None:
    share = weekly(seed, noise=0.2)
    said = predict(fit(share, SLOTS), SLOTS, (SLOTS[-1] + ahead) % 168, ahead)
    assert 0 <= said.low <= said.high <= 1
    assert 0 <= said.share <= 1
