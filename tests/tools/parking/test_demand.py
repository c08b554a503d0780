from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest

from tests.tools.parking.conftest import ZONE
from tools.feeds.citydata import CityData
from tools.parking.demand import demand
from tools.parking.lots import Lot, lots_of


@pytest.fixture
def two(data: CityData) -> list[Lot]:
    first = lots_of(data)[0]
    return [replace(first, id="a", spaces=100), replace(first, id="b", spaces=50)]


def rows(*given: tuple[str, int, int, int | None, int | None]) -> pl.DataFrame:
    """(lot, day, hour that begins, cars, entries)"""
    begin = datetime(2026, 11, 2, tzinfo=ZONE)
    return pl.DataFrame(
        {
            "lot": [g[0] for g in given],
            "at": [begin + timedelta(days=g[1], hours=g[2] + 1) for g in given],
            "cars": [g[3] for g in given],
            "entries": [g[4] for g in given],
        },
        schema={
            "lot": pl.String,
            "at": pl.Datetime("us", "Asia/Shanghai"),
            "cars": pl.Int64,
            "entries": pl.Int64,
        },
    )


def test_by_hand(two: list[Lot]) -> None:
    found = demand(
        rows(
            ("a", 0, 9, 80, 10),
            ("b", 0, 9, 40, 5),
            ("a", 0, 23, 20, 0),
            ("b", 0, 23, 50, 0),
            ("a", 1, 9, 60, 10),
            ("b", 1, 9, 20, 5),
        ),
        two,
    )
    assert found is not None
    assert (found.lots, found.spaces, found.days) == (2, 150, 2)
    assert found.peak_cars == 100  # 120 on the first day, 80 on the second
    assert found.ratio == 1.5
    assert found.peak_hour == 9
    assert [(h.hour, round(h.share, 4)) for h in found.hours] == [(9, round(200 / 300, 4)), (23, round(70 / 150, 4))]
    assert found.turnover == pytest.approx(30 / 450 * 24)


def test_the_hour_before_midnight_belongs_to_its_own_day(two: list[Lot]) -> None:
    found = demand(rows(("a", 0, 23, 10, None), ("b", 0, 23, 10, None)), two)
    assert found is not None
    assert (found.days, found.hours[0].hour, found.turnover) == (1, 23, None)


def test_silent_car_parks_are_taken_to_be_like_the_others(two: list[Lot]) -> None:
    found = demand(rows(("a", 0, 9, 50, 1), ("b", 0, 9, 25, 1), ("a", 0, 10, 80, 1), ("b", 0, 10, None, 1)), two)
    assert found is not None
    assert found.peak_cars == 120


def test_often_full(two: list[Lot]) -> None:
    given = [("a", 0, hour, 98 if hour < 3 else 10, 1) for hour in range(24)]
    given += [("b", 0, hour, 50 if hour < 1 else 10, 1) for hour in range(24)]
    found = demand(rows(*given), two)
    assert found is not None
    assert [(full.lot, full.hours) for full in found.full] == [("a", 3.0)]


def test_nothing_known(two: list[Lot]) -> None:
    assert demand(rows(("a", 0, 9, None, 1)), two) is None
    assert demand(rows(("elsewhere", 0, 9, 5, 1)), two) is None
