"""Deciding and folding: a command becomes an event or is refused, and events add up to a work order.

``decide`` checks and changes nothing; ``evolve`` changes and checks nothing, so that a row can always be made again
from its events, also by a later version of the rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from city.errors import BadInput, Refused
from tools.workorders import guards
from tools.workorders.acts import PAYLOADS, Act, Nothing
from tools.workorders.evolve import evolve
from tools.workorders.guards import Given, Guard, Rules
from tools.workorders.model import Event, Role, WorkOrder
from tools.workorders.table import TABLE

_CLOCKS_DIFFER = timedelta(minutes=5)
GENESIS = "0" * 64
"""What the first event of a work order follows."""


@dataclass(frozen=True)
class Command:
    """Somebody wants to do something. ``at`` is aware; ``payload`` is what the act's record of ``acts`` holds."""

    act: Act
    actor: str
    role: Role
    at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    assisted_by: str = ""


def decide(number: str, order: WorkOrder | None, last_hash: str, command: Command, rules: Rules) -> Event:
    """The event of ``command`` on ``order`` (None for a new one).

    Raises ``Refused`` for a step that the table, the role or a guard forbids, ``BadInput`` for a payload that is not in
    form or a time without a zone.
    """
    if command.at.tzinfo is None:
        raise BadInput(f"the time {command.at.isoformat()!r} has no zone; give one, for example +08:00")
    at = _after_the_last(order, command.at)
    before = order.status if order else None
    row = TABLE.get((before, command.act))
    if row is None:
        raise Refused(f"{command.act.value!r} is no step from {before.value if before else 'nothing'!r}")
    if command.role not in row.roles:
        raise Refused(f"{command.act.value!r} is not for the role {command.role.value!r}")
    payload = _payload(command)
    given = Given(order, payload, command.role, command.reason, at, rules)
    for name in row.guards:
        guard: Guard = getattr(guards, name)
        if refusal := guard(given):
            raise Refused(f"{command.act.value!r} is refused: {refusal}")
    made = {
        "order": number,
        "seq": order.version + 1 if order else 1,
        "at": at,
        "actor": command.actor,
        "role": command.role,
        "act": command.act.value,
        "before": before,
        "after": row.after or before,
        "payload": payload.model_dump(mode="json"),
        "reason": command.reason,
        "assisted_by": command.assisted_by,
        "previous": last_hash,
    }
    return Event(**made, hash=digest(Event(**made, hash="")))


def _after_the_last(order: WorkOrder | None, at: datetime) -> datetime:
    """``at``, or the time of the last event where two came at once: time never runs backwards in an order.

    Raises BadInput where ``at`` lies further back than clocks of two machines may differ.
    """
    last = order.updated_at if order else None
    if last is None or at >= last:
        return at
    if last - at > _CLOCKS_DIFFER:
        raise BadInput(f"{at.isoformat()} lies before the last event of this order ({last.isoformat()}); set the clock")
    return last


def _payload(command: Command) -> Any:
    try:
        return PAYLOADS.get(command.act, Nothing).model_validate(command.payload)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'payload'}: {e['msg']}" for e in error.errors())
        raise BadInput(f"{command.act.value!r} does not bring what it must: {faults}") from error


def digest(event: Event) -> str:
    """SHA-256 over every field but the hash itself, the hash of the event before among them."""
    plain = event.model_dump(mode="json", exclude={"hash"})
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def verify(events: Sequence[Event]) -> None:
    """Check the chain of one work order. Raises ``BadInput`` naming the first event that was touched."""
    previous = GENESIS
    for number, event in enumerate(events, 1):
        if event.seq != number or event.previous != previous or event.hash != digest(event):
            raise BadInput(f"event {number} of {event.order!r} was changed, moved or left out; restore it from a copy")
        previous = event.hash


def replay(events: Iterable[Event]) -> WorkOrder:
    """The work order that the events add up to. Raises ``BadInput`` where there is none."""
    order: WorkOrder | None = None
    for event in events:
        order = evolve(order, event)
    if order is None:
        raise BadInput("a work order has at least one event")
    return order
