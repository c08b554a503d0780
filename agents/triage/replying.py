"""What a message means to a draft that is open: an answer, a correction, the word to file it, or something else."""

from __future__ import annotations

from enum import Enum, auto

from agents.context import TurnContext
from agents.orders import Orders
from agents.triage.draft import MOST_QUESTIONS, Petition, Spot
from agents.triage.facts import chosen, missing, own_phone, phone_in
from agents.triage.mending import SOMETHING, is_bare_phone, mended, placed, read_correction
from agents.triage.reading import ask_or_show, refresh, steers, take_in
from city.gate_rules import Kind as GateKind
from city.intake import Intake
from city.privacy.finding import TOKEN

_TALK = frozenset({GateKind.SMALLTALK.value, GateKind.HUMAN.value, GateKind.OWN_SERVICE.value})
_CALM_CHARS = 16
_PHONE_DIGITS = 7
"""A message with so many digits means to give a phone number, right or wrong."""
CONTACT = frozenset({"contact", "contact_again"})
_MAY_BE_NONE = frozenset({"history", "order_no"})
"""Facts of which there may be none, so that "没有" is an answer."""
_ASKED_AGAIN = frozenset({"matter", "place", "district", "contact"})
"""Facts without which a matter is hard to settle."""


class Meaning(Enum):
    """What a message is to the open draft."""

    FILE = auto()
    DROP = auto()
    STAY = auto()
    TELL = auto()
    ASIDE = auto()


def meaning(intake: Intake, petition: Petition, text: str, kind: str) -> Meaning:
    """Read ``text`` beside the draft. ``ASIDE`` is for a question or a talk of its own; the draft waits meanwhile."""
    if _is_answer(intake, petition, text):
        return Meaning.TELL
    if intake.says("cancel", text):
        return Meaning.DROP
    if intake.says("submit", text) or intake.says("file", text):
        return _word_given(intake, petition, text)
    if intake.mentions("calm", text) and len(text) <= _CALM_CHARS:
        return Meaning.STAY
    if read_correction(intake, text):
        return Meaning.TELL
    # A question put in the middle is a question; the draft waits meanwhile.
    return Meaning.ASIDE if kind in _TALK or kind == GateKind.CONSULT.value else Meaning.TELL


def _is_answer(intake: Intake, petition: Petition, text: str) -> bool:
    """Whether the words answer what is asked now, whatever they would mean elsewhere: "不用了" to the phone number."""
    if petition.asking in CONTACT and (TOKEN.search(text) or intake.says("no_contact", text)):
        return True
    return bool(petition.asking) and intake.says("skip", text)


def _word_given(intake: Intake, petition: Petition, text: str) -> Meaning:
    """A yes files what has been shown. Before that, "提交" ends the questions; a mere "好的" answers none of them."""
    if petition.ready and petition.said:
        return Meaning.FILE if intake.says("submit", text) else Meaning.STAY
    return Meaning.TELL


async def told(context: TurnContext, orders: Orders, petition: Petition, text: str) -> Petition:
    """The draft after an answer, a correction or an addition."""
    if petition.said and steers(orders.intake, text) and orders.intake.mentions("file", text):
        return petition.model_copy(update={"asking": "", "ready": True})
    fact = "" if petition.asking == SOMETHING else petition.asking
    spot = chosen(context.house.gazetteer, context.house.pack, petition.spot, context.cleaned)
    if fact == "district" and spot:
        moved = petition.model_copy(update={"spot": spot, "asking": ""})
        return ask_or_show(orders, await refresh(context, orders, moved))
    idle = petition.model_copy(update={"asking": ""})
    if changed := await mended(context, orders, idle, text):
        return _after_correction(orders, petition, changed)
    if fact and any(orders.intake.says(name, text) for name in ("submit", "file")):
        return _again(orders, idle, fact)
    after = await (_answered if fact else _added)(context, orders, idle, fact, text)
    return after if after.asking else ask_or_show(orders, after)


def _after_correction(orders: Orders, before: Petition, changed: Petition) -> Petition:
    """What was asked when the citizen corrected something else is still to be answered."""
    if changed.asking:
        return changed
    return _again(orders, changed, before.asking) if changed.id == before.id else ask_or_show(orders, changed)


def _again(orders: Orders, petition: Petition, fact: str) -> Petition:
    """The question for ``fact`` once more, where it matters, is open and was put only once; else what comes next."""
    fact = "contact" if fact in CONTACT else fact
    still = fact in _ASKED_AGAIN and fact in missing(petition, orders.intake, orders.leaf(petition))
    if still and petition.asked.count(fact) < 2 and len(petition.asked) < MOST_QUESTIONS:
        return petition.model_copy(update={"asking": fact, "asked": [*petition.asked, fact]})
    return ask_or_show(orders, petition)


async def _added(context: TurnContext, orders: Orders, petition: Petition, _fact: str, text: str) -> Petition:
    return await take_in(context, orders, petition, text, context.cleaned)


async def _answered(context: TurnContext, orders: Orders, petition: Petition, fact: str, text: str) -> Petition:
    if fact in CONTACT:
        return await _contact(context, orders, petition, fact, text)
    if steers(orders.intake, text):
        return _left_open(petition, fact, text)
    if fact == "place" and petition.spot.text:
        return await refresh(context, orders, placed(context, petition, text, text))
    known = petition.answers if fact == "district" else {**petition.answers, fact: text.strip()}
    return await _added(context, orders, petition.model_copy(update={"answers": known}), fact, text)


def _left_open(petition: Petition, fact: str, text: str) -> Petition:
    """The draft after "不清楚" or "没有" to the question for ``fact``."""
    if fact == "place":  # the one that the citizen called wrong is not kept
        return petition.model_copy(update={"spot": Spot()})
    known = {**petition.answers, fact: text.strip()} if fact in _MAY_BE_NONE else petition.answers
    return petition.model_copy(update={"answers": known})


async def _contact(context: TurnContext, orders: Orders, petition: Petition, fact: str, text: str) -> Petition:
    intake, vault = orders.intake, context.vault
    if phone := own_phone(vault, intake, text) or phone_in(vault, text):
        found = petition.model_copy(update={"contact": phone, "anonymous": False})
        # A bare number is no part of the story.
        return found if is_bare_phone(context, text) else await _added(context, orders, found, fact, text)
    if intake.says("no_contact", text) or intake.says("skip", text):
        return petition.model_copy(update={"anonymous": True})
    if fact == "contact" and sum(map(str.isdigit, text)) >= _PHONE_DIGITS:
        return petition.model_copy(update={"asking": "contact_again"})
    return await _added(context, orders, petition, fact, text)
