"""Tools of sights: one sight, how full they are, a day among them."""

from __future__ import annotations

from tools.feeds.citydata import CityData
from tools.seam.tool import tool
from tools.tourism import asking, telling
from tools.tourism.data import CLOSURES, HOURLY, HOURS, INSIDE, SIGHTS
from tools.tourism.models import CrowdingAsked, CrowdingTold, PlanAsked, PlanTold, SightAsked, SightTold

REGISTERS = (SIGHTS, HOURS, CLOSURES)


@tool("tourism.sight", "景点开放和人流", needs=(*REGISTERS, INSIDE, HOURLY))
def sight(asked: SightAsked, data: CityData) -> SightTold:
    """A sight on a day: opening hours, tickets and concessions, whether to book, how full it is now and usually."""
    return telling.sight(asked, data)


@tool("tourism.crowding", "景点人多人少", needs=(*REGISTERS, INSIDE, HOURLY))
def crowding(asked: CrowdingAsked, data: CityData) -> CrowdingTold:
    """Which sights that are open now are full, and which are calm."""
    return telling.crowding(asked, data)


@tool("tourism.plan", "一日游安排", needs=(*REGISTERS, INSIDE, HOURLY), timeout_s=10.0, cost=4)
def plan(asked: PlanAsked, data: CityData) -> PlanTold:
    """A day among the sights that is possible and worth most: order, times, ways, meals, tickets."""
    return asking.plan(asked, data)
