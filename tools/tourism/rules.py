"""``tourism/rules.yaml`` of the pack: how a day is planned in this city."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from city.schema import Record
from tools.tourism.opening import minutes

FILE = "tourism/rules.yaml"


class Speed(Record):
    """How fast one goes: km/h up to ``beyond_km``, ``beyond_speed`` after it; minutes of waiting or parking."""

    speed: float = Field(gt=0)
    wait: int = Field(default=0, ge=0)
    most_km: float = Field(default=1_000, gt=0, description="a longer way is not gone like this where a ride is had")
    beyond_km: float = Field(default=1_000, gt=0)
    beyond_speed: float = Field(default=1.0, gt=0)


class Travel(Record):
    """Speeds, and the way's length as a multiple of the straight line."""

    detour: float = Field(ge=1)
    walk: Speed
    walk_slow: Speed
    transit: Speed
    car: Speed


class Meal(Record):
    """A break that begins between ``first`` and ``last``."""

    name: Literal["lunch", "dinner"]
    first: str
    last: str
    minutes: int = Field(gt=0, le=180)

    @field_validator("first", "last")
    @classmethod
    def _is_time(cls, value: str) -> str:
        minutes(value)
        return value


class CrowdRules(Record):
    """Shares of the capacity that divide calm, busy and full; weeks looked back on for what is usual."""

    calm: float = Field(gt=0, lt=1)
    busy: float = Field(gt=0, lt=1)
    full: float = Field(gt=0, le=1)
    weeks: int = Field(ge=1, le=52)


class ScoreRules(Record):
    """How a sight's value is weighed."""

    power: float = Field(gt=0, le=4, description="a sight's value, as a share of 100, is raised to this")
    minute_cost: float = Field(ge=0)
    crowd_weight: float = Field(ge=0, lt=1)
    other_interest: float = Field(ge=0, le=1)
    not_family: float = Field(ge=0, le=1)
    family: float = Field(ge=1)
    tiring: float = Field(ge=0, le=1)


class FreeWeek(Record):
    """A week of the year, the ``week``-th whose Monday lies in ``month``, on which state-owned heritage is free."""

    month: int = Field(ge=1, le=12)
    week: int = Field(ge=1, le=4)

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in it."""
        monday = date.fromordinal(day.toordinal() - day.weekday())
        return monday.month == self.month and (monday.day - 1) // 7 + 1 == self.week


class Rules(Record):
    """The file."""

    start: str
    begin: str
    latest_start: str
    hours: float = Field(gt=0, le=14)
    travel: Travel
    meals: tuple[Meal, ...]
    crowd: CrowdRules
    score: ScoreRules
    free_week: FreeWeek | None = None
