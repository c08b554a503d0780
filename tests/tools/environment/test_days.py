from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.environment.conftest import ZONE, DataAt
from tools.environment.air_rules import POLLUTANTS
from tools.environment.days import area_days, station_days

DAY = date(2026, 5, 4)
MIDNIGHT = datetime(2026, 5, 4, tzinfo=ZONE)


def rows(**columns: Sequence[float | None]) -> pl.DataFrame:
    """One station's day, hour 1 to 24; what is not given is 10 all day."""
    every: dict[str, Any] = {name: columns.get(name, [10.0] * 24) for name in POLLUTANTS}
    times = [MIDNIGHT + timedelta(hours=hour) for hour in range(1, 25)]
    frame = pl.DataFrame({"station": ["a"] * 24, "at": times, **every}, strict=False)
    return frame.with_columns(pl.col(POLLUTANTS).cast(pl.Float64))


def only(frame: pl.DataFrame) -> dict[str, Any]:
    found = station_days(frame).rows(named=True)
    assert len(found) == 1
    return found[0]


def test_the_last_hour_of_a_day_ends_at_midnight() -> None:
    found = only(rows(pm25=[0.0] * 23 + [24.0]))
    assert (found["day"], found["pm25"]) == (DAY, 1.0)


@pytest.mark.parametrize(("hours", "valid"), [(19, False), (20, True), (24, True)])
def test_a_daily_mean_needs_twenty_hours(hours: int, valid: bool) -> None:
    values: list[float | None] = [30.0] * hours + [None] * (24 - hours)
    assert only(rows(pm25=values))["pm25"] == (30.0 if valid else None)


def test_ozone_is_the_highest_mean_of_eight_hours() -> None:
    values: list[float | None] = [20.0] * 24
    values[11:19] = [100.0, 120.0, 140.0, 160.0, 160.0, 140.0, 120.0, 100.0]
    assert only(rows(o3=values))["o3"] == pytest.approx(130.0)


def test_windows_do_not_reach_into_the_day_before() -> None:
    night = rows(o3=[300.0] * 4 + [0.0] * 20)
    assert only(night)["o3"] == pytest.approx(150.0)


def test_an_eight_hour_mean_needs_six_hours() -> None:
    gap: list[float | None] = [50.0] * 24
    gap[8:11] = [None] * 3  # windows ending at 11 … 16 have five hours: 11 of 17 are left
    assert only(rows(o3=gap))["o3"] is None
    gap[10] = 50.0
    assert only(rows(o3=gap))["o3"] == 50.0


def test_too_few_windows_still_tell_that_the_limit_is_broken() -> None:
    gap: list[float | None] = [170.0] * 24
    gap[8:11] = [None] * 3
    assert only(rows(o3=gap))["o3"] == pytest.approx(170.0)


def test_missing_rows_count_as_missing_hours() -> None:
    late = rows().filter(pl.col("at") > MIDNIGHT + timedelta(hours=5))
    found = only(late)
    assert (found["pm25"], found["o3"]) == (None, 10.0)


@given(st.lists(st.none() | st.floats(0, 400), min_size=24, max_size=24))
@settings(max_examples=60, deadline=None)
def test_ozone_against_a_plain_reckoning(values: list[float | None]) -> None:
    means = []
    for end in range(8, 25):
        known = [one for one in values[end - 8 : end] if one is not None]
        if len(known) >= 6:
            means.append(sum(known) / len(known))
    expected = max(means) if len(means) >= 14 or (means and max(means) > 160 + 1e-6) else None
    found = only(rows(o3=values))["o3"]
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-6))


def test_an_area_needs_three_quarters_of_its_stations(data_at: DataAt) -> None:
    during, stations = date(2026, 8, 6), ["YLA05", "YLA06"]  # the second is silent
    found = area_days(data_at(), stations, during, during)
    assert found["pm25"].to_list() == [None]
    many = [f"YLA{number:02d}" for number in range(1, 12)]
    assert area_days(data_at(), many, during, during)["pm25"][0] > 0


def test_days_never_reach_past_now(data_at: DataAt) -> None:
    found = area_days(data_at(), ["YLA01"], date(2026, 11, 25), date(2026, 11, 26))
    assert found["day"].to_list() == [date(2026, 11, 25), date(2026, 11, 26)]
    assert found["pm25"][0] is not None
    assert found["pm25"][1] is None
