from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from city.errors import BadInput
from tools.feeds.ground import metres
from tools.land.data import PARCELS
from tools.land.naming import House
from tools.land.register import Register, district_in

FIRST, SECOND = date(2020, 1, 1), date(2025, 9, 1)
DAY = date(2026, 1, 1)
ADDRESSES = pl.DataFrame(
    {
        "address": ["甲区东街5号", "乙区东街5号", "甲区西路12号", "甲区西路14号"],
        "parcel": ["AA-01", "BB-01", "AA-02", "AA-02"],
        "district": ["a", "b", "a", None],
    }
)


def square(east: int, north: int, side: float = 1.0) -> BaseGeometry:
    """A square of so many thousandths of a degree at (113, 29)."""
    return shapely.box(113 + east / 1_000, 29 + north / 1_000, 113 + (east + side) / 1_000, 29 + (north + side) / 1_000)


def table(*rows: tuple[str, BaseGeometry, date, date | None]) -> pl.DataFrame:
    """Parcels in standard columns."""
    plain: dict[str, list[Any]] = {column.name: [None] * len(rows) for column in PARCELS.columns}
    plain |= {
        "number": [row[0] for row in rows],
        "code": ["R2"] * len(rows),
        "zoning": ["x"] * len(rows),
        "area": [16_200.000000000002] * len(rows),
        "valid_from": [row[2] for row in rows],
        "valid_to": [row[3] for row in rows],
        "shape": [shapely.to_wkb(row[1]) for row in rows],
    }
    return pl.DataFrame(plain)


@pytest.fixture(scope="module")
def register() -> Register:
    hole = square(10, 0, 4).difference(square(11, 1, 1))
    parcels = table(
        ("AA-01", square(0, 0), SECOND, None),
        ("AA-01", square(0, 0, 2), FIRST, SECOND),
        ("AA-02", square(1, 0), SECOND, None),
        ("BB-01", hole, FIRST, None),
        ("BB-02", square(11, 1, 1), FIRST, None),
    )
    return Register.of(parcels, ADDRESSES, ["甲区", "乙区"])


def test_versions_and_days(register: Register) -> None:
    assert len(register) == 4
    assert [one.valid_from for one in register.versions("aa1")] == [FIRST, SECOND]
    for day, since in ((FIRST, FIRST), (SECOND, SECOND), (DAY, SECOND)):
        found = register.on("AA-01", day)
        assert found is not None
        assert found.valid_from == since
    assert register.on("AA-01", date(2025, 8, 31)) == register.versions("AA-01")[0]
    assert register.on("AA-01", date(2019, 12, 31)) is None
    assert register.versions("ZZ-9") == []


def test_hectares_leave_no_hair(register: Register) -> None:
    assert register.versions("AA-01")[0].area == 16_200


def test_points(register: Register) -> None:
    def at(east: float, north: float, day: date = DAY) -> list[str]:
        return [one.number for one in register.at_point(113 + east / 1_000, 29 + north / 1_000, day)]

    assert at(0.5, 0.5) == ["AA-01"]
    assert at(1.5, 0.5) == ["AA-02"]
    assert at(1.5, 0.5, date(2024, 1, 1)) == ["AA-01"]
    assert at(10.5, 0.5) == ["BB-01"]
    assert at(11.5, 1.5) == ["BB-02"]
    assert at(5, 5) == []
    assert sorted(at(1.0, 0.5)) == ["AA-01", "AA-02"]


def test_addresses(register: Register) -> None:
    assert register.house("东街5号") == House("东街", 5, "")
    assert register.at_house(House("东街", 5, "")) == ["AA-01", "BB-01"]
    assert register.at_house(House("东街", 5, ""), "b") == ["BB-01"]
    assert register.at_house(House("西路", 14, ""), "a") == ["AA-02"]
    assert register.at_house(House("西路", 13, "")) == []
    assert register.address("AA-02") == "甲区西路12号"
    assert register.address("BB-02") is None
    register.add_road_names({"老东街": "东街", "新街": "无名街"})
    assert register.house("老东街5号") == House("东街", 5, "")
    assert register.house("新街5号") is None


def test_around(register: Register) -> None:
    found = register.around(113.0005, 29.0005, 2_000, DAY)
    assert [(near.version.number, near.metres == 0) for near in found] == [
        ("AA-01", True),
        ("AA-02", False),
        ("BB-01", False),
        ("BB-02", False),
    ]
    assert found[2].metres == pytest.approx(metres(113.0005, 29.0005, 113.01, 29.0005), abs=0.2)
    assert [near.version.number for near in register.around(113.0005, 29.0005, 60, DAY)] == ["AA-01", "AA-02"]
    chosen = register.around(113.0005, 29.0005, 2_000, DAY, lambda one: one.number.startswith("B"))
    assert [near.version.number for near in chosen] == ["BB-01", "BB-02"]


def test_a_point_of_a_parcel_lies_in_it(register: Register) -> None:
    ring = register.versions("BB-01")[0]
    assert [one.number for one in register.at_point(*register.middle(ring), DAY)] == ["BB-01"]


def test_two_versions_at_once_are_refused() -> None:
    parcels = table(("AA-01", square(0, 0), FIRST, None), ("aa 1", square(0, 0), SECOND, None))
    with pytest.raises(BadInput, match="two versions on 2025-09-01"):
        Register.of(parcels, None)


@given(st.integers(0, 400), st.integers(0, 400))
def test_points_of_a_grid_are_in_one_parcel_or_on_its_edges(east: int, north: int) -> None:
    grid = table(*((f"AA-{e * 4 + n + 1}", square(e, n), FIRST, None) for e in range(4) for n in range(4)))
    found = Register.of(grid, None).at_point(113 + east / 100_000, 29 + north / 100_000, DAY)
    inside = [
        f"AA-{e * 4 + n + 1}"
        for e in range(4)
        for n in range(4)
        if e * 100 < east < e * 100 + 100 and n * 100 < north < n * 100 + 100
    ]
    if inside:
        assert [one.number for one in found] == inside
    else:
        assert 1 <= len(found) <= 4


def test_districts_by_their_names() -> None:
    assert district_in("乙区东街", {"甲区": "a", "乙区": "b"}) == "b"
    assert district_in("东街", {"甲区": "a"}) == ""
