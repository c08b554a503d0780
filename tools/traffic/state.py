"""Road segments with their speeds and flows now, and what is usual at this hour of the week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tools.feeds.citydata import CityData
from tools.feeds.days import working_days
from tools.traffic.data import FLOW, HOURS, SEGMENTS

if TYPE_CHECKING:
    import polars as pl

WEEKS = 8
_FEWEST = 3
_SLOWEST = 2.0
"""km/h below which a speed counts as this: vehicles that stand would take for ever, and no queue does."""
_HOUR = timedelta(hours=1)


def segments_of(data: CityData) -> pl.DataFrame:
    """The register: id, road, name, district, length, free_speed, lanes."""
    return data.table(SEGMENTS).drop("line").unique("id", maintain_order=True)


def flow_now(data: CityData) -> pl.DataFrame:
    """The newest speed and flow of each segment, with its register row. Raises NotCurrent, NoData."""
    import polars as pl

    rows = data.latest(FLOW).drop_nulls(["speed", "flow"])
    slowest = pl.col("speed").clip(_SLOWEST)
    return rows.with_columns(slowest).join(segments_of(data), left_on="segment", right_on="id", how="inner")


def usual_hours(data: CityData, at: datetime | None = None) -> pl.DataFrame:
    """Hours like the one of ``at`` (default now) in the past eight weeks, with register rows; column ``day`` tells them
    apart.

    Like: the same weekday and hour, work or rest alike. Where holidays leave fewer than three, the same hour of every
    day that is worked (or free) as this one.
    """
    import polars as pl

    moment = at or data.now
    end = moment.replace(minute=0, second=0, microsecond=0) + _HOUR
    columns = ("segment", "at", "speed", "flow")
    rows = data.between(HOURS, end - timedelta(weeks=WEEKS), end - timedelta(days=1) + _HOUR, columns=columns)
    begun = pl.col("at").dt.offset_by("-1h")
    rows = rows.filter(begun.dt.hour() == moment.hour).with_columns(begun.dt.date().alias("day"))
    chosen = _like(rows["day"].unique().to_list(), moment.date(), working_days(data))
    rows = rows.filter(pl.col("day").is_in(chosen)).drop_nulls(["speed", "flow"])
    rows = rows.with_columns(pl.col("speed").clip(_SLOWEST))
    return rows.join(segments_of(data), left_on="segment", right_on="id", how="inner")


def _like(days: list[date], today: date, is_workday: Callable[[date], bool]) -> list[date]:
    same = [day for day in days if day < today and is_workday(day) == is_workday(today)]
    weekday = [day for day in same if day.weekday() == today.weekday()]
    return weekday if len(weekday) >= _FEWEST else same
