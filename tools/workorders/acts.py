"""What can be done to a work order, and what each act must bring with it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, Field, model_validator

from city.schema import Record
from tools.workorders.model import Kind, Party, Place, Result, Urgency


class Act(StrEnum):
    """The events of section 5, by their names there."""

    START = "start"
    SUBMIT = "submit"
    SCREEN = "screen"
    EMERGENCY = "emergency"
    ANSWER = "answer"
    REDIRECT = "redirect"
    REFUSE = "refuse"
    LINK_REPEAT = "link_repeat"
    HARD = "hard"
    ACCEPT = "accept"
    OBJECT = "object"
    DISPATCH = "dispatch"
    SIGN = "sign"
    ASK_RETURN = "ask_return"
    AGREE_RETURN = "agree_return"
    REJECT_RETURN = "reject_return"
    DISPUTE = "dispute"
    DESIGNATE = "designate"
    CONTACT = "contact"
    NEED_INFO = "need_info"
    PAUSE = "pause"
    GIVE_INFO = "give_info"
    INFO_TIMEOUT = "info_timeout"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    DENY_EXTENSION = "deny_extension"
    ASK_TERMINATE = "ask_terminate"
    APPROVE_TERMINATE = "approve_terminate"
    DENY_TERMINATE = "deny_terminate"
    SPLIT = "split"
    REPLY = "reply"
    REVIEW = "review"
    BOUNCE = "bounce"
    PASS = "pass"  # noqa: S105  # a review passed, not a password
    SOLVED = "solved"
    CLOSE_UNSOLVED = "close_unsolved"
    UNSOLVED = "unsolved"
    UNREACHABLE = "unreachable"
    REOPEN = "reopen"
    MERGE = "merge"
    WITHDRAW = "withdraw"
    RAISE_EMERGENCY = "raise_emergency"
    ACKNOWLEDGE = "acknowledge"
    ADD_FACTS = "add_facts"
    URGE = "urge"


class Nothing(Record):
    """An act that needs no more than who and when."""


class Start(Record):
    """A draft; ``city`` and ``number`` stay empty until it is submitted."""

    city: str
    kind: Kind
    title: str = Field(min_length=1, max_length=60)
    narrative: str = Field(min_length=1)
    demand: str = ""
    category: str = ""
    urgency: Urgency = Urgency.NORMAL
    sensitivity: frozenset[str] = frozenset()
    confidential: bool = False
    expects_reply: bool = True
    completeness: int | None = Field(default=None, ge=0, le=8, description="points of section 4.7 that were told")
    place: Place | None = None
    parties: tuple[Party, ...] = ()
    parent: str = ""


class Submit(Record):
    """Gaps that the person was asked about and left open."""

    gaps: tuple[str, ...] = ()


class Told(Record):
    """Words that the citizen is told, with what they rest on."""

    text: str = Field(min_length=1)
    provisions: tuple[str, ...] = ()


class Turned(Record):
    """A matter that is not for the hotline: why, and where to go."""

    code: str = Field(pattern=r"^N\d\d$")
    text: str = Field(min_length=1)
    channel: str = ""


class Linked(Record):
    """Another work order on the same matter."""

    main: str = Field(min_length=1)


class Dispatch(Record):
    """Who handles it, on which basis, until when."""

    lead: str = Field(min_length=1)
    co: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    duty_item: str = ""
    category: str = Field(default="", description="where the dispatcher found another than it was filed under")
    clock_class: str = "normal"
    sign_due: AwareDatetime
    first_contact_due: AwareDatetime | None = Field(default=None, description="where it counts from dispatch")
    due_at: AwareDatetime
    due_rule: str = Field(min_length=1, description="id and version of the rule that gave the due time")

    @model_validator(mode="after")
    def _one_part_each(self) -> Dispatch:
        units = [self.lead, *self.co, *self.cc]
        if len(set(units)) != len(units):
            raise ValueError("a unit has one part: name it as lead, co or cc once")
        if self.sign_due > self.due_at:
            raise ValueError("signing may not be due after the whole matter")
        return self


class Return(Record):
    """Why it is not this unit's, and whose it is."""

    proposed: str = Field(min_length=1)
    basis: str = Field(min_length=1)
    by: AwareDatetime = Field(description="end of the return window, by the city's clocks")


class Designate(Record):
    """The unit that must handle it, with new times."""

    unit: str = Field(min_length=1)
    sign_due: AwareDatetime
    first_contact_due: AwareDatetime | None = None
    due_at: AwareDatetime
    due_rule: str = Field(min_length=1)


