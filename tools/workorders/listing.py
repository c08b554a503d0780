"""Lists of work orders for those who work on them: asked by what a clerk filters by, and light enough that thousands
can be put in order without reading one of them in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, or_, select

from city.schema import Record
from tools.workorders.acts import Act
from tools.workorders.model import Event, Kind, State, WorkOrder
from tools.workorders.tables import ORDERS, PARTS


class Asked(Record):
    """What a list holds; what is left empty leaves out nothing."""

    status: frozenset[State] = frozenset()
    unit: str = ""
    """Id of a unit that has a part in the work order now: lead, co or cc."""
    category: str = ""
    """The beginning of category codes."""
    text: str = ""
    """Stands in the title or in the number."""
    alarms: bool = False
    """With ``status``: also those whose emergency nobody took over, whatever their state."""


class Waiting(NamedTuple):
    """What tells how pressing a work order is. ``part`` is the asked unit's part in it, empty where none was asked."""

    number: str
    status: State
    kind: Kind
    category: str
    clock_class: str
    alarm: bool
    expects_reply: bool
    accepted_at: datetime
    entered_at: datetime
    sent_at: datetime | None
    signed_at: datetime | None
    contact_due: datetime | None
    replied_at: datetime | None
    sign_due: datetime | None
    due_at: datetime | None
    part: str


class Listed(NamedTuple):
    """A work order, what tells how pressing it is, and how often it was urged."""

    order: WorkOrder
    waiting: Waiting
    urges: int


_C = ORDERS.c
_LIGHT = (
    _C.number, _C.status, _C.kind, _C.category, _C.clock_class, _C.alarm, _C.expects_reply, _C.accepted_at,
    _C.entered_at, _C.sent_at, _C.signed_at, _C.contact_due, _C.replied_at, _C.sign_due, _C.due_at,
)  # fmt: skip


def waiting(connection: Connection, asked: Asked, limit: int | None, offset: int) -> list[Waiting]:
    """What fits, what came into its state last first."""
    query = select(*_LIGHT, PARTS.c.role) if asked.unit else select(*_LIGHT)
    found = _fitting(query, asked).order_by(_C.entered_at.desc(), _C.number.desc()).limit(limit).offset(offset)
    return [_waiting(tuple(row)) for row in connection.execute(found)]


def count(connection: Connection, asked: Asked) -> int:
    """How many fit."""
    return int(connection.execute(_fitting(select(func.count()).select_from(ORDERS), asked)).scalar_one())


def listed(connection: Connection, numbers: Sequence[str]) -> list[Listed]:
    """The work orders of these numbers, in this order."""
    found = {
        row.number: Listed(WorkOrder.model_validate(row.body), _waiting(tuple(row)[: len(_LIGHT)]), row.urges)
        for row in connection.execute(select(*_LIGHT, _C.body, _C.urges).where(_C.number.in_(numbers)))
    }
    return [found[number] for number in numbers if number in found]


def _fitting(query: Select[Any], asked: Asked) -> Select[Any]:
    if asked.unit:
        query = query.join(PARTS, and_(PARTS.c.number == _C.number, PARTS.c.unit == asked.unit))
    if asked.status:
        within = _C.status.in_([state.value for state in asked.status])
        query = query.where(or_(within, _C.alarm) if asked.alarms else within)
    if asked.category:
        query = query.where(_C.category.startswith(asked.category, autoescape=True))
    if asked.text:
        in_number = _C.number.contains(asked.text.upper(), autoescape=True)
        query = query.where(or_(_C.title.contains(asked.text, autoescape=True), in_number))
    return query


def _waiting(row: tuple[Any, ...]) -> Waiting:
    number, status, kind, *rest = row[: len(_LIGHT)]
    part = row[len(_LIGHT)] if len(row) > len(_LIGHT) else ""
    return Waiting._make((number, State(status), Kind(kind), *map(_aware, rest), part))


def _aware(value: Any) -> Any:
    """SQLite keeps no zone; what the store writes is UTC."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def parts(order: WorkOrder) -> dict[str, str]:
    """Unit → its part now. Co and cc are those of the last dispatch; a designation changes the lead only."""
    found: dict[str, str] = {}
    dispatched = [a.round for a in order.assignments if a.role == "lead" and not a.designated]
    for assignment in order.assignments:
        if assignment.role != "lead" and assignment.round == max(dispatched, default=0):
            found[assignment.unit] = assignment.role
    if order.lead:
        found[order.lead.unit] = "lead"
    return found


def summary(order: WorkOrder) -> dict[str, Any]:
    """The columns by which lists are asked and put in order, from the work order alone."""
    lead = order.lead
    return {
        "title": order.title,
        "district": order.place.district if order.place else "",
        "clock_class": order.clock_class,
        "alarm": order.emergency and order.acknowledged_at is None,
        "expects_reply": order.expects_reply,
        "sign_due": _utc(order.sign_due),
        "sent_at": _utc(lead.sent_at if lead else None),
        "signed_at": _utc(lead.signed_at if lead else None),
        "contact_due": _utc(order.contact_due),
    }


def moments(event: Event) -> dict[str, datetime]:
    """The columns that only an event tells; those that it does not change are left out."""
    found: dict[str, datetime] = {}
    if event.before != event.after:
        found["entered_at"] = event.at.astimezone(UTC)
    if event.act == Act.REPLY:
        found["replied_at"] = event.at.astimezone(UTC)
    return found


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None
