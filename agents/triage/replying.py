"""What a message means to a draft that is open: an answer, a correction, the word to file it, or something else."""

from __future__ import annotations

from enum import Enum, auto

from agents.context import TurnContext
from agents.orders import Orders
from agents.triage.draft import Petition
from agents.triage.facts import chosen, phone_in, spot_of
from agents.triage.reading import ask_or_show, refresh, take_in
from city.gate_rules import Kind as GateKind
from city.intake import Intake

_TALK = frozenset({GateKind.SMALLTALK.value, GateKind.HUMAN.value, GateKind.OWN_SERVICE.value})
_CALM_CHARS = 16
_AROUND_PHONE = 6


class Meaning(Enum):
    """What a message is to the open draft."""

    FILE = auto()
    DROP = auto()
    STAY = auto()
    TELL = auto()
    ASIDE = auto()


def meaning(intake: Intake, petition: Petition, text: str, kind: str) -> Meaning:
    """Read ``text`` beside the draft. ``ASIDE`` is for a question or a talk of its own; the draft waits meanwhile."""
    if intake.says("cancel", text):
        return Meaning.DROP
    if petition.ready and intake.says("submit", text):
        return Meaning.FILE
    if intake.mentions("calm", text) and len(text) <= _CALM_CHARS:
        return Meaning.STAY
    if kind in _TALK:
        return Meaning.ASIDE
    if petition.asking and (intake.says("skip", text) or intake.says("no_contact", text)):
        return Meaning.TELL
    # A question put in the middle is a question; the draft waits meanwhile.
    return Meaning.ASIDE if kind == GateKind.CONSULT.value else Meaning.TELL


async def told(context: TurnContext, orders: Orders, petition: Petition, text: str) -> Petition:
    """The draft after an answer, a correction or an addition."""
    intake, plain = orders.intake, context.cleaned
    if petition.asking:
        answered = await _answered(context, orders, petition, text, plain)
    elif corrected := _corrected(context, intake, petition, text, plain):
        answered = await refresh(context, orders, corrected)
    else:
        answered = await take_in(context, orders, petition, text, plain)
    return ask_or_show(orders, answered.model_copy(update={"asking": ""}))


async def _answered(context: TurnContext, orders: Orders, petition: Petition, text: str, plain: str) -> Petition:
    fact, intake = petition.asking, orders.intake
    if fact == "contact" or _is_bare_phone(context, text):
        return await _contact(context, orders, petition, text, plain)
    if intake.says("skip", text):
        return petition
    if fact == "district":
        spot = chosen(context.house.gazetteer, context.house.pack, petition.spot, plain)
        return await (refresh(context, orders, petition.model_copy(update={"spot": spot})) if spot
                      else take_in(context, orders, petition, text, plain))  # fmt: skip
    answers = {**petition.answers, fact: text.strip()}
    return await take_in(context, orders, petition.model_copy(update={"answers": answers}), text, plain)


async def _contact(context: TurnContext, orders: Orders, petition: Petition, text: str, plain: str) -> Petition:
    phone = phone_in(context.vault, text)
    if orders.intake.says("no_contact", text) or (orders.intake.says("skip", text) and not phone):
        return petition.model_copy(update={"anonymous": True})
    if not phone:
        return await take_in(context, orders, petition, text, plain)
    found = petition.model_copy(update={"contact": phone, "anonymous": False})
    # A bare number is no part of the story.
    return found if _is_bare_phone(context, text) else await take_in(context, orders, found, text, plain)


def _is_bare_phone(context: TurnContext, text: str) -> bool:
    """Whether the message is hardly more than a phone number: "我的电话⟦手机1⟧"."""
    phone = phone_in(context.vault, text)
    return bool(phone) and len(text.replace(phone, "")) <= _AROUND_PHONE


def _corrected(context: TurnContext, intake: Intake, petition: Petition, text: str, plain: str) -> Petition | None:
    """The draft with one fact replaced, where the message begins with words that say which."""
    for fact, words in intake.change.items():
        lead = next((word for word in words if text.lower().lstrip().startswith(word)), None)
        if lead is None:
            continue
        rest, told_plainly = text.lstrip()[len(lead) :].strip(" ：:，,"), plain.lstrip()[len(lead) :]
        if fact == "place":
            spot = spot_of(context.house.gazetteer, told_plainly)
            return petition.model_copy(update={"spot": spot, "answers": {**petition.answers, "place": rest}})
        if fact == "demand" and rest:
            return petition.model_copy(update={"answers": {**petition.answers, "demand": rest}})
        if fact == "contact" and (phone := phone_in(context.vault, text)):
            return petition.model_copy(update={"contact": phone, "anonymous": False})
    if not _is_bare_phone(context, text):
        return None
    return petition.model_copy(update={"contact": phone_in(context.vault, text), "anonymous": False})