class Sign(Record):
    """Taken on."""

    first_contact_due: AwareDatetime | None = Field(default=None, description="where it counts from signing")


class Contact(Record):
    """How the citizen was reached."""

    method: str = Field(min_length=1)


class NeedInfo(Record):
    """What was asked of the citizen, and until when it may come."""

    question: str = Field(min_length=1)
    until: AwareDatetime


class Pause(Record):
    """The clock stands while the citizen is waited for: for which of the city's reasons, and how long at most."""

    code: str = Field(min_length=1)
    until: AwareDatetime | None = None


class Facts(Record):
    """What the citizen added."""

    text: str = Field(min_length=1)


class Extension(Record):
    """A later due time, and that the citizen was told of it."""

    new_due: AwareDatetime
    due_rule: str = Field(min_length=1)
    ask_by: AwareDatetime | None = Field(default=None, description="last instant to ask, by the city's clocks")
    told_at: datetime | None = None


class Reason(Record):
    """A coded reason."""

    code: str = Field(min_length=1)


class Split(Record):
    """Work orders made of parts of this one."""

    children: tuple[str, ...] = Field(min_length=1)


class Reply(Record):
    """The unit's public answer. Each child that is not done must be explained."""

    result: Result
    text: str = Field(min_length=1)
    children_explained: tuple[str, ...] = ()


class Rework(Record):
    """A short clock for the second handling."""

    due_at: AwareDatetime
    due_rule: str = Field(min_length=1)


class Called(Record):
    """What the call-back heard, by phone or in the citizen's own message."""

    solved: str = Field(pattern="^(yes|partly|no|unsure)$")
    satisfaction: int | None = Field(default=None, ge=1, le=5)
    method: str = Field(default="phone", pattern="^(phone|sms|web)$")
    contacted: bool | None = Field(default=None, description="whether the unit had spoken to the citizen, as they say")


class Unsolved(Rework):
    """What the call-back heard where it goes back, with the clock of the second handling."""

    solved: str = Field(default="no", pattern="^(partly|no|unsure)$")
    satisfaction: int | None = Field(default=None, ge=1, le=5)
    method: str = Field(default="phone", pattern="^(phone|sms|web)$")
    contacted: bool | None = Field(default=None, description="whether the unit had spoken to the citizen, as they say")


class Heard(Record):
    """What the last call-back heard where nothing more can be done."""

    solved: str = Field(default="no", pattern="^(partly|no|unsure)$")
    satisfaction: int | None = Field(default=None, ge=1, le=5)
    method: str = Field(default="phone", pattern="^(phone|sms|web)$")
    contacted: bool | None = None


class Tries(Record):
    """Attempts at a call-back."""

    attempts: int = Field(ge=1)
    methods: int = Field(ge=1)


class Again(Record):
    """Why a closed matter is opened."""

    ground: str = Field(pattern="^(new_facts|false_closing|appeal)$")


class Packet(Record):
    """What the emergency line gets."""

    line: str = Field(min_length=1)
    what: str = Field(min_length=1)
    where: str = ""


PAYLOADS: dict[Act, type[Record]] = {
    Act.START: Start,
    Act.SUBMIT: Submit,
    Act.ANSWER: Told,
    Act.REDIRECT: Turned,
    Act.REFUSE: Turned,
    Act.LINK_REPEAT: Linked,
    Act.DISPATCH: Dispatch,
    Act.ASK_RETURN: Return,
    Act.DESIGNATE: Designate,
    Act.SIGN: Sign,
    Act.CONTACT: Contact,
    Act.NEED_INFO: NeedInfo,
    Act.PAUSE: Pause,
    Act.GIVE_INFO: Facts,
    Act.ADD_FACTS: Facts,
    Act.ASK_EXTENSION: Extension,
    Act.GRANT_EXTENSION: Extension,
    Act.ASK_TERMINATE: Reason,
    Act.SPLIT: Split,
    Act.REPLY: Reply,
    Act.BOUNCE: Rework,
    Act.UNSOLVED: Unsolved,
    Act.SOLVED: Called,
    Act.CLOSE_UNSOLVED: Heard,
    Act.UNREACHABLE: Tries,
    Act.REOPEN: Again,
    Act.MERGE: Linked,
    Act.EMERGENCY: Packet,
    Act.RAISE_EMERGENCY: Packet,
}
"""What an act must bring; the others bring ``Nothing``."""
