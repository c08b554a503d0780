"""What the tools of this room are asked."""

from __future__ import annotations

from typing import Literal

from tools.economy.catalogue import Span
from tools.seam import Arguments, Period, slot


class IndicatorAsked(Arguments):
    """One indicator of the city or a district; the newest figure by default."""

    indicator: str = slot("entity", "指标", of="economy.indicators.name", min_length=1)
    district: str | None = slot("district", "地区", default=None)
    period: Period | None = slot("period", "报告期", default=None)
    span: Span | None = slot("choice", "口径", default=None)


class CompareAsked(Arguments):
    """An indicator of districts beside each other, or of one place beside an earlier period.

    ``districts`` are ids; without them those that ``said`` names, else all.
    """

    indicator: str = slot("entity", "指标", of="economy.indicators.name", min_length=1)
    against: Literal["districts", "year_before", "previous"] = slot("choice", "和什么比", default="districts")
    period: Period | None = slot("period", "报告期", default=None)
    span: Span | None = slot("choice", "口径", default=None)
    said: str = slot("text", "问题", default="", max_length=2_000)
    districts: tuple[str, ...] = slot("none", "地区", default=(), max_length=12)


class WarningsAsked(Arguments):
    """The early warning as of now; nothing is asked."""
