"""Hand-made histories: a work order told as (hours since the first of March, act, what differs)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.tools.workorders.making import PAYLOADS, ROLES
from tools.workorders.acts import Act
from tools.workorders.evolve import evolve
from tools.workorders.figures.story import Charge, Story
from tools.workorders.guards import Rules
from tools.workorders.machine import GENESIS, Command, decide
from tools.workorders.model import Event, Role, WorkOrder

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
YEAR = (MARCH, datetime(2027, 3, 1, tzinfo=UTC))
Step = tuple[float, Act] | tuple[float, Act, dict[str, Any]]
_WHO = {
    Act.ANSWER: Role.AGENT,
    Act.REFUSE: Role.AGENT,
    Act.REDIRECT: Role.AGENT,
    Act.LINK_REPEAT: Role.AGENT,
    Act.ASK_RETURN: Role.UNIT_CLERK,
    Act.AGREE_RETURN: Role.DISPATCHER,
    Act.REJECT_RETURN: Role.DISPATCHER,
    Act.DISPUTE: Role.DISPATCHER,
    Act.DESIGNATE: Role.SUPERVISOR,
    Act.NEED_INFO: Role.UNIT_CLERK,
    Act.ASK_EXTENSION: Role.UNIT_HEAD,
    Act.GRANT_EXTENSION: Role.SUPERVISOR,
    Act.ASK_TERMINATE: Role.UNIT_HEAD,
    Act.APPROVE_TERMINATE: Role.SUPERVISOR,
    Act.DENY_TERMINATE: Role.SUPERVISOR,
    Act.BOUNCE: Role.QC,
    Act.UNSOLVED: Role.SUPERVISOR,
    Act.UNREACHABLE: Role.CALLBACK,
    Act.MERGE: Role.DISPATCHER,
    Act.EMERGENCY: Role.SYSTEM,
    Act.ACKNOWLEDGE: Role.AGENT,
}


def hour(hours: float) -> datetime:
    return MARCH + timedelta(hours=hours)


def contact_due(charge: Charge) -> datetime | None:
    """A day from the dispatch: easy to reckon by hand."""
    return charge.sent_at + timedelta(hours=24)


def tell(number: str, *steps: Step, kind: str = "help", **start: Any) -> list[Event]:
    """The events of one work order, every one of them allowed. A dispatch is due 100 hours later, signing 10."""
    events: list[Event] = []
    order: WorkOrder | None = None
    for hours, act, *more in [(steps[0][0], Act.START, {"kind": kind, **start}), *steps]:
        given = dict(more[0]) if more else {}
        role = given.pop("role", _WHO.get(act, ROLES.get(act, Role.CITIZEN)))
        at = hour(hours)
        clock: dict[str, Any] = {}
        if act in (Act.DISPATCH, Act.DESIGNATE, Act.BOUNCE, Act.UNSOLVED):
            clock = {"due_at": hour(hours + 100).isoformat()}
        if act in (Act.DISPATCH, Act.DESIGNATE):
            clock["sign_due"] = hour(hours + 10).isoformat()
        if act is Act.REPLY:
            clock["children_explained"] = []
        payload = {**PAYLOADS.get(act, {}), **clock, **given}
        command = Command(act=act, actor="test", role=role, at=at, payload=payload, reason="有理由")
        made = decide(number, order, events[-1].hash if events else GENESIS, command, Rules())
        order = evolve(order, made)
        events.append(made)
    return events


def story(events: list[Event]) -> Story:
    told = Story(events[0].order)
    for event in events:
        told.read(event)
    return told


def arrived(at: float = 0) -> tuple[Step, ...]:
    """Submitted, screened and accepted at ``at``."""
    return (at, Act.SUBMIT), (at, Act.SCREEN), (at, Act.ACCEPT)


def sent(at: float = 0, unit: str = "a", **given: Any) -> tuple[Step, ...]:
    """… and dispatched to ``unit``."""
    return *arrived(at), (at, Act.DISPATCH, {"lead": unit, "co": [], **given})


def replied(
    at: float = 0, unit: str = "a", contact: float = 2, reply: float = 50, result: str = "solved"
) -> tuple[Step, ...]:
    """… signed after an hour, contacted and replied to, reviewed, waiting for the call-back."""
    return (
        *sent(at, unit),
        (at + 1, Act.SIGN),
        (at + contact, Act.CONTACT),
        (at + reply, Act.REPLY, {"result": result}),
        (at + reply, Act.REVIEW),
        (at + reply, Act.PASS),
    )


def closed(
    at: float = 0, unit: str = "a", solved: str = "yes", rating: int | None = 5, **given: Any
) -> tuple[Step, ...]:
    """… and closed by the call-back, 60 hours after it came."""
    return *replied(at, unit, **given), (at + 60, Act.SOLVED, {"solved": solved, "satisfaction": rating})
