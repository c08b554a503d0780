from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.tourism.rules import FILE, Rules
from tools.tourism.travel import By, Point, kilometres, leg

RULES = read_record(YUNLAN, FILE, Rules).travel
HERE = Point(113.2, 29.6)
points = st.builds(Point, st.floats(113.0, 113.4), st.floats(29.2, 29.8))


def test_distance_is_the_length_of_the_arc() -> None:
    assert kilometres(HERE, Point(113.2, 29.7)) == pytest.approx(11.119, abs=0.002)  # a tenth of a degree
    assert kilometres(HERE, HERE) == 0


@pytest.mark.parametrize(
    ("by", "north_km", "slow", "minutes", "told"),
    [
        ("walk", 1.0, False, 18, "walk"),  # 1.3 km at 4.5 km/h: 17.3
        ("transit", 1.0, False, 18, "walk"),  # short enough to walk
        ("transit", 1.0, True, 15, "transit"),  # 1.3 km at 18 km/h: 4.3, and 10 of waiting
        ("transit", 5.0, False, 32, "transit"),  # 6.5 km: 21.7 + 10
        ("car", 5.0, False, 20, "car"),  # 6.5 km at 28 km/h: 13.9 + 6
        ("car", 20.0, False, 45, "car"),  # 26 km: 8 at 28, 18 at 50: 17.1 + 21.6 + 6
    ],
)
def test_minutes_by_hand(by: By, north_km: float, slow: bool, minutes: int, told: By) -> None:
    way = leg(HERE, Point(113.2, 29.6 + north_km / 111.195), by, slow, RULES)
    assert (way.minutes, way.by) == (minutes, told)


@given(points, points, st.sampled_from(["walk", "transit", "car"]), st.booleans())
def test_ways_are_alike_in_both_directions(one: Point, other: Point, by: By, slow: bool) -> None:
    there, back = leg(one, other, by, slow, RULES), leg(other, one, by, slow, RULES)
    assert there.minutes == back.minutes >= 0
    assert there.km == pytest.approx(back.km)
