from __future__ import annotations

import numpy as np
import pytest

from tools.petitions.calibration import NEVER, error_of_equal_mass, error_of_equal_width, reach, realised


def test_reach_takes_as_many_as_the_precision_allows() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, True, False, True])
    assert reach(confidence, right, 0.8) == (0.5, 1.0, 0.8)
    assert reach(confidence, right, 0.9) == (0.7, 0.6, 1.0)
    assert reach(confidence, ~right, 0.9) == NEVER


def test_equal_confidences_stay_together() -> None:
    confidence, right = np.array([0.9, 0.5, 0.5]), np.array([True, True, False])
    assert tuple(reach(confidence, right, 0.9)) == pytest.approx((0.9, 1 / 3, 1.0))


def test_realised_is_what_the_threshold_does_elsewhere() -> None:
    found = realised(np.array([0.9, 0.6, 0.2]), np.array([True, False, True]), 0.5)
    assert tuple(found) == pytest.approx((0.5, 2 / 3, 0.5))
    assert realised(np.array([0.9]), np.array([True]), NEVER.threshold) == (2.0, 0.0, 0.0)


def test_calibration_error() -> None:
    confidence = np.full(300, 0.8)
    right = np.arange(300) % 5 != 0
    assert error_of_equal_width(confidence, right) == pytest.approx(0)
    assert error_of_equal_mass(confidence, right) == pytest.approx(0)
    assert error_of_equal_width(confidence, np.ones(300, bool)) == pytest.approx(0.2)
    assert error_of_equal_width(np.ones(3), np.ones(3, bool)) == 0
