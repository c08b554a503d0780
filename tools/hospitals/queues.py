"""People waiting now, and what is usual at this time of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tools.feeds.citydata import CityData
from tools.feeds.days import working_days
from tools.feeds.errors import NoData
from tools.hospitals.data import QUEUE
from tools.hospitals.settings import Rules

_LEAST_DAYS = 3


class Count(NamedTuple):
    """One department now."""

    waiting: int
    minutes: int | None


class Counts(NamedTuple):
    """By department: now, and the usual number; ``at`` is the time of the newest count."""

    now: dict[str, Count]
    usual: dict[str, int]
    at: datetime | None


NOBODY = Counts({}, {}, None)


def now_waiting(data: CityData, departments: Sequence[str], rules: Rules) -> Counts:
    """The newest counts of these departments, none where they never report.

    Raises NotCurrent where every one is too old, NoData where the city has no such feed.
    """
    try:
        rows = data.latest(QUEUE, {"department": list(departments)}).drop_nulls("waiting")
    except NoData as error:
        if error.code != "no_data":
            raise
        return NOBODY
    now = {
        department: Count(waiting, about)
        for department, waiting, about in rows.select("department", "waiting", "minutes").iter_rows()
    }
    newest = rows["at"].max()
    return Counts(now, _usual(data, list(now), rules), newest if isinstance(newest, datetime) else None)


def _usual(data: CityData, departments: list[str], rules: Rules) -> dict[str, int]:
    """The median at about this time of the day, on days of the same kind (worked or free), before today.

    A department with fewer than three such days has none.
    """
    import polars as pl

    if not departments:
        return {}
    works = working_days(data)
    today = data.now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = data.between(QUEUE, today - timedelta(days=rules.usual_days), today, {"department": departments})
    clock = pl.col("at").dt.hour().cast(pl.Int64) * 60 + pl.col("at").dt.minute()
    about = data.now.hour * 60 + data.now.minute
    alike = [day for day in rows["at"].dt.date().unique().to_list() if works(day) == works(data.today)]
    near = rows.drop_nulls("waiting").filter(
        ((clock - about).abs() <= rules.usual_minutes) & pl.col("at").dt.date().is_in(alike)
    )
    medians = near.group_by("department").agg(
        pl.col("waiting").median().alias("usual"), pl.col("at").dt.date().n_unique().alias("days")
    )
    enough = medians.filter(pl.col("days") >= _LEAST_DAYS)
    return {department: round(usual) for department, usual in enough.select("department", "usual").iter_rows()}
