"""From a citizen's words to the draft: what is read from each message, and the draft made anew after it."""

from __future__ import annotations

import re
import uuid

from agents.context import TurnContext
from agents.dispatch.deciding import suggest
from agents.orders import Orders
from agents.triage.draft import Petition, Spot
from agents.triage.facts import is_district, narrowed, next_question, own_phone, spot_of, whereabouts
from agents.triage.meant import without_orders
from city.english import is_english
from city.gate_rules import Kind as GateKind
from city.intake import Intake
from tools.workorders.model import Kind

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_CLAUSE = re.compile(r"[^，,、：:]+[，,、：:]?")
_DEMANDS = 3
_STEERING = ("submit", "cancel", "skip", "no_contact", "file")
_WORD_FOR_WORD = 0.4
"""What confidence is worth where English was put word for word: a person finds the category."""
_HANDLED = {kind.value: kind for kind in Kind}


def kind_of(gate_kind: str) -> Kind:
    """The kind that a work order can have; what is neither question nor petition by its words asks for help."""
    return _HANDLED.get(gate_kind, Kind.HELP)


def begin(context: TurnContext, orders: Orders, text: str, gate_kind: str, flags: tuple[str, ...]) -> Petition:
    """An empty draft of the matter that ``text`` opens; ``take_in`` reads the text itself."""
    return Petition(
        id=uuid.uuid4().hex,
        kind=kind_of(gate_kind if gate_kind != GateKind.OTHER else Kind.HELP),
        said=[],
        confidential="confidential" in flags,
        anonymous="no_phone" in flags,
        language=context.language,
    )


async def take_in(context: TurnContext, orders: Orders, petition: Petition, text: str, plain: str) -> Petition:
    """The draft with one more message: ``text`` masked, ``plain`` this turn's words as written, which may only say to
    file an earlier ``text``. Facts already there stay."""
    flags = context.house.gate.decide(plain).flags
    spot = _read_spot(context, context.vault.unmask(text), petition.spot)
    contact = petition.contact or own_phone(context.vault, orders.intake, text)
    read = {
        "said": petition.said if steers(orders.intake, text) else [*petition.said, text.strip()],
        "spot": spot,
        "contact": contact,
        "anonymous": (petition.anonymous or "no_phone" in flags) and not contact,
        "confidential": petition.confidential or "confidential" in flags,
    }
    return await refresh(context, orders, petition.model_copy(update=read))


def steers(intake: Intake, text: str) -> bool:
    """Whether a message only leads the talk ("好的", "别登记了") and tells nothing of the matter."""
    return any(intake.says(name, text) for name in _STEERING)


def _read_spot(context: TurnContext, plain: str, before: Spot) -> Spot:
    if before.district:
        return narrowed(context.house.gazetteer, before, plain)
    found = spot_of(context.house.gazetteer, plain)
    # A district in which no place of that name lies settles nothing; the name is not given up for it.
    kept = before.choices and is_district(context.house.gazetteer, found.text)
    return before if kept or not found.text else found


async def refresh(context: TurnContext, orders: Orders, petition: Petition) -> Petition:
    """What follows from the words and the place: category, unit, demand, sensitivity, urgency."""
    if not petition.said:
        return petition
    narrative = petition.narrative
    if not petition.spot.text:  # an alarm may have come between the words and their reading
        petition = petition.model_copy(
            update={"spot": spot_of(context.house.gazetteer, context.vault.unmask(narrative))}
        )
    # The story may be in English though this message, "skip", is in none.
    foreign = is_english(narrative)
    told = without_orders(context.house.gate, petition.said) or narrative
    matter = orders.intake.of_the_matter(told)
    read = context.house.english.in_chinese(matter) if foreign and context.house.english else matter
    place = whereabouts(petition.spot)
    suggestion = await suggest(context.decide, orders.dispatcher, read, place, context.today, petition.kind)
    if suggestion and foreign:
        suggestion = suggestion.model_copy(update={"confidence": suggestion.confidence * _WORD_FOR_WORD})
    sensitive = orders.intake.sensitive(narrative)
    category = suggestion.category if suggestion else ""
    return petition.model_copy(
        update={
            "suggestion": suggestion,
            "demand": petition.answers.get("demand") or demand_in(orders.intake, narrative),
            "sensitivity": sorted(sensitive),
            "raised": orders.intake.reasons(sensitive, category),
            "confidential": petition.confidential,
        }
    )


def demand_in(intake: Intake, narrative: str) -> str:
    """What the person wants done, in their own words, one a line; empty where they only tell what happened.

    Of a sentence that wants something it is the part from the clause on in which the wanting begins.
    """
    found = [wanted for s in _SENTENCE.finditer(narrative) if (wanted := _wanted(intake, s[0]))]
    return "\n".join(list(dict.fromkeys(found))[:_DEMANDS])


def _wanted(intake: Intake, sentence: str) -> str:
    for clause in _CLAUSE.finditer(sentence):
        if intake.mentions("demand", clause[0]) and not intake.mentions("aside", clause[0]):
            return sentence[clause.start() :].strip(" ，,、")
    return ""


def ask_or_show(orders: Orders, petition: Petition) -> Petition:
    """The draft with the next question set, or ready to be shown."""
    fact = next_question(petition, orders.intake, orders.leaf(petition))
    asked = petition.asked if not fact or fact in petition.asked else [*petition.asked, fact]
    return petition.model_copy(update={"asking": fact, "asked": asked, "ready": not fact})
