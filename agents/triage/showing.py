"""The draft as the citizen reads it: short lines, their own words, what is open, and that nothing is filed yet."""

from __future__ import annotations

from agents.context import TurnContext
from agents.contract import Sentence
from agents.orders import Orders
from agents.qa.notes import frame
from agents.triage.draft import Petition
from agents.triage.facts import gaps
from tools.workorders.model import Urgency

_SHOWN = 300


def question(context: TurnContext, petition: Petition) -> Sentence:
    """The short question for the fact that is asked now."""
    if petition.asking == "district":
        names = {district.id: district.name for district in context.house.pack.districts}
        choices = "、".join(names[choice] for choice in petition.spot.choices)
        return frame(context.say("which_district", place=petition.spot.text, choices=choices))
    return frame(context.say(f"ask_{petition.asking}"))


def choices(context: TurnContext, petition: Petition) -> list[str]:
    """What may be tapped instead of typed."""
    if petition.ready:
        return [context.say("option_submit"), context.say("option_drop")]
    if petition.asking == "district":
        names = {district.id: district.name for district in context.house.pack.districts}
        return [names[choice] for choice in petition.spot.choices]
    return [context.say("option_no_contact" if petition.asking.startswith("contact") else "option_skip")]


def draft(context: TurnContext, orders: Orders, petition: Petition) -> list[Sentence]:
    """The whole draft, line by line."""
    lines = [context.say("petition_draft_ready"), *_lines(context, orders, petition), context.say("petition_not_yet")]
    if petition.confidential:
        lines.append(context.say("confidential_note"))
    if petition.anonymous:
        lines.append(context.say("no_phone_note"))
    return [frame(line) for line in lines if line]


def _lines(context: TurnContext, orders: Orders, petition: Petition) -> list[str]:
    found = petition.suggestion if petition.category else None
    names = " / ".join(node.name for node in orders.scheme.categories.path(found.category)) if found else ""
    unit = context.house.pack.unit(found.lead) if found and found.lead else None
    said = petition.narrative.replace("\n", "；")
    open_facts = [context.say(f"fact_{name}") for name in gaps(petition, orders.intake, orders.leaf(petition))]
    return [
        context.say("draft_category", category=names) if names else context.say("draft_open"),
        context.say("draft_place", place=_place(context, petition)) if petition.spot.text else "",
        context.say("draft_said", said=said if len(said) <= _SHOWN else said[:_SHOWN] + "…"),
        context.say("draft_demand", demand=petition.demand.replace("\n", "；")) if petition.demand else "",
        context.say("draft_contact", contact=petition.contact) if petition.contact else "",
        context.say("draft_urgency", reasons="、".join(petition.raised)) if _raised(petition) else "",
        context.say("draft_unit", unit=unit.name) if unit else "",
        context.say("draft_gaps", gaps="、".join(open_facts)) if open_facts else "",
    ]


def _raised(petition: Petition) -> bool:
    return bool(petition.raised) and petition.urgency is not Urgency.NORMAL


def _place(context: TurnContext, petition: Petition) -> str:
    names = {district.id: district.name for district in context.house.pack.districts}
    district = names.get(petition.spot.district, "")
    return petition.spot.text if district in ("", petition.spot.text) else f"{petition.spot.text}（{district}）"
