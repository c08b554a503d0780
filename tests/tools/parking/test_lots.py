from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.gazetteer import Spot
from tests.tools.parking.conftest import NOW
from tools.feeds.citydata import CityData
from tools.feeds.ground import metres
from tools.parking.lots import Lot, along, around, free_now, lot_named, lots_of
from tools.seam.endings import CannotCompute, NoData

EMPTY: Any = dict.fromkeys(("id", "name", "kind", "sort", "district", "street", "address", "fee", "operator"), "")
PLAIN = Lot(
    **EMPTY,
    workday_hours="00:00-24:00",
    restday_hours="00:00-24:00",
    longitude=113.2,
    latitude=29.6,
    spaces=10,
    chargers=0,
    accessible=None,
    height=None,
    for_lorries=False,
    public_money=False,
    since=None,
)
POINTS = st.tuples(st.floats(113.0, 113.4), st.floats(29.4, 29.8))


def lot_at(longitude: float, latitude: float, id: str = "a") -> Lot:
    return replace(PLAIN, id=id, longitude=longitude, latitude=latitude)


def spot(point: tuple[float, float]) -> Spot:
    return Spot("landmark", "", "", "", "", point[1], point[0])


def test_around_is_a_circle_nearest_first() -> None:
    lots = [lot_at(113.2, 29.6 + north, str(north)) for north in (0.009, 0.001, 0.004)]
    found = around(lots, 113.2, 29.6, 900)
    assert [(away.lot.id, round(away.metres)) for away in found] == [("0.001", 111), ("0.004", 445)]


@given(st.lists(POINTS, max_size=20), POINTS, st.integers(100, 20_000))
def test_around_finds_those_within_and_no_other(
    points: list[tuple[float, float]], at: tuple[float, float], r: int
) -> None:
    lots = [lot_at(*point, id=str(i)) for i, point in enumerate(points)]
    found = {away.lot.id for away in around(lots, *at, r)}
    for lot in lots:
        away = metres(lot.longitude, lot.latitude, *at)
        if abs(away - r) > 0.003 * r:
            assert (lot.id in found) == (away < r)


def test_along_a_street_going_east() -> None:
    origin, destination = spot((113.20, 29.6)), spot((113.24, 29.6))
    beside, behind, past, off = (
        lot_at(113.22, 29.603, "beside"),
        lot_at(113.19, 29.6, "behind"),
        lot_at(113.244, 29.6, "past"),
        lot_at(113.22, 29.606, "off"),
    )
    found = along([beside, behind, past, off], origin, destination, 500)
    assert [away.lot.id for away in found] == ["past", "beside"]


@given(POINTS, POINTS, st.floats(0, 1))
def test_what_lies_on_the_line_is_on_the_way(
    origin: tuple[float, float], destination: tuple[float, float], share: float
) -> None:
    longitude, latitude = (o + share * (d - o) for o, d in zip(origin, destination, strict=True))
    assert len(along([lot_at(longitude, latitude)], spot(origin), spot(destination), 5)) == 1


def test_planned_car_parks_are_not_yet_there(data: CityData) -> None:
    now = {lot.name for lot in lots_of(data)}
    later = CityData(data.pack, data.gazetteer, data.feeds, NOW.replace(year=2027))
    new = {lot.name for lot in lots_of(later)} - now
    assert len(new) == 2
    assert all(lot.since is None or lot.since <= date(2026, 11, 26) for lot in lots_of(data))


def test_names(data: CityData) -> None:
    assert lot_named(data, "金桥换乘").name == "金桥换乘停车场"
    with pytest.raises(NoData) as unknown:
        lot_named(data, "火星基地")
    assert unknown.value.code == "unknown_lot"
    with pytest.raises(CannotCompute) as several:
        lot_named(data, "阳光花园来访车位")
    assert several.value.code == "several"
    assert len(several.value.fields["names"].split("、")) == 2


def test_a_planned_car_park_is_not_answered_by_its_neighbour(data: CityData) -> None:
    for name, day in (("会展停车楼", "2026年12月20日"), ("南坪县人民医院立体停车场", "2026年12月25日")):
        with pytest.raises(NoData) as planned:
            lot_named(data, name)
        assert (planned.value.code, planned.value.fields) == ("not_yet_used", {"name": name, "day": day})
        assert lot_named(CityData(data.pack, data.gazetteer, data.feeds, NOW.replace(year=2027)), name).name == name


def test_false_counts_are_not_told(data: CityData) -> None:
    lots = lots_of(data)
    free = free_now(data, lots)
    assert 0.9 * len(lots) < len(free) < len(lots)  # some are silent
    assert all(count is None or 0 <= count <= lot.spaces for lot in lots if (count := free.get(lot.id)) is not None)
