"""What a person may see of an order, in words: facts, caller, parts, and everything that was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from city.privacy import mask
from serve.desk.inbox import moment
from serve.desk.room import Clerk
from serve.desk.units import duty_label, duty_named, unit_name
from serve.desk.words import CHOICES, HELPERS, has
from tools.workorders.acts import Act
from tools.workorders.model import Event, Party, Role, WorkOrder

_TIMES = frozenset({"ask_by", "first_contact_due", "sign_due", "due_at", "until", "by", "new_due", "told_at"})
_UNITS = frozenset({"lead", "co", "cc", "unit", "proposed"})
_WORDED = {
    "method": "method",
    "solved": "solved",
    "ground": "ground",
    "result": "result",
    "gaps": "gap",
    "contacted": "heard",
}
_SHORT = 10


class Done(NamedTuple):
    """One event, in words."""

    at: str
    who: str
    role: str
    act: str
    state: str
    reason: str
    assisted: str
    details: list[tuple[str, str]]
    hash: str


class Caller(NamedTuple):
    """A party, as far as the reader may know it. ``hidden`` replaces everything."""

    part: str
    hidden: bool
    name: str
    phone: str
    address: str
    whole: bool


class Part(NamedTuple):
    """A unit's turn."""

    unit: str
    part: str
    round: int
    sent: str
    signed: str
    contacted: str
    returned: str
    designated: bool


def readable(clerk: Clerk, order: WorkOrder, text: str) -> str:
    """A text of the order; without personal data where the caller is hidden from the reader."""
    return text if clerk.staff.sees_caller(order) else mask(text, gazetteer=clerk.pack.place_names).text


def callers(clerk: Clerk, order: WorkOrder, reveal: bool) -> list[Caller]:
    """The parties; a phone number in part unless it is asked for."""
    hidden = not clerk.staff.sees_caller(order)
    return [_caller(clerk, party, hidden, reveal) for party in order.parties]


def _caller(clerk: Clerk, party: Party, hidden: bool, reveal: bool) -> Caller:
    part = clerk.say(f"desk_party_{party.role}")
    if hidden and party.role != "accused":
        return Caller(part, True, "", "", "", False)
    if party.anonymous and not party.phone:
        return Caller(part, False, clerk.say("desk_anonymous"), "", "", True)
    if reveal:
        return Caller(part, False, party.name, party.phone, party.address, True)
    name = party.name[:1] + "＊" * (len(party.name) - 1)
    return Caller(part, False, name, short_phone(party.phone), "＊＊＊" if party.address else "", not party.phone)


def short_phone(phone: str) -> str:
    """A phone number with its middle left out."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "*" * len(phone)


def units_of(clerk: Clerk, order: WorkOrder) -> list[Part]:
    """Who was asked, round by round."""
    return [
        Part(
            unit=unit_name(clerk.pack, a.unit),
            part=clerk.say(f"desk_part_{a.role}"),
            round=a.round,
            sent=moment(clerk, a.sent_at),
            signed=moment(clerk, a.signed_at) if a.signed_at else "",
            contacted=moment(clerk, a.contacted_at) if a.contacted_at else "",
            returned=moment(clerk, a.returned_at) if a.returned_at else "",
            designated=a.designated,
        )
        for a in order.assignments
    ]


def timeline(clerk: Clerk, order: WorkOrder, events: Sequence[Event]) -> list[Done]:
    """Everything that was done, the latest first."""
    return [_done(clerk, order, event) for event in reversed(events)]


def _done(clerk: Clerk, order: WorkOrder, event: Event) -> Done:
    say = clerk.say
    return Done(
        at=moment(clerk, event.at),
        who=_who(clerk, event),
        role=say(f"desk_role_{event.role.value}"),
        act=say(f"desk_act_{event.act}"),
        state=say(f"desk_state_{event.after.value}") if event.before != event.after else "",
        reason=readable(clerk, order, event.reason),
        assisted=_assisted(clerk, event.assisted_by),
        details=[] if event.act == Act.START else list(_details(clerk, order, event.payload)),
        hash=event.hash[:_SHORT],
    )


def _assisted(clerk: Clerk, by: str) -> str:
    """What helped and what became of it: 派单建议：采用. What another part of the program wrote stays as it is."""
    helper, _, rest = by.partition("/")
    engine, _, verdict = rest.partition(" ")
    if helper not in HELPERS or verdict not in CHOICES["judged"]:
        return by
    return f"{clerk.say(f'desk_helper_{helper}')}（{engine}）：{clerk.say(f'desk_judged_{verdict}')}"


def _who(clerk: Clerk, event: Event) -> str:
    """Who it was: staff by name and unit; a citizen is never named here."""
    if event.actor.startswith("desk:"):
        _, _, unit, name = event.actor.split(":", 3)
        return f"{name}（{unit_name(clerk.pack, unit)}）" if unit else name
    if event.role in (Role.CITIZEN, Role.HELPER, Role.SYSTEM, Role.TIMER):
        return ""
    return event.actor


def _details(clerk: Clerk, order: WorkOrder, payload: dict[str, Any]) -> list[tuple[str, str]]:
    told = []
    for name, value in payload.items():
        if value not in (None, "", [], {}) and name != "due_rule":
            told.append((clerk.say(f"desk_field_{name}"), shown(clerk, order, name, value)))
    return told


def shown(clerk: Clerk, order: WorkOrder, name: str, value: Any) -> str:
    """A value of a payload as people read it."""
    if isinstance(value, list):
        return "、".join(shown(clerk, order, name, one) for one in value)
    text = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    if name in _TIMES:
        return moment(clerk, datetime.fromisoformat(text))
    if name in _UNITS:
        return unit_name(clerk.pack, text)
    if name == "duty_item":
        item = duty_named(clerk.pack, text)
        return duty_label(item) if item else text
    if name == "category":
        paths = clerk.orders.scheme.categories.paths()
        return next((" / ".join(node.name for node in path) for path in paths if path[-1].code == text), text)
    if name == "clock_class":
        return clerk.say(f"desk_class_{text}") if has(clerk.pack, f"desk_class_{text}") else text
    if name in _WORDED and has(clerk.pack, key := f"desk_{_WORDED[name]}_{text}"):
        return clerk.say(key)
    return readable(clerk, order, text)
