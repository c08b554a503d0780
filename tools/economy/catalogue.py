"""``economy/indicators.yaml`` of a pack: what each indicator is, how its growth is known, when it is due."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from city.schema import Record
from tools.seam.naming import find

FILE = "economy/indicators.yaml"
Span = Literal["single", "cumulative"]
Kind = Literal["amount", "growth", "rate", "index"]
"""amount: can be summed over months. growth: only growth is published. rate: per cent, compared in points. index: a
diffusion index or other number compared in points."""
_QUARTER_ENDS = (3, 6, 9, 12)
_JOINT = 2


class Due(Record):
    """When a month's figure is published: a day of a month after it."""

    day: int = Field(ge=1, le=28)
    after: int = Field(default=1, ge=0, le=3, description="months after the last month of the period")


class Indicator(Record):
    """One indicator. ``joint``: January is not published alone, January and February come together."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    aliases: tuple[str, ...] = ()
    unit: str = ""
    digits: int = Field(default=1, ge=0, le=4)
    kind: Kind
    every: Literal["month", "quarter"] = "month"
    spans: tuple[Span, ...] = Field(min_length=1, description="the usual one first")
    joint: bool = False
    growth: Literal["official", "computed"] = Field(
        default="official", description="official: only what is published; computed: from the values of two years"
    )
    basis: str = Field(default="", description="how growth is meant, e.g. 按不变价计算")
    due: Due
    districts: bool = True
    owner: str
    about: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kind == "growth" and self.growth == "computed":
            raise ValueError(f"{self.id}: growth cannot be computed where no value is published")
        if self.every == "quarter" and self.joint:
            raise ValueError(f"{self.id}: a quarterly indicator has no joint January and February")
        return self

    @property
    def in_points(self) -> bool:
        """Whether change is told in points, never in per cent."""
        return self.kind in ("rate", "index")

    def has(self, month: date) -> bool:
        """Whether there is a period that ends with this month."""
        if self.every == "quarter":
            return month.month in _QUARTER_ENDS
        return not (self.joint and month.month == 1)

    def has_single(self, month: date) -> bool:
        """Whether the month (or quarter) is published on its own."""
        return "single" in self.spans and not (self.joint and month.month <= _JOINT)

    def due_on(self, month: date) -> date:
        """When the period that ends with this month is due."""
        return months_later(month, self.due.after).replace(day=self.due.day)

    def next_after(self, month: date) -> date:
        """The last month of the next period."""
        step = months_later(month, 1)
        while not self.has(step):
            step = months_later(step, 1)
        return step

    def first_month(self, month: date, span: Span) -> int:
        """The first month of a period."""
        if span == "cumulative":
            return 1
        return month.month - 2 if self.every == "quarter" else month.month


class Catalogue(Record):
    """Every indicator of a city."""

    indicators: tuple[Indicator, ...] = Field(min_length=1)
    growth: str = Field(description="the word for growth against a year before, in a chart's title")
    spans: dict[Literal["month", "quarter", "cumulative"], str] = Field(description="words for a chart's title")
    points: dict[Literal["rate", "index"], str] = Field(description="what a change of a rate or an index is counted in")

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        """Indicators by id."""
        return {one.id: one for one in self.indicators}

    @model_validator(mode="after")
    def _unique(self) -> Self:
        names = [name for one in self.indicators for name in {one.id, one.name, *one.aliases}]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{twice[0]!r} names two indicators")
        return self

    def unit_of_points(self, one: Indicator) -> str:
        """What a change of an indicator is counted in; empty for one that changes by per cent."""
        return self.points[one.kind] if one.kind == "rate" or one.kind == "index" else ""

    def find(self, said: str) -> Indicator:
        """The indicator that is meant. Raises NoData (unknown_name), CannotCompute (several)."""
        return self.by_id[find(said, [(one.id, (one.name, one.id, *one.aliases)) for one in self.indicators])]


def months_later(month: date, count: int) -> date:
    """The first day of the month ``count`` months later (earlier where it is negative)."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)
