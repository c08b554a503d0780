"""Corrections: a message that changes what the draft says, known by the words it begins with."""

from __future__ import annotations

import re
import uuid
from typing import NamedTuple

from agents.context import TurnContext
from agents.orders import Orders
from agents.triage.draft import Petition
from agents.triage.facts import is_bare_place, moved, phone_in
from agents.triage.reading import refresh, take_in
from city.intake import Intake

SOMETHING = "something"
"""What is asked for where the citizen only says that something is wrong."""
MATTER = "matter"
_AROUND_PHONE = 6
_LEAST = 2
_COUNTED = frozenset({"place", "contact"})
"""Facts that are also asked for unbidden."""
_CLAUSE_END = re.compile(r"[，,。；;\n]+")
_EDGES = " ：:，,。.！!？?\n"


class Correction(NamedTuple):
    """The fact that is corrected, and what it is to be; ``rest`` is empty where only "that is wrong" was said."""

    fact: str
    rest: str


def read_correction(intake: Intake, text: str) -> Correction | None:
    """The correction that ``text`` begins with; None where it begins with none."""
    began = text.lower().lstrip()
    leads = [(len(w), fact) for fact, words in intake.change.items() for w in words if began.startswith(w)]
    if not leads:
        return None
    length, fact = max(leads)
    rest = text.lstrip()[length:].strip(_EDGES)
    # "不对，电话是…": what is wrong is said after it.
    return read_correction(intake, rest) if fact == SOMETHING and rest else Correction(fact, rest)


async def mended(context: TurnContext, orders: Orders, petition: Petition, text: str) -> Petition | None:
    """The draft with one fact replaced, or asking for the fact that is wrong (``asking``); None where ``text`` is no
    correction."""
    found = read_correction(orders.intake, text)
    if found is None:
        changed = _bare(context, orders.intake, petition, text)
    elif len(found.rest) < _LEAST:
        return _asking(petition, found.fact)
    elif found.fact == MATTER:
        return await take_in(context, orders, _afresh(petition), found.rest, context.cleaned)
    else:
        changed = _changed(context, petition, found, text)
    return await refresh(context, orders, changed) if changed else None


def is_bare_phone(context: TurnContext, text: str) -> bool:
    """Whether the message is hardly more than a phone number: "我的电话⟦手机1⟧"."""
    phone = phone_in(context.vault, text)
    return bool(phone) and len(text.replace(phone, "")) <= _AROUND_PHONE


def _changed(context: TurnContext, petition: Petition, found: Correction, text: str) -> Petition | None:
    if found.fact == "demand":
        return petition.model_copy(update={"answers": {**petition.answers, "demand": found.rest}})
    if found.fact == "place":
        return placed(context, petition, found.rest, text)
    phone = phone_in(context.vault, text) if found.fact == "contact" else ""
    return petition.model_copy(update={"contact": phone, "anonymous": False}) if phone else None


def placed(context: TurnContext, petition: Petition, words: str, text: str) -> Petition:
    """The draft with the place that ``words`` name; ``text`` is the whole message."""
    spot = moved(context.house.gazetteer, petition.spot, context.vault.unmask(words))
    # A place that is on no list of the city is kept in the story; it must not be lost with the old one.
    said = petition.said if spot.text else [*petition.said, text.strip()]
    return petition.model_copy(update={"said": said, "spot": spot, "answers": {**petition.answers, "place": words}})


def _bare(context: TurnContext, intake: Intake, petition: Petition, text: str) -> Petition | None:
    if is_bare_phone(context, text):
        return petition.model_copy(update={"contact": phone_in(context.vault, text), "anonymous": False})
    # "不是望江路，是文庙街": what is right is said last.
    ends = _CLAUSE_END.split(context.vault.unmask(text).strip(_EDGES))[-1]
    says_wrong = any(text.lower().lstrip().startswith(word) for word in intake.change.get(SOMETHING, ()))
    bare = is_bare_place(context.house.gazetteer, ends if says_wrong else context.vault.unmask(text))
    return (
        placed(context, petition, ends, text)
        if bare and petition.spot.text and (petition.ready or says_wrong)
        else None
    )


def _asking(petition: Petition, fact: str) -> Petition:
    if fact == MATTER:
        return _afresh(petition).model_copy(update={"asking": fact})
    asked = [*petition.asked, fact] if fact in _COUNTED else petition.asked
    return petition.model_copy(update={"asking": fact, "asked": asked, "ready": False})


def _afresh(petition: Petition) -> Petition:
    """A draft of another matter by the same citizen; nothing of the one before is in it."""
    return Petition(
        id=uuid.uuid4().hex,
        kind=petition.kind,
        said=[],
        contact=petition.contact,
        anonymous=petition.anonymous,
        confidential=petition.confidential,
        language=petition.language,
    )
