"""What the tools of this room are asked."""

from __future__ import annotations

from typing import Literal

from tools.patrols.rules import EventKind, Payload
from tools.seam import Arguments, slot

Sort = Literal["drone", "team", "any"]
_UNIT = "patrols.units.name"


class NearestAsked(Arguments):
    """Who is at a place first."""

    place: str = slot("place", "地点")
    event: EventKind = slot("choice", "事件类别", default="other")
    kind: Sort = slot("choice", "派什么", default="any")
    payload: Payload | None = slot("choice", "所需设备", default=None)
    most: int = slot("none", "列几个", default=3, ge=1, le=10)


class StatusAsked(Arguments):
    """What the fleet is doing, or one of it."""

    district: str | None = slot("district", "地区", default=None)
    unit: str | None = slot("entity", "无人机或者巡逻力量", of=_UNIT, default=None, min_length=1, max_length=40)


class ProposeAsked(Arguments):
    """Send somebody there: this unit, or the one that is there first."""

    place: str = slot("place", "地点")
    unit: str | None = slot("entity", "无人机或者巡逻力量", of=_UNIT, default=None, min_length=1, max_length=40)
    event: EventKind = slot("choice", "事件类别", default="other")
    kind: Sort = slot("choice", "派什么", default="any")
    reason: str = slot("text", "事由", default="", max_length=2_000)


class AssignAsked(Arguments):
    """Several events; ``places`` go before what ``said`` names."""

    said: str = slot("text", "各处地点", default="", max_length=2_000)
    places: tuple[str, ...] = slot("none", "地点", default=(), max_length=12)
    event: EventKind = slot("choice", "事件类别", default="other")
    kind: Sort = slot("choice", "派什么", default="any")
