"""Months as they are asked for, and the reports of a month as they stand published."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tools.feeds.errors import NoData
from tools.seam import CannotCompute, Period

if TYPE_CHECKING:
    import polars as pl

    from tools.feeds.citydata import CityData
    from tools.feeds.dataset import Dataset

_EARLIEST = date(2000, 1, 1)


def month_of(period: Period, newest: date, today: date) -> date:
    """The first day of the month that is meant: the last of the period that is published, else its last one.

    Raises CannotCompute for a period that is to come.
    """
    if period.since > today:
        raise CannotCompute(f"{period.since} is to come", code="to_come", month=f"{period.since:%Y-%m}")
    last = min(period.until, today).replace(day=1)
    return min(last, newest) if period.since.replace(day=1) <= newest else last


def months_before(month: date, back: int) -> date:
    """The first day of the month ``back`` months earlier."""
    count = month.year * 12 + month.month - 1 - back
    return date(count // 12, count % 12 + 1, 1)


def published(data: CityData, dataset: Dataset, where: dict[str, object]) -> pl.DataFrame:
    """The newest published row of each key; a day counts as published from its beginning on. Raises NoData."""
    since = datetime.combine(_EARLIEST, time(), data.now.tzinfo)
    rows = data.between(dataset, since, data.now + timedelta(seconds=1), where)
    if rows.is_empty():
        raise NoData(f"nothing of {dataset.title} is published")
    return rows.unique(subset=list(dataset.key), keep="last", maintain_order=True)


def newest_month(rows: pl.DataFrame) -> date:
    """The newest month that is published."""
    newest: date = rows["month"].max()  # type: ignore[assignment]  # a day column with rows
    return newest


def not_published(title: str, month: date, newest: date) -> NoData:
    """What is raised where a month has no report."""
    return NoData(
        f"{title} of {month:%Y-%m} is not published; the newest is {newest:%Y-%m}",
        code="not_published",
        year=str(month.year),
        month=str(month.month),
        newest_year=str(newest.year),
        newest_month=str(newest.month),
    )
