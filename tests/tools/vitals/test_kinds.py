from __future__ import annotations

import numpy as np
import pytest

from tools.vitals.kinds import kind_of

HOURS = 200
BEGIN = 100


def quiet(seed: int = 0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(0, 0.7, HOURS)


@pytest.mark.parametrize(
    ("size", "hours", "kind"),
    [
        ([9.0], 1, "spike"),
        ([-9.0], 3, "spike"),
        ([6.0], 30, "shift"),
        ([-6.0], 30, "shift"),
        ([6.0, -6.0], 24, "shape"),
    ],
)
def test_a_kind_is_what_a_reader_would_see(size: list[float], hours: int, kind: str) -> None:
    away = quiet()
    away[BEGIN : BEGIN + hours] += np.repeat(size, hours // len(size))
    assert kind_of(100 + away, away, BEGIN, BEGIN + hours - 1, BEGIN) == kind


def test_a_drift_was_on_its_way_before_it_became_an_alarm() -> None:
    away = quiet()
    away[BEGIN - 60 : BEGIN + 60] += np.linspace(0, 8, 120)
    assert kind_of(100 + away, away, BEGIN, BEGIN + 59, BEGIN + 59) == "drift"
    away[:BEGIN] = quiet()[:BEGIN]
    assert kind_of(100 + away, away, BEGIN, BEGIN + 59, BEGIN + 59) == "shift"


def test_equal_values_are_stuck_and_zeros_have_dropped_out() -> None:
    away = quiet()
    values = 100 + away
    values[BEGIN : BEGIN + 12] = values[BEGIN - 1]
    values[BEGIN + 5] = np.nan
    assert kind_of(values, away, BEGIN + 4, BEGIN + 11, BEGIN + 8) == "stuck"
    values[BEGIN : BEGIN + 12], away[BEGIN : BEGIN + 12] = 0, -40
    assert kind_of(values, away, BEGIN, BEGIN + 11, BEGIN + 8) == "dropout"
