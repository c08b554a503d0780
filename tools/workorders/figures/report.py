"""Figures as records: shares with their interval, spans of time, and how they are counted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from city.schema import Record
from tools.workorders.figures.exclusions import LEFT_OUT, Exclusion, RateName


class By(StrEnum):
    """By what figures are told apart. A category is counted by its leaf, its group or its top class."""

    NONE = "none"
    UNIT = "unit"
    CATEGORY = "category"
    GROUP = "group"
    TOP = "top"
    DISTRICT = "district"


class Settings(Record):
    """How a city counts."""

    partly: float = Field(default=0.5, ge=0, le=1, description="what a half solved matter counts")
    satisfied_from: int = Field(default=4, ge=1, le=5, description="least rating that counts as satisfied")
    least: int = Field(default=30, ge=1, description="cases under which no unit is ranked")
    confidence: float = Field(default=0.95, gt=0, lt=1, description="level of the intervals")
    acknowledge_seconds: int = Field(default=60, ge=1, description="time to take over an emergency")
    left_out: dict[RateName, frozenset[Exclusion]] = Field(default_factory=lambda: dict(LEFT_OUT))


class Share(Record):
    """``numerator`` out of ``denominator``; ``value`` and interval are None where nothing was counted."""

    numerator: float
    denominator: int
    value: float | None
    low: float | None
    high: float | None
    ranked: bool = Field(description="enough cases to be set beside others")
    counted: tuple[str, ...] = Field(default=(), description="the work orders of the denominator, once for each case")
    met: tuple[str, ...] = Field(default=(), description="those of them in the numerator")


class LeftOut(Record):
    """Cases that a rule leaves out."""

    reason: Exclusion
    count: int
    orders: tuple[str, ...] = ()


class Rate(Record):
    """A rate with and without its exclusions: ``everything`` less ``left_out`` is ``kept``, in cases."""

    kept: Share
    everything: Share
    left_out: tuple[LeftOut, ...] = ()


class Spread(Record):
    """Spans of time in ``unit``; None where there was none."""

    unit: str
    count: int
    total: float
    median: float | None
    p90: float | None
    orders: tuple[str, ...] = ()


class Group(Record):
    """All figures of one unit, category or district; ``key`` is "" where there was none (yet)."""

    key: str
    rates: dict[RateName, Rate]
    shares: dict[str, Share]
    spreads: dict[str, Spread]


class Report(Record):
    """The figures of a period, for all and for each group."""

    start: datetime
    end: datetime
    as_of: datetime | None = Field(description="the last event that was read")
    by: By
    orders: int
    events: int
    settings: Settings
    total: Group
    groups: tuple[Group, ...] = ()
