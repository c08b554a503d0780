from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.pack import CityPack
from city.schema import Road
from tests.tools.patrols.conftest import PLANE, own_rules
from tools.patrols.plane import Point
from tools.patrols.roads import RoadNet

DRIVE = own_rules().drive


def road(id: str, *points: tuple[float, float], crosses: dict[str, tuple[float, float]] | None = None) -> Road:
    degrees = [PLANE.degrees(Point(*point)) for point in points]
    met = [
        {"with": other, "with_name": other, "district": "d", "street": "s", "lon": lon, "lat": lat}
        for other, (lon, lat) in ((other, PLANE.degrees(Point(*p))) for other, p in (crosses or {}).items())
    ]
    return Road.model_validate({"id": id, "name": id, "districts": ["d"], "line": degrees, "crossings": met})


def test_along_two_roads_over_their_crossing(pack: CityPack) -> None:
    # East-west and north-south, meeting at the origin: 4 km each, by roads only.
    east = road("east", (-4000, 0), (4000, 0), crosses={"north": (0, 0)})
    north = road("north", (0, -4000), (0, 4000), crosses={"east": (0, 0)})
    net = RoadNet(replace(pack, roads=(east, north)), PLANE)
    [way] = net.metres(Point(4000, 0), [Point(0, 4000)], DRIVE.model_copy(update={"detour": 9.0, "access": 9.0}))
    assert way == pytest.approx(8000, rel=1e-4)
    # 300 m beside the road, which is 9 times as long to the next road: 2.7 km, then 8 km.
    [way] = net.metres(Point(4000, 0), [Point(0, 4300)], DRIVE.model_copy(update={"detour": 9.0, "access": 9.0}))
    assert way == pytest.approx(10_700, rel=1e-4)
    # A straight line with the usual detour is shorter than that, and is then taken.
    [way] = net.metres(Point(4000, 0), [Point(0, 4000)], DRIVE.model_copy(update={"detour": 1.2}))
    assert way == pytest.approx(1.2 * 4000 * 2**0.5, rel=1e-4)


def test_where_there_is_no_road(pack: CityPack) -> None:
    net = RoadNet(replace(pack, roads=()), PLANE)
    assert net.metres(Point(0, 0), [Point(3000, 4000)], DRIVE) == pytest.approx([5000 * DRIVE.detour])
    assert net.metres(Point(0, 0), [], DRIVE) == []


SPOTS = st.tuples(st.floats(-20_000, 20_000), st.floats(-20_000, 20_000)).map(lambda pair: Point(*pair))


@settings(max_examples=40, deadline=None)
@given(SPOTS, st.lists(SPOTS, min_size=1, max_size=4))
def test_no_way_is_shorter_than_the_line_or_longer_than_the_detour(
    pack: CityPack, goal: Point, starts: list[Point]
) -> None:
    from math import dist

    from tools.patrols.plane import Plane

    net = _NETS.setdefault("city", RoadNet(pack, Plane(*pack.city.centre)))
    ways = net.metres(goal, starts, DRIVE)
    for start, way in zip(starts, ways, strict=True):
        assert dist(start, goal) * 0.999 <= way <= dist(start, goal) * DRIVE.detour + 1e-6
        assert net.metres(start, [goal], DRIVE) == pytest.approx([way])


_NETS: dict[str, RoadNet] = {}
