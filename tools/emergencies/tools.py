"""Emergency plans and weather warnings. Nothing here replaces the gate: an emergency never comes here."""

from __future__ import annotations

from tools.emergencies import weather
from tools.emergencies.answers import (
    AdviceFound,
    ChecklistFound,
    FirstFound,
    LevelsFound,
    PlanFound,
    RainFound,
    WarningsFound,
)
from tools.emergencies.asked import (
    AdviceAsked,
    ChecklistAsked,
    FirstAsked,
    LevelsAsked,
    PlanAsked,
    RainAsked,
    WarningsAsked,
)
from tools.emergencies.data import RAIN, ROSTER, STATIONS, TEMPERATURE, WARNINGS, WATCH, WATER
from tools.emergencies.plans import Level
from tools.feeds.citydata import CityData
from tools.feeds.errors import NoData
from tools.seam import tool
from tools.seam.tool import STAFF

PERMISSION = "emergencies.read"


@tool("emergencies.warnings", "生效中的气象预警", needs=(WARNINGS, WATCH))
def warnings(asked: WarningsAsked, data: CityData) -> WarningsFound:
    """Weather warnings in force now, with what people do."""
    from tools.emergencies.warned import named_kind, told

    found = [one for one in weather.in_force(data) if asked.district is None or asked.district in one.districts]
    names = {district.id: district.name for district in data.pack.districts}
    if asked.district is not None and asked.district not in names:  # "no warning" of nowhere would be a false comfort
        raise NoData(f"no district {asked.district!r}", code="unknown_district")
    where = names[asked.district] if asked.district else data.pack.city.name
    warned = told(found, data)
    kind = named_kind(asked.said, data)
    return WarningsFound(
        where=where,
        count=len(warned),
        gravest=warned[0].colour if warned else None,
        asked=kind,
        of_asked=sum(one.kind == kind for one in warned) if kind else None,
        warnings=sorted(warned, key=lambda one: one.kind != kind),
    )


@tool(
    "emergencies.plan",
    "启用哪个预案、几级响应",
    needs=(WARNINGS, WATCH, RAIN, STATIONS, WATER, TEMPERATURE),
    audience=STAFF,
    permission=PERMISSION,
    timeout_s=8.0,
    cost=3,
)
def plan(asked: PlanAsked, data: CityData) -> PlanFound:
    """Which emergency plan applies, which level of response the facts reach, why, and what is still unknown."""
    from tools.emergencies.judged import judged

    return judged(asked, data)


@tool("emergencies.first", "先做什么", needs=(), audience=STAFF, permission=PERMISSION)
def first(asked: FirstAsked, data: CityData) -> FirstFound:
    """Who does what first at a level of response: in order, within how many minutes, by which article."""
    from tools.emergencies.duties import called, lower_steps, steps_at
    from tools.emergencies.judged import standing_plan
    from tools.emergencies.planning import NAMES, doings

    found, level = standing_plan(asked.hazard, data), _level(asked.level)
    steps = doings(steps_at(found, level), found, data.pack)
    return FirstFound(
        title=found.title,
        document=found.document,
        level=NAMES[level],
        command=called(found.levels[level].command, data.pack),
        office=called(found.office, data.pack),
        phone=found.office.phone or None,
        count=len(steps),
        steps=steps,
        lower=doings(lower_steps(found, level), found, data.pack),
    )


@tool("emergencies.checklist", "单位应急任务清单", needs=(ROSTER,), audience=STAFF, permission=PERMISSION)
def checklist(asked: ChecklistAsked, data: CityData) -> ChecklistFound:
    """The checklist of one unit under a plan, for one level or for all."""
    from tools.emergencies.duties import ordered, own_steps, steps_at
    from tools.emergencies.judged import standing_plan
    from tools.emergencies.planning import doings, leads
    from tools.emergencies.roster import find_unit, without_duty

    found, unit = standing_plan(asked.hazard, data), find_unit(asked.unit, data)
    steps = ordered(steps_at(found, _level(asked.level)) if asked.level else found.steps)
    own, led = own_steps(steps, unit.id, data.pack), leads(found, unit.id, data.pack)
    if not own and not led:
        raise without_duty(unit, found)
    return ChecklistFound(
        unit=unit.name,
        phone=unit.phone,
        title=found.title,
        document=found.document,
        count=len(own),
        leads=led,
        steps=doings(own, found, data.pack),
    )


@tool("emergencies.advice", "遇到灾害怎么办", needs=(WARNINGS, WATCH))
def advice(asked: AdviceAsked, data: CityData) -> AdviceFound:
    """What the public does about a hazard, from public texts only, with the warnings of that kind that are in force."""
    from tools.emergencies.warned import advised

    return advised(asked.hazard, data)


@tool("emergencies.rain", "实测雨量", needs=(RAIN, STATIONS))
def rain(asked: RainAsked, data: CityData) -> RainFound:
    """Rain measured in a district, near a place or in the whole city: the last 24 hours, or a period of days."""
    from tools.emergencies.rained import rained

    return rained(asked, data)


@tool("emergencies.levels", "江湖水位", needs=(WATER,))
def levels(asked: LevelsAsked, data: CityData) -> LevelsFound:
    """Water levels of river and lake now, beside the marks of the flood plan."""
    from tools.emergencies.rain import levels as now
    from tools.emergencies.thresholds import FILE, Thresholds

    found = now(data, data.settings(FILE, Thresholds))
    if not found:
        raise NoData("no gauge that the plans name has a level now")
    return LevelsFound(levels=found)


def _level(given: str) -> Level:
    found: dict[str, Level] = {"1": 1, "2": 2, "3": 3, "4": 4}
    return found[given]
