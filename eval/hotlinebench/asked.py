"""What a reply asks of the citizen, by name: read from the talk's state and the answer, only then from fixed wordings.

Names are ``petition.place``, ``policy.person.age``, ``data.place``, ``orders.number``, ``orders.phone``, ``choice``
(one of the options), ``offer`` (to write the matter down), ``confirm`` (a draft waits for the citizen's word) and
``withdraw`` (whether it is really to be withdrawn). The last part of a name is also a fact's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from agents.contract import Answer
from agents.outcomes import Outcome
from city.pack import CityPack

CONFIRM, OFFER, CHOICE, WITHDRAW = "confirm", "offer", "choice", "withdraw"
_FIELD = re.compile(r"\\\{\w+\\\}")
_OF_ORDERS = {
    "order_number_needed": "orders.number",
    "order_number_wrong": "orders.number",
    "order_unknown": "orders.number",
    "order_phone_needed": "orders.phone",
    "order_withdraw_sure": WITHDRAW,
}


class Asked(NamedTuple):
    """``name`` is empty where nothing is asked. ``waits``: asked some turns before, and open still."""

    name: str = ""
    waits: bool = False


def asked(pack: CityPack, answer: Answer, state: Mapping[str, Any]) -> Asked:
    """What the answer asks; ``state`` holds the channels of the talk as they stand after it."""
    if answer.outcome in (Outcome.EMERGENCY, Outcome.CRISIS):
        return Asked()
    asking = answer.outcome in (Outcome.NEEDS_FACT, Outcome.PETITION)
    draft = state.get("petition") or {}
    if draft:
        name = CONFIRM if draft.get("ready") else f"petition.{draft.get('asking') or ''}".rstrip(".")
        return Asked(name, waits="petition" not in answer.specialists)
    if (found := _of_orders(pack, answer)) and asking:
        return Asked(found)
    matching = state.get("matching") or {}
    if matching.get("asking") and "policy" in answer.specialists:
        return Asked(f"policy.{matching['asking']}", waits=not asking)
    return Asked(_of_the_rest(pack, answer, state) if asking else _offered(pack, answer))


def _of_orders(pack: CityPack, answer: Answer) -> str:
    if "orders" not in answer.specialists:
        return ""
    return next((name for key, name in _OF_ORDERS.items() if says(pack, key, answer.text)), "")


def _of_the_rest(pack: CityPack, answer: Answer, state: Mapping[str, Any]) -> str:
    last = (state.get("memory") or [{}])[-1]
    waiting = last.get("asking") or {}
    if waiting.get("missing"):
        return f"data.{waiting['missing'][0]}"
    if says(pack, "policy_whom", answer.text):
        return "policy.subject"
    return CHOICE if answer.options else ""


def _offered(pack: CityPack, answer: Answer) -> str:
    offers = {words.raw("option_file") for words in pack.wording.values() if "option_file" in words}
    return OFFER if offers & set(answer.options) else ""


def says(pack: CityPack, key: str, text: str) -> bool:
    """Whether a fixed reply of the pack, whatever stands in its fields, is part of ``text``."""
    return any(template(words.raw(key)).search(text) for words in pack.wording.values() if key in words)


def template(wording: str) -> re.Pattern[str]:
    """A wording as a pattern: its fields stand for anything."""
    return re.compile(_FIELD.sub("[\\\\s\\\\S]*?", re.escape(wording.strip())))
