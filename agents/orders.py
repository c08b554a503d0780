"""Work orders as a turn sees them: filing what a citizen confirmed, and following what was filed.

Who writes in a talk may follow what was filed in it. Elsewhere the order's number alone shows where it stands and no
personal data; to act on it the phone number left with it must be given too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from typing import Any, NamedTuple

from agents.dispatch.dispatcher import Dispatcher
from agents.dispatch.suggestion import Suggestion
from agents.matters import Matters, Similar, Topic
from agents.triage.draft import TITLE_CHARS, Petition
from agents.triage.facts import completeness
from city.intake import Intake
from city.privacy import Vault
from city.privacy.finding import TOKEN
from tools.workorders.acts import Act
from tools.workorders.bands import Band
from tools.workorders.calendar import WorkCalendar
from tools.workorders.clocks import Due, Limit
from tools.workorders.leaves import Leaf
from tools.workorders.machine import Command
from tools.workorders.model import Party, Place, Role, WorkOrder
from tools.workorders.scheme import Category, Scheme, statutory_due
from tools.workorders.store import Store

_OWN_NAME = re.compile(r"(我叫|我是|本人叫?|我的?(?:名字|姓名)是?)⟦[^⟦⟧\s]{1,24}⟧")
_HIDDEN = "＊＊＊"
_CLAUSE = re.compile(r"[^，。！？；,.!?;\n]+")
_OPENING = 24
MACHINE = "citydesk"
"""Who acts where no person does."""
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Handling(NamedTuple):
    """The due times of a dispatch."""

    sign: Due
    handle: Due
    arrive: Due | None = None


class Orders:
    """The work orders of one city, with what filing and dispatch need. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        scheme: Scheme,
        leaves: dict[str, Leaf],
        intake: Intake,
        dispatcher: Dispatcher,
        calendar: WorkCalendar | None = None,
        matters: Matters | None = None,
        clock: Clock = _now,
    ) -> None:
        self.store, self.scheme, self.leaves = store, scheme, leaves
        self.intake, self.dispatcher = intake, dispatcher
        self.calendar, self.now = calendar or WorkCalendar(), clock
        self.matters = matters or Matters(store)

    def at(self, moment: datetime) -> Orders:
        """The same work orders with the clock standing at ``moment``."""
        standing = copy(self)
        standing.now = lambda: moment
        return standing

    def over(self, store: Store) -> Orders:
        """The same rules and dispatch over another store."""
        other = copy(self)
        other.store, other.matters = store, self.matters.over(store)
        return other

    def leaf(self, petition: Petition) -> Leaf | None:
        """What the pack says of the petition's category."""
        return self.leaves.get(petition.category)

    def title(self, petition: Petition) -> str:
        """Place and category, or the citizen's first words where that is open: no names, phones, house numbers."""
        category = petition.category
        name = self.scheme.categories.path(category)[-1].name if category else _opening(petition)
        return f"{petition.spot.text} {name}".strip()[:TITLE_CHARS]

    def file(self, petition: Petition, vault: Vault, city: str, actor: str, gaps: list[str], engine: str) -> WorkOrder:
        """File what the citizen confirmed: number, receipt, and into screening. Twice the same files once."""
        at, key = self.now(), f"petition-{petition.id}"
        start = Command(Act.START, actor, Role.CITIZEN, at, self._start(petition, vault, city), assisted_by=engine)
        order = self.store.start(start, key=f"{key}-start")
        known_gaps = {"gaps": [*gaps, *([] if petition.spot.text else ["place"])]}
        order = self.store.act(
            order.number, Command(Act.SUBMIT, actor, Role.CITIZEN, at, known_gaps), key=f"{key}-submit"
        )
        screen = Command(Act.SCREEN, MACHINE, Role.SYSTEM, at, assisted_by=engine)
        order = self.store.act(order.number, screen, key=f"{key}-screen")
        found = petition.suggestion
        if found is None or not petition.category or not _is_open_to_machine(found):
            return order
        return self._dispatch(order, found, at, key, engine)

    def _dispatch(self, order: WorkOrder, found: Suggestion, at: datetime, key: str, engine: str) -> WorkOrder:
        """Dispatched at once, because the city has opened the class and the suggestion is sure enough (bands.yaml)."""
        accept = Command(Act.ACCEPT, MACHINE, Role.DISPATCHER, at, assisted_by=engine)
        self.store.act(order.number, accept, key=f"{key}-accept")
        payload = self.dispatch_payload(found, at)
        reason = f"band {found.band.value}, confidence {found.confidence:.2f}"
        if found.band is Band.SAMPLE and self.dispatcher.bands.is_checked(order.number):
            reason += ", to be checked by a person"
        made = Command(Act.DISPATCH, MACHINE, Role.DISPATCHER, at, payload, reason, engine)
        return self.store.act(order.number, made, key=f"{key}-dispatch")

    def dispatch_payload(self, found: Suggestion, at: datetime) -> dict[str, Any]:
        """What the act of dispatching brings, as suggested, with the clocks of ``at``."""
        due = self.handling(self.scheme.categories.path(found.category)[-1], found.clock_class, at)
        return {
            "lead": found.lead,
            "co": list(found.co),
            "cc": list(found.cc),
            "duty_item": found.duty_item,
            "clock_class": found.clock_class,
            "sign_due": due.sign.at.isoformat(),
            "first_contact_due": due.arrive.at.isoformat() if due.arrive else None,
            "due_at": due.handle.at.isoformat(),
            "due_rule": f"{due.handle.rule} {due.handle.version}".strip(),
        }

    def _start(self, petition: Petition, vault: Vault, city: str) -> dict[str, Any]:
        spot = petition.spot
        place = Place(**spot.model_dump(exclude={"choices"})) if spot.text else None
        caller = Party(role="caller", phone=vault.unmask(petition.contact), anonymous=petition.anonymous)
        return {
            "city": city,
            "kind": petition.kind,
            "title": self.title(petition) or petition.kind.value,
            "narrative": _told(petition, vault, petition.narrative),
            "demand": _told(petition, vault, petition.demand),
            "category": petition.category,
            "urgency": petition.urgency,
            "sensitivity": sorted(petition.sensitivity),
            "confidential": petition.confidential,
            "expects_reply": petition.expects_reply,
            "completeness": completeness(petition, self.intake),
            "place": place.model_dump(mode="json") if place else None,
            "parties": [caller.model_dump(mode="json")],
        }

    def act(
        self, number: str, act: Act, actor: str, payload: dict[str, Any], *, key: str, reason: str = ""
    ) -> WorkOrder:
        """Something a citizen does to a work order. Raises as ``Store.act``."""
        command = Command(act, actor, Role.CITIZEN, self.now(), payload, reason)
        return self.store.act(number, command, key=key)

    def rework_due(self, at: datetime) -> Due:
        """Until when a matter that was not solved is handled once more."""
        return self.scheme.deadlines.due("handle", "rework", at, self.calendar)

    def similar(self, order: WorkOrder) -> list[Similar]:
        """Other orders on the same matter or one like it."""
        return self.matters.similar(order)

    def topics(self) -> list[Topic]:
        """What more people than usual write about now."""
        return self.matters.topics(self.now())

    def handling(self, category: Category, clock_class: str, at: datetime) -> Handling:
        """When a dispatch at ``at`` must be signed and settled; a longer period of the law takes its place."""
        deadlines = self.scheme.deadlines
        statutory = statutory_due(category, at, self.calendar)
        handle = deadlines.due("handle", clock_class, at, self.calendar, statutory=statutory)
        sign = deadlines.due("sign", clock_class, at, self.calendar)
        arrive = deadlines.due("arrive", clock_class, at, self.calendar) if self.limits("arrive", clock_class) else None
        return Handling(sign if sign.at <= handle.at else handle, handle, arrive)

    def limits(self, limit: Limit, clock_class: str) -> bool:
        """Whether the city's clocks set such a limit for the class."""
        return self.scheme.deadlines.duration(limit, clock_class) is not None

    def contact_due(self, order: WorkOrder, signed_at: datetime) -> Due:
        """Until when the unit must have spoken to the citizen, from its signing on; never after the whole is due, nor
        after the arrival that counts from dispatch."""
        due = self.scheme.deadlines.due("first_contact", order.clock_class, signed_at, self.calendar)
        bounds = [at for at in (order.due_at, order.contact_due) if at is not None]
        return due.model_copy(update={"at": min([due.at, *bounds])})


def _is_open_to_machine(found: Suggestion) -> bool:
    """Whether the city lets the machine dispatch this, and everything that it takes is known."""
    return found.band is not Band.PERSON and not found.open and bool(found.lead)


def _opening(petition: Petition) -> str:
    """The first clause of the matter, masked values taken out."""
    clause = _CLAUSE.match(TOKEN.sub("", petition.narrative))
    return clause[0].strip()[:_OPENING] if clause else ""


def _told(petition: Petition, vault: Vault, text: str) -> str:
    """The citizen's words as units read them: without their own phone number, which has a field of its own, and without
    the name by which they call themselves where they asked to be kept out of it. Whom they accuse stays readable."""
    if petition.contact:
        text = text.replace(petition.contact, _HIDDEN)
    if petition.confidential:
        text = _OWN_NAME.sub(lambda own: f"{own[1]}{_HIDDEN}", text)
    return vault.unmask(text)


def same_phone(order: WorkOrder, phone: str) -> bool:
    """Whether ``phone`` is the number that the caller left."""
    digits = "".join(filter(str.isdigit, phone))
    left = ["".join(filter(str.isdigit, party.phone)) for party in order.parties if party.role == "caller"]
    return len(digits) >= 7 and digits in left
