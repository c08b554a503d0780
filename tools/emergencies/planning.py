"""Plans for the reader: reasons, open levels, steps and checklists as results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tools.emergencies.answers import Advice, Doing, OpenLevel, Reason
from tools.emergencies.duties import called, units_of
from tools.emergencies.judging import LEVELS, Known, Verdict, missing_for
from tools.emergencies.plans import Book, Fact, FactValue, Level, Plan, Step

if TYPE_CHECKING:
    from city.pack import CityPack

NAMES: dict[Level, str] = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}
_COLOURS = {"none": "无", "blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}
_WHOLE_HOURS_FROM = 120


def reasons(verdict: Verdict, plan: Plan, book: Book, known: Known, origins: Mapping[str, str]) -> list[Reason]:
    """The facts by which the level is reached, each with the words of the plan."""
    if verdict.level is None:
        return []
    article = plan.cited(plan.levels[verdict.level])
    return [
        reason_of(name, known[name], book.facts[name], origins.get(name, "")).model_copy(
            update={"quote": trial.check.quote, "article": article}
        )
        for trial in verdict.reasons
        for name in trial.check.facts
        if name in known
    ]


def reason_of(name: str, value: FactValue, fact: Fact, origin: str) -> Reason:
    """A fact with its value."""
    if isinstance(value, bool):
        return Reason(fact=fact.label, said="是" if value else "否", origin=origin)
    if isinstance(value, str):
        return Reason(fact=fact.label, said=fact.options.get(value, _COLOURS.get(value, value)), origin=origin)
    if float(value).is_integer():
        return Reason(fact=fact.label, whole=int(value), unit=fact.unit, origin=origin)
    return Reason(fact=fact.label, number=float(value), unit=fact.unit, origin=origin)


def open_level(plan: Plan, level: Level, known: Known, facts: Mapping[str, Fact]) -> OpenLevel:
    """A level with what would settle it."""
    response = plan.levels[level]
    return OpenLevel(
        level=NAMES[level],
        quote=response.quote,
        article=plan.cited(response),
        part=plan.part(response),
        missing=labels(missing_for(plan, level, known, facts), facts),
    )


def labels(names: Iterable[str], facts: Mapping[str, Fact]) -> list[str]:
    """What facts are called."""
    return [facts[name].label for name in names]


def doings(steps: Sequence[Step], plan: Plan, pack: CityPack) -> list[Doing]:
    """Steps, numbered in the order given."""
    return [_doing(step, number, plan, pack) for number, step in enumerate(steps, 1)]


def _doing(step: Step, number: int, plan: Plan, pack: CityPack) -> Doing:
    whole = step.minutes is not None and step.minutes >= _WHOLE_HOURS_FROM and step.minutes % 60 == 0
    return Doing(
        order=number,
        levels=[NAMES[level] for level in sorted(step.levels, reverse=True)],
        who=called(step, pack),
        minutes=None if whole else step.minutes,
        hours=step.minutes // 60 if whole and step.minutes else None,
        since=step.since,
        does=step.does,
        quote=step.quote,
        article=plan.cited(step),
        part=plan.part(step),
    )


def leads(plan: Plan, unit: str, pack: CityPack) -> list[str]:
    """The levels at which ``unit`` leads the response."""
    return [NAMES[level] for level in reversed(LEVELS) if unit in units_of(plan.levels[level].command, pack)]


def advice_of(plan: Plan) -> list[Advice]:
    """What the plan says to the public, in its own words."""
    return [
        Advice(text=line.quote, document=line.document or plan.document, article=plan.cited(line))
        for line in plan.advice
    ]
