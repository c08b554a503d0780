"""Daily means of air that may be told: of a station, and of the stations of an area.

Validity: a daily mean needs 20 hourly values and an eight-hour mean six of eight (GB 3095-2012, 6; kept in 2026); the
day's highest eight-hour ozone, over the windows that end at 8:00 … 24:00, needs 14 of them, or to lie above the limit
all the same; an area's day needs three quarters of its stations (HJ 663-2013, 4 and 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tools.environment.air_rules import POLLUTANTS
from tools.environment.data import AIR

if TYPE_CHECKING:
    import polars as pl

    from tools.feeds.citydata import CityData

HOURS_OF_A_DAY = 20
HOURS_OF_EIGHT = 6
WINDOWS_OF_A_DAY = 14
OZONE_LIMIT = 160.0
STATIONS_OF_ALL = 0.75
_SECOND = timedelta(seconds=1)
_FIRST_WINDOW = 8


def area_days(data: CityData, stations: Sequence[str], since: date, until: date) -> pl.DataFrame:
    """One row a day: ``day`` and each pollutant's mean over the stations, null where it is not valid."""
    import polars as pl

    zone, one_day = data.now.tzinfo, timedelta(days=1)
    first = datetime.combine(since, time(), zone)
    last = datetime.combine(until + one_day, time(), zone)
    rows = data.between(AIR, first + _SECOND, last + _SECOND, {"station": list(stations)})
    least = STATIONS_OF_ALL * len(stations)
    valid = [pl.when(pl.col(name).count() >= least).then(pl.col(name).mean()).alias(name) for name in POLLUTANTS]
    return station_days(rows).group_by("day").agg(valid).sort("day")


def station_days(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each station and day: ``station``, ``day``, and each pollutant; ``o3`` is the highest eight hours."""
    import polars as pl

    hours = rows.with_columns(day=(pl.col("at") - pl.duration(hours=1)).dt.date())
    means = [
        pl.when(pl.col(name).count() >= HOURS_OF_A_DAY).then(pl.col(name).mean()).alias(name)
        for name in POLLUTANTS
        if name != "o3"
    ]
    daily = hours.group_by("station", "day").agg(means)
    return daily.join(_ozone(hours), on=["station", "day"], how="left").sort("station", "day")


def _ozone(hours: pl.DataFrame) -> pl.DataFrame:
    """The highest eight-hour mean of each station and day."""
    import polars as pl

    ends = pl.DataFrame({"hour": list(range(1, 25))})
    grid = (
        hours.select("station", "day")
        .unique()
        .join(ends, how="cross")
        .join(_numbered(hours), on=["station", "day", "hour"], how="left")
        .sort("station", "day", "hour")
    )
    eight = pl.col("o3").rolling_mean(8, min_samples=HOURS_OF_EIGHT).over("station", "day")
    windows = grid.with_columns(eight=eight).filter(pl.col("hour") >= _FIRST_WINDOW)
    most, known = pl.col("eight").max(), pl.col("eight").count()
    told = pl.when((known >= WINDOWS_OF_A_DAY) | (most > OZONE_LIMIT)).then(most).alias("o3")
    return windows.group_by("station", "day").agg(told)


def _numbered(hours: pl.DataFrame) -> pl.DataFrame:
    """Ozone by the number of its hour in the day, 1 … 24; of an hour that comes twice the mean."""
    import polars as pl

    number = (pl.col("at") - pl.duration(hours=1)).dt.hour().cast(pl.Int64) + 1
    return hours.with_columns(hour=number).group_by("station", "day", "hour").agg(pl.col("o3").mean())
