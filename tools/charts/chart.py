"""What a chart shows. It is plain data: the drawing and the table are made from it where a reader needs them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import model_validator

from tools.seam.fields import Found, measure

Values = tuple[float | None, ...]
MOST_POINTS = 5_000
MOST_SERIES = 6


class Series(Found):
    """One line, or one set of bars. ``None`` is a gap, which is shown as a gap."""

    name: str = measure("名称")
    values: Values = measure("数值")


class Band(Found):
    """The range that was to be expected, drawn behind the lines."""

    name: str = measure("名称")
    low: Values = measure("下限")
    high: Values = measure("上限")


class Mark(Found):
    """Something to look at: a level all the way across, one point, or a stretch ``at`` … ``to`` (both included).

    ``at`` and ``to`` count the points of the x axis from 0.
    """

    kind: Literal["level", "point", "stretch"] = measure("种类")
    name: str = measure("名称")
    value: float | None = measure("数值", default=None)
    at: int | None = measure("位置", default=None)
    to: int | None = measure("终点", default=None)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        wanted = {"level": ("value",), "point": ("at", "value"), "stretch": ("at", "to")}[self.kind]
        missing = [name for name in wanted if getattr(self, name) is None]
        if missing:
            raise ValueError(f"a mark of kind {self.kind!r} needs {' and '.join(missing)}")
        return self


class Chart(Found):
    """Values along times or along labels, one of the two.

    ``unit`` and ``digits`` hold for every value. Bars and areas start at zero. Times are aware and in order.
    """

    kind: Literal["line", "bar", "area"] = measure("图形")
    title: str = measure("标题")
    unit: str = measure("单位", default="")
    digits: int = measure("小数位数", default=0, ge=0, le=6)
    times: tuple[datetime, ...] = measure("时间", default=())
    labels: tuple[str, ...] = measure("项目", default=())
    series: tuple[Series, ...] = measure("数据", min_length=1, max_length=MOST_SERIES)
    band: Band | None = measure("正常范围", default=None)
    marks: tuple[Mark, ...] = measure("标记", default=())

    @property
    def count(self) -> int:
        """Points along the x axis."""
        return len(self.times) or len(self.labels)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if bool(self.times) == bool(self.labels):
            raise ValueError("give either times or labels, at least one point")
        if self.count > MOST_POINTS:
            raise ValueError(f"{self.count} points are more than a reader can use: at most {MOST_POINTS}")
        if any(time.tzinfo is None for time in self.times) or list(self.times) != sorted(self.times):
            raise ValueError("times are aware and in order")
        lengths = {len(one.values) for one in self.series}
        lengths |= {len(self.band.low), len(self.band.high)} if self.band else set()
        if lengths != {self.count}:
            raise ValueError(f"every series needs {self.count} values, one for each point; found {sorted(lengths)}")
        places = [place for mark in self.marks for place in (mark.at, mark.to) if place is not None]
        if any(not 0 <= place < self.count for place in places):
            raise ValueError(f"a mark lies outside the points 0 … {self.count - 1}")
        return self
