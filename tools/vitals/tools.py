"""The tools of vital signs. What is not public is for staff; alarms and the briefing need a right."""

from __future__ import annotations

from tools.feeds.citydata import CityData
from tools.seam import tool
from tools.seam.tool import STAFF
from tools.vitals import answers as a
from tools.vitals.data import READ, SIGNS, VALUES, WEATHER


@tool("vitals.sign", "城市体征现值", needs=(SIGNS, VALUES, WEATHER), timeout_s=8.0, cost=2)
def sign(asked: a.OneSign, data: CityData) -> a.SignFound:
    """One vital sign now: its value beside what is usual at this hour, its limits, and the last two days."""
    from tools.vitals.looking import now

    return now(asked, data)


@tool("vitals.trend", "城市体征走势", needs=(SIGNS, VALUES, WEATHER), timeout_s=8.0, cost=2)
def trend(asked: a.OneSignOver, data: CityData) -> a.TrendFound:
    """One vital sign over some days: mean, lowest and highest, beside the days before and the year before."""
    from tools.vitals.looking import over

    return over(asked, data)


@tool("vitals.catalogue", "城市体征目录", needs=(SIGNS,))
def catalogue(asked: a.Listed, data: CityData) -> a.CatalogueFound:
    """Which vital signs there are: who answers for them, unit, how often they come, limits."""
    from tools.vitals.listing import listed

    return listed(asked, data)


@tool(
    "vitals.alarms",
    "越线和反常的城市体征",
    needs=(SIGNS, VALUES, WEATHER),
    audience=STAFF,
    permission=READ,
    timeout_s=20.0,
    cost=4,
)
def alarms(asked: a.Watched, data: CityData) -> a.AlarmsFound:
    """Signs beyond their limits and unusual signs, now or over some days, by group or district."""
    from tools.vitals.alerted import watched

    return watched(asked, data)


@tool(
    "vitals.briefing",
    "城市运行早报（草稿）",
    needs=(VALUES, WEATHER),
    audience=STAFF,
    permission=READ,
    timeout_s=20.0,
    cost=4,
)
def briefing(asked: a.Briefed, data: CityData) -> a.BriefingFound:
    """A draft of the morning briefing: state, what changed since yesterday, what was unusual, what is unknown."""
    from tools.vitals.briefed import briefing as drafted

    return drafted(data)
