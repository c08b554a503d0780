"""The values of a chart as a table: for readers who cannot see the drawing, and for copying."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tools.charts.chart import Chart

NOTHING = "无数据"


class Rows(NamedTuple):
    """A head and rows of equal length; all text."""

    head: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]


def rows(chart: Chart) -> Rows:
    """Every point of a chart: its time or label, its values with the chart's digits; a gap is told as such."""
    columns = [(one.name, one.values) for one in chart.series]
    if chart.band:
        columns += [(f"{chart.band.name}下限", chart.band.low), (f"{chart.band.name}上限", chart.band.high)]
    unit = f"（{chart.unit}）" if chart.unit else ""
    head = ("时间" if chart.times else "项目", *(f"{name}{unit}" for name, _ in columns))
    points = when(chart.times) if chart.times else chart.labels
    body = ((point, *(number(values[at], chart.digits) for _, values in columns)) for at, point in enumerate(points))
    return Rows(head, tuple(body))


def number(value: float | None, digits: int) -> str:
    """A value as the table says it."""
    return NOTHING if value is None else f"{round(value, digits) + 0.0:.{digits}f}"


def when(times: tuple[datetime, ...]) -> tuple[str, ...]:
    """Times as short as tells them apart: months, days or minutes."""
    if any(time.hour or time.minute for time in times):
        return tuple(f"{time:%Y-%m-%d %H:%M}" for time in times)
    if any(time.day != 1 for time in times) or len(times) == 1:
        return tuple(f"{time:%Y-%m-%d}" for time in times)
    return tuple(f"{time:%Y-%m}" for time in times)
