from __future__ import annotations

import pytest
from shapely import Polygon

from tools.schools.areas import AreaMap

# Two squares of 0.01 degrees side by side at 30 degrees north: 1112 m high, 963 m wide.
LEFT = Polygon([(113.0, 30.0), (113.01, 30.0), (113.01, 30.01), (113.0, 30.01)])
RIGHT = Polygon([(113.01, 30.0), (113.02, 30.0), (113.02, 30.01), (113.01, 30.01)])
MAP = AreaMap([("a", "A", "d", 2026), ("b", "B", "d", 2026)], [LEFT, RIGHT])


def test_the_area_of_a_point_and_how_far_its_border_is() -> None:
    found = MAP.of(113.005, 30.005)
    assert found is not None
    assert found.id == "a"
    assert found.edge_m == pytest.approx(0.005 * 96_298, rel=0.001)


def test_a_point_near_the_border() -> None:
    found = MAP.of(113.0105, 30.005)
    assert found is not None
    assert found.id == "b"
    assert found.edge_m == pytest.approx(48.1, abs=0.1)


def test_a_point_on_the_border_goes_to_the_first() -> None:
    found = MAP.of(113.01, 30.005)
    assert found is not None
    assert found.id == "a"
    assert found.edge_m == pytest.approx(0, abs=1e-6)


def test_outside() -> None:
    assert MAP.of(113.03, 30.005) is None
