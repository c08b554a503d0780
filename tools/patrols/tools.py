"""Drones and patrols: who is nearest and free, what the fleet is doing, a proposed dispatch, several events at once."""

from __future__ import annotations

from tools.feeds.citydata import CityData
from tools.patrols.answers import AssignFound, NearestFound, Proposed, StatusFound
from tools.patrols.asked import AssignAsked, NearestAsked, ProposeAsked, StatusAsked
from tools.patrols.data import POSITIONS, SHIFTS, UNITS, WEATHER, ZONES
from tools.seam import tool
from tools.seam.tool import STAFF

READ, DISPATCH = "patrols.read", "patrols.dispatch"
_NEEDS = (UNITS, POSITIONS, SHIFTS, WEATHER, ZONES)


@tool(
    "patrols.nearest",
    "最近的空闲无人机和巡逻力量",
    needs=_NEEDS,
    audience=STAFF,
    permission=READ,
    timeout_s=8.0,
    cost=2,
)
def nearest(asked: NearestAsked, data: CityData) -> NearestFound:
    """The free drones and teams that are at a place first and can come home again, and why nearer ones cannot."""
    from tools.patrols.looking import nearest_to

    return nearest_to(asked, data)


@tool("patrols.status", "无人机和巡逻力量状态", needs=_NEEDS, audience=STAFF, permission=READ)
def status(asked: StatusAsked, data: CityData) -> StatusFound:
    """How many drones and teams are free, busy, charging, in maintenance, off duty or silent; or how one of them is."""
    from tools.patrols.looking import counted

    return counted(asked, data)


@tool(
    "patrols.propose",
    "派遣建议",
    needs=_NEEDS,
    audience=STAFF,
    permission=DISPATCH,
    effect="propose",
    timeout_s=8.0,
    cost=3,
)
def propose(asked: ProposeAsked, data: CityData) -> Proposed:
    """A draft to send one unit: way, arrival, what would be flown over. Nothing happens until a person confirms it."""
    from tools.patrols.proposing import proposed

    return proposed(asked, data)


@tool("patrols.assign", "多处事件统一派遣", needs=_NEEDS, audience=STAFF, permission=READ, timeout_s=10.0, cost=4)
def assign(asked: AssignAsked, data: CityData) -> AssignFound:
    """Who goes to which of several events so that the sum of arrival times is the least."""
    from tools.patrols.looking import assigned

    return assigned(asked, data)
