"""Warnings in force and advice, for the reader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tools.emergencies.answers import Advice, AdviceFound, Warned
from tools.emergencies.kinds import FILE, Kinds
from tools.emergencies.planning import advice_of
from tools.emergencies.plans import FILE as PLANS
from tools.emergencies.plans import FOLDER, Index, Plan
from tools.emergencies.weather import InForce, in_force
from tools.feeds.errors import NoData, NotCurrent
from tools.seam import CannotCompute

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

ADVICE_OF_A_WARNING = 3


def told(found: Iterable[InForce], data: CityData) -> list[Warned]:
    """Warnings as they are told."""
    kinds = data.settings(FILE, Kinds)
    names = {district.id: district.name for district in data.pack.districts}
    return [
        Warned(
            id=one.id,
            kind=kinds.kinds[one.kind].title if one.kind in kinds.kinds else one.kind,
            colour=kinds.colours.get(one.colour, one.colour),
            issuer=one.issuer,
            districts="、".join(names.get(id, id) for id in one.districts)
            if len(one.districts) < len(names)
            else data.pack.city.name,
            issued=one.issued,
            changed=one.changed,
            until=one.until,
            advice=kinds.advice(one.kind, one.colour, ADVICE_OF_A_WARNING),
        )
        for one in found
    ]


def named_kind(said: str, data: CityData) -> str | None:
    """The kind of warning that a question names first, by its title."""
    titles = [kind.title for kind in data.settings(FILE, Kinds).kinds.values() if kind.title in said]
    return min(titles, key=said.index) if titles else None


def watched(wanted: Iterable[str], data: CityData) -> list[Warned] | None:
    """The warnings of these kinds in force; None where it cannot be known now."""
    kinds = set(wanted)
    try:
        return told([one for one in in_force(data) if one.kind in kinds], data)
    except (NoData, NotCurrent, CannotCompute):
        return None


def advised(peril: str, data: CityData) -> AdviceFound:
    """Advice about a plan's hazard or a kind of warning. Raises NoData where the city has none."""
    kinds, index = data.settings(FILE, Kinds), data.settings(PLANS, Index)
    kind = kinds.kinds.get(peril)
    hazard = peril if peril in index.hazards else (kind.plan if kind else "")
    plan = data.settings(f"{FOLDER}/{index.hazards[hazard]}", Plan) if hazard in index.hazards else None
    if plan is None and kind is None:
        raise NoData(f"the pack has no advice for {peril!r}", code="no_advice", hazard=peril)
    warned = watched([peril] if kind else (plan.warnings if plan else ()), data)
    lines = [Advice(text=text) for text in (kind.advice if kind else kinds.own.get(peril, ()))]
    # A text for staff only may not even be named to the public.
    named = plan is not None and plan.visibility == "public" and plan.in_force(data.today)
    quoted = [] if plan is None or kind is not None else advice_of(plan)
    return AdviceFound(
        hazard=kind.title if kind else _called(peril, plan),
        title=plan.title if plan and named and quoted else None,
        lines=lines + quoted,
        in_force=warned or [],
        watched=warned is not None,
    )


def _called(peril: str, plan: Plan | None) -> str:
    return plan.hazard if plan else peril
