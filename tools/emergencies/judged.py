"""A plan judged on what is said and what is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.emergencies.answers import PlanFound
from tools.emergencies.asked import PlanAsked
from tools.emergencies.duties import called
from tools.emergencies.hearing import hear
from tools.emergencies.judging import judge
from tools.emergencies.measuring import measured
from tools.emergencies.planning import NAMES, labels, open_level, reason_of, reasons
from tools.emergencies.plans import COLOURS, Book, FactValue, Plan, checks_of, open_book
from tools.emergencies.warned import watched
from tools.feeds.errors import NoData
from tools.seam import CannotCompute

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

SAID, GIVEN, MEASURED = "所述", "给定", "实测"


def standing_plan(hazard: str, data: CityData, book: Book | None = None) -> Plan:
    """The plan of a hazard in force today. Raises NoData where there is none, CannotCompute where it is not."""
    plan = (book or open_book(data.settings)).plans.get(hazard)
    if plan is None:
        raise NoData(f"the pack has no plan for {hazard!r}", code="no_plan", hazard=hazard)
    if not plan.in_force(data.today):
        raise CannotCompute(f"{plan.document} is not in force on {data.today}", code="not_in_force", title=plan.title)
    return plan


def judged(asked: PlanAsked, data: CityData) -> PlanFound:
    """See ``tools.plan``."""
    book = open_book(data.settings)
    plan = standing_plan(asked.hazard, data, book)
    known, origins, torn = _known(asked, plan, book, data)
    applies = plan.applies(data.today)
    verdict = judge(plan, known if applies else {}, book.facts)
    level = verdict.level if applies else None
    response = plan.levels[level] if level else None
    wanted = next((one for one in plan.levels if str(one) == asked.level), None)
    warned = watched(plan.warnings, data)
    return PlanFound(
        title=plan.title,
        document=plan.document,
        internal=plan.visibility == "staff",
        applies=applies,
        season=plan.season.name if plan.season else None,
        level=NAMES[level] if level else None,
        quote=response.quote if response else None,
        article=plan.cited(response) if response else None,
        part=plan.part(response) if response else None,
        command=response.command.who if response else None,
        office=called(plan.office, data.pack),
        phone=plan.office.phone or None,
        reasons=reasons(verdict, plan, book, known, origins) if applies else [],
        used=[reason_of(name, value, book.facts[name], origins[name]) for name, value in known.items()],
        open=[open_level(plan, one, known, book.facts) for one in verdict.open] if applies else [],
        missing=labels(verdict.missing, book.facts) if applies else [],
        torn=labels(torn, book.facts),
        asked=open_level(plan, wanted, known, book.facts) if wanted else None,
        warnings=warned or [],
        watched=warned is not None,
    )


def _known(
    asked: PlanAsked, plan: Plan, book: Book, data: CityData
) -> tuple[dict[str, FactValue], dict[str, str], tuple[str, ...]]:
    """The facts that the plan asks about, where each comes from, and those said in two ways."""
    _check(asked.facts, book)
    wanted = {name for response in plan.levels.values() for test in checks_of(response.when) for name in test.facts}
    wanted |= {part for name in wanted for part in book.facts[name].of}
    heard = hear(asked.said, book.facts)
    known: dict[str, FactValue] = {}
    origins: dict[str, str] = {}
    layers = ((MEASURED, measured(book, plan, data)), (SAID, heard.facts), (GIVEN, asked.facts))
    for origin, layer in layers:
        for name, value in layer.items():
            if name in wanted:
                known[name], origins[name] = value, origin
    torn = tuple(name for name in heard.torn if name in wanted and name not in asked.facts)
    for name in torn:  # two values are none
        known.pop(name, None)
    return known, origins, torn


def _check(given: dict[str, FactValue], book: Book) -> None:
    """Refuses facts that no plan knows, or of another type. Raises CannotCompute."""
    for name, value in given.items():
        fact = book.facts.get(name)
        fits = fact is not None and (
            isinstance(value, bool)
            if fact.type == "flag"
            else value in fact.options
            if fact.type == "choice"
            else value in COLOURS
            if fact.type == "colour"
            else isinstance(value, int | float) and not isinstance(value, bool)
        )
        if not fits:
            raise CannotCompute(f"fact {name!r} with value {value!r} is not one of the plans'", code="bad_arguments")
