"""A work order and its parts: the vocabulary of sections 2, 4 and 5 of the hotline's specification."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from city.schema import Record


class State(StrEnum):
    """Where a work order stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCREENING = "screening"
    ANSWERED = "answered"
    REDIRECTED = "redirected"
    NOT_ACCEPTED = "not_accepted"
    EMERGENCY_XFER = "emergency_xfer"
    PRE_CONSULT = "pre_consult"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    IN_PROGRESS = "in_progress"
    WAIT_CITIZEN = "wait_citizen"
    RETURN_REQ = "return_req"
    DISPUTED = "disputed"
    EXT_REQ = "ext_req"
    TERM_REVIEW = "term_review"
    REPLIED = "replied"
    REVIEW = "review"
    CALLBACK = "callback"
    REWORK = "rework"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


ENDED = frozenset({State.CLOSED, State.MERGED, State.WITHDRAWN, State.TERMINATED})
"""States in which nobody has to act."""


class Role(StrEnum):
    """Who acts; ``AI`` acts with the rights of the person it serves and is noted beside them, never instead."""

    CITIZEN = "citizen"
    HELPER = "helper"
    AGENT = "agent"
    DISPATCHER = "dispatcher"
    EXPERT = "expert"
    QC = "qc"
    CALLBACK = "callback"
    SUPERVISOR = "supervisor"
    UNIT_CLERK = "unit_clerk"
    UNIT_HEAD = "unit_head"
    DISTRICT_DESK = "district_desk"
    STREET_DESK = "street_desk"
    SYSTEM = "system"
    TIMER = "timer"


class Kind(StrEnum):
    """What sort of matter it is; a city may switch ``PRAISE`` off."""

    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Urgency(StrEnum):
    """一般, 紧急, 特急."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class Result(StrEnum):
    """What came of it."""

    SOLVED = "solved"
    PARTLY = "partly"
    EXPLAINED = "explained"
    CANNOT_NOW = "cannot_now"
    NOT_DUTY = "not_duty"


class Party(Record):
    """Somebody the matter is about. Personal data: read only where a duty needs it."""

    role: str = Field(pattern="^(caller|affected|helper|accused)$")
    name: str = ""
    phone: str = ""
    address: str = ""
    anonymous: bool = False


class Place(Record):
    """Where it is. Latitude and longitude are WGS-84 degrees; ``crs`` is that of the source they were given in."""

    text: str
    district: str = ""
    street: str = ""
    latitude: float | None = None
    longitude: float | None = None
    crs: str = "WGS-84"


class Assignment(Record):
    """A unit's part in a work order, one for each round in which it is asked."""

    unit: str
    role: str = Field(pattern="^(lead|co|cc)$")
    round: int = Field(ge=1)
    sent_at: datetime
    signed_at: datetime | None = None
    contacted_at: datetime | None = None
    returned_at: datetime | None = None
    designated: bool = False


class WorkOrder(Record):
    """One matter from arrival to its end: what its events add up to.

    ``version`` is the number of the last event; a writer who read an older one is refused. Times are aware.
    """

    number: str
    city: str
    status: State
    kind: Kind
    title: str = Field(max_length=60)
    narrative: str
    demand: str = ""
    category: str = ""
    urgency: Urgency = Urgency.NORMAL
    clock_class: str = "normal"
    sensitivity: frozenset[str] = frozenset()
    confidential: bool = False
    expects_reply: bool = True
    completeness: int | None = None
    place: Place | None = None
    parties: tuple[Party, ...] = ()
    gaps: tuple[str, ...] = ()
    accepted_at: datetime
    duty_item: str = ""
    assignments: tuple[Assignment, ...] = ()
    round: int = 0
    returns: int = 0
    reworks: int = 0
    extensions: int = 0
    sign_due: datetime | None = None
    contact_due: datetime | None = None
    due_at: datetime | None = None
    due_rule: str = ""
    paused_at: datetime | None = None
    paused_until: datetime | None = Field(default=None, description="later time counts again, whoever is waited for")
    result: Result | None = None
    reply: str = ""
    reason_code: str = ""
    main: str = ""
    parent: str = ""
    children: tuple[str, ...] = ()
    contacted: bool = False
    emergency: bool = False
    acknowledged_at: datetime | None = None
    unreached: bool = False
    updated_at: datetime | None = Field(default=None, description="when the last event was")
    version: int = Field(ge=1)

    @property
    def lead(self) -> Assignment | None:
        """The unit that answers for the matter now, if one does."""
        for assignment in reversed(self.assignments):
            if assignment.role == "lead":
                return None if assignment.returned_at else assignment
        return None

    @property
    def ended(self) -> bool:
        """Whether nobody has to act."""
        return self.status in ENDED


class Event(Record):
    """Something that was done to a work order. ``hash`` covers every other field and the event before."""

    order: str
    seq: int = Field(ge=1)
    at: datetime
    actor: str
    role: Role
    act: str
    before: State | None
    after: State
    payload: dict[str, Any] = Field(default_factory=dict)
    reason: str = ""
    assisted_by: str = Field(default="", description="engine and prompt version that helped, if one did")
    previous: str
    hash: str
