from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.feeds.ground import Plane, metres


def test_a_degree_of_latitude() -> None:
    assert metres(113.0, 29.0, 113.0, 30.0) == pytest.approx(111_195, abs=1)


def test_a_degree_of_longitude_shrinks_with_latitude() -> None:
    assert metres(113.0, 60.0, 114.0, 60.0) == pytest.approx(111_195 / 2, rel=1e-3)


@given(st.floats(112.6, 113.6), st.floats(29.1, 30.1), st.floats(112.6, 113.6), st.floats(29.1, 30.1))
def test_near_enough_to_the_great_circle(lon: float, lat: float, other_lon: float, other_lat: float) -> None:
    one, other = math.radians(lat), math.radians(other_lat)
    a = math.sin((other - one) / 2) ** 2
    a += math.cos(one) * math.cos(other) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    true = 2 * 6_371_008.8 * math.asin(math.sqrt(a))  # its formula loses what is below a micrometre
    assert metres(lon, lat, other_lon, other_lat) == pytest.approx(true, rel=2e-3, abs=1e-6)


def test_east_and_north() -> None:
    east, north = Plane(113.0, 30.0).place(113.01, 30.01)
    assert 0 < east < north < 1_113
