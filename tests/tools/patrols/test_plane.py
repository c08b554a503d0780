from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.patrols.plane import Plane, Point, Wind, flight_seconds, ground_speed


def test_degrees_and_back() -> None:
    plane = Plane(113.2, 29.6)
    point = plane.point(113.3, 29.7)
    assert plane.degrees(point) == pytest.approx((113.3, 29.7))
    # A hundredth of a circle's degree north is 11.12 km for a tenth of a degree; east it is the cosine of that.
    assert point.y == pytest.approx(11_119.5, abs=1)
    assert point.x == pytest.approx(11_119.5 * math.cos(math.radians(29.6)), abs=1)


def test_wind_from_ahead_behind_and_the_side() -> None:
    north_wind = Wind(6, 0)
    assert ground_speed(10, north_wind, 0, 1) == pytest.approx(4)
    assert ground_speed(10, north_wind, 0, -1) == pytest.approx(16)
    assert ground_speed(10, north_wind, 1, 0) == pytest.approx(8)  # 6-8-10
    assert ground_speed(10, Wind(0, 77), 3, 4) == pytest.approx(10)
    assert ground_speed(10, north_wind, 0, 0) == 10


def test_wind_that_is_too_strong() -> None:
    assert ground_speed(10, Wind(10, 0), 0, 1) is None
    assert ground_speed(10, Wind(10, 0), 1, 0) is None
    assert ground_speed(10, Wind(10, 0), 0, -1) == pytest.approx(20)
    path = [Point(0, 0), Point(0, -100), Point(0, 0)]
    assert flight_seconds(path, 10, Wind(10, 0)) is None
    assert flight_seconds(path, 10, Wind(6, 0)) == pytest.approx(100 / 16 + 100 / 4)


@given(
    st.floats(5, 25), st.floats(0, 4.9), st.floats(0, 360), st.floats(0, 360).map(math.radians), st.floats(10, 9_000)
)
def test_there_and_back_is_never_quicker_with_wind(
    airspeed: float, speed: float, from_degrees: float, track: float, far: float
) -> None:
    path = [Point(0, 0), Point(far * math.sin(track), far * math.cos(track)), Point(0, 0)]
    seconds = flight_seconds(path, airspeed, Wind(speed, from_degrees))
    assert seconds is not None
    assert seconds >= 2 * far / airspeed - 1e-6
