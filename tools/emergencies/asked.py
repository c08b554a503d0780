"""What the tools of this room are asked."""

from __future__ import annotations

from typing import Literal

from tools.emergencies.plans import FactValue
from tools.seam import Arguments, slot
from tools.seam.fields import Period

Hazard = Literal["flood", "forest_fire", "gas", "hazchem", "health", "heat", "metro", "general", "quake", "snow"]
Peril = Literal[
    "flood",
    "forest_fire",
    "gas",
    "hazchem",
    "health",
    "heat",
    "metro",
    "general",
    "quake",
    "snow",
    "typhoon",
    "thunder",
    "gale",
    "fog",
    "cold_wave",
    "icing",
    "landslide",
]
Level = Literal["1", "2", "3", "4"]


class WarningsAsked(Arguments):
    """Which warnings are in force; where ``said`` names a kind, whether one of it is."""

    district: str | None = slot("district", "地区", default=None)
    said: str = slot("text", "问题", default="", max_length=2_000)


class PlanAsked(Arguments):
    """Which plan, which level. ``facts`` win over what ``said`` gives, that over what is measured."""

    hazard: Hazard = slot("choice", "灾种")
    level: Level | None = slot("choice", "响应级别", default=None)
    said: str = slot("text", "情况", default="", max_length=2_000)
    facts: dict[str, FactValue] = slot("none", "已知事实", default={})


class FirstAsked(Arguments):
    """Who does what first."""

    hazard: Hazard = slot("choice", "灾种")
    level: Level = slot("choice", "响应级别")


class ChecklistAsked(Arguments):
    """What one unit does."""

    unit: str = slot("entity", "单位", of="emergencies.roster.name", min_length=2, max_length=60)
    hazard: Hazard = slot("choice", "灾种")
    level: Level | None = slot("choice", "响应级别", default=None)


class AdviceAsked(Arguments):
    """What the public does."""

    hazard: Peril = slot("choice", "情形")


class RainAsked(Arguments):
    """Rain measured in a district, or near a place; without a period the last hours."""

    district: str | None = slot("district", "地区", default=None)
    place: str | None = slot("place", "地点", default=None)
    period: Period | None = slot("period", "时段", default=None)
    hours: int = slot("count", "最近几小时", unit="小时", default=24, ge=1, le=720)


class LevelsAsked(Arguments):
    """Water levels now; nothing is asked."""
