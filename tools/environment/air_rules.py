"""The air quality index (AQI) of an hour or a day.

Method: HJ 633-2012 to 28 February 2026, HJ 633-2026 since. Each pollutant's concentration, rounded as GB/T 8170 says
(half to even), is placed between two marks of the table and its sub-index read off the line between them, rounded up;
the index is the largest. Hours use the marks of one hour, particles those of a day; a day's ozone is the highest mean
of eight hours. Above 50 the pollutants with the largest sub-index are the primary ones. Where pollutants are missing,
an index up to 100 is not published (HJ 633-2026, 5.3). The marks are data: ``environment/air.yaml``.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import ceil
from typing import Literal, NamedTuple, Self, get_args

from pydantic import Field, model_validator

from city.schema import Record

FILE = "environment/air.yaml"
Pollutant = Literal["pm25", "pm10", "so2", "no2", "co", "o3"]
POLLUTANTS: tuple[Pollutant, ...] = get_args(Pollutant)
STEPS = (0, 50, 100, 150, 200, 300, 400, 500)
CLEAN = 50
GOOD = 100
"""Up to CLEAN no pollutant is called primary; a day up to GOOD is a good day."""
_DIGITS: Mapping[Pollutant, str] = {"co": "0.1"}
Marks = tuple[float, ...]


class Edition(Record):
    """The tables of one edition of the standard, in force since a day. A table may end below the last step."""

    since: date
    title: str
    hour: dict[Pollutant, Marks]
    day: dict[Pollutant, Marks]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for table in (self.hour, self.day):
            if set(table) != set(POLLUTANTS):
                raise ValueError(f"a table needs every pollutant: {', '.join(POLLUTANTS)}")
            for name, marks in table.items():
                rises = all(low < high for low, high in itertools.pairwise(marks))
                if len(marks) not in range(2, len(STEPS) + 1) or marks[0] != 0 or not rises:
                    raise ValueError(f"the marks of {name} start at 0 and rise, {len(STEPS)} of them at most")
        return self


class Level(Record):
    """A level of the index, up to and including ``upto`` (None: the last)."""

    upto: int | None = None
    name: str
    colour: str
    advice: str = Field(description="what everybody does")
    sensitive: str = Field(default="", description="what sensitive people do, where it differs")


class AirRules(Record):
    """``environment/air.yaml``."""

    editions: tuple[Edition, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = Field(min_length=1)
    names: dict[Pollutant, str]
    chart: str = Field(description="title of a chart, behind the name of a place")
    chart_days: str = Field(description="title of a chart of days, behind the name of a place")
    chart_mark: str = Field(description="name of the line up to which air is called good")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        days = [edition.since for edition in self.editions]
        tops = [level.upto for level in self.levels[:-1]]
        if days != sorted(set(days)):
            raise ValueError("editions stand in the order of their days")
        if None in tops or tops != sorted(tops, key=lambda top: top or 0) or self.levels[-1].upto is not None:
            raise ValueError("levels rise, and the last has no 'upto'")
        return self

    def edition(self, day: date) -> Edition:
        """The edition in force on a day; before the first, the first."""
        held = [edition for edition in self.editions if edition.since <= day]
        return held[-1] if held else self.editions[0]

    def level(self, aqi: int) -> Level:
        """The level of an index."""
        return next(level for level in self.levels if level.upto is None or aqi <= level.upto)


class Judged(NamedTuple):
    """An index with what it stands on. ``aqi`` is None where it may not be told."""

    aqi: int | None
    parts: Mapping[Pollutant, int]
    primary: tuple[Pollutant, ...]
    missing: tuple[Pollutant, ...]


def rounded(pollutant: Pollutant, value: float) -> Decimal:
    """A concentration as it is judged: whole micrograms, tenths of a milligram for carbon monoxide."""
    # Six decimals first: a mean of binary fractions must not decide on which side of a half it lies.
    return Decimal(str(round(value, 6))).quantize(Decimal(_DIGITS.get(pollutant, "1")), ROUND_HALF_EVEN)


def sub_index(value: Decimal, marks: Marks) -> int:
    """The sub-index (IAQI) of a rounded concentration; beyond the last mark the index of the last mark."""
    if value >= Decimal(str(marks[-1])):
        return STEPS[len(marks) - 1]
    at = bisect_right(marks, float(value)) - 1
    low, high = Fraction(str(marks[at])), Fraction(str(marks[at + 1]))
    share = (Fraction(value) - low) / (high - low)
    return ceil(STEPS[at] + share * (STEPS[at + 1] - STEPS[at]))


def judge(values: Mapping[Pollutant, float | None], table: Mapping[Pollutant, Marks]) -> Judged:
    """The index of one hour or day."""
    parts = {
        name: sub_index(rounded(name, value), table[name])
        for name in POLLUTANTS
        if (value := values.get(name)) is not None
    }
    missing = tuple(name for name in POLLUTANTS if name not in parts)
    most = max(parts.values(), default=None)
    if most is None or (missing and most <= GOOD):
        return Judged(None, parts, (), missing)
    primary = tuple(name for name, part in parts.items() if part == most) if most > CLEAN else ()
    return Judged(most, parts, primary, missing)
