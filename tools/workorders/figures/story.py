"""What figures and supervision need to know of one work order, read from its events alone.

A ``Story`` is smaller than the events and keeps what a row forgets: every unit's turn, every handling with its due
time, every call-back. Events of one order must come in their order; orders may follow one another or be mixed by time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tools.workorders.acts import Act
from tools.workorders.evolve import stood_for
from tools.workorders.model import Event, Kind, Result, Role, State


@dataclass(slots=True)
class Charge:
    """One turn of a lead unit: from a dispatch or designation until another unit or nobody has the matter."""

    unit: str
    sent_at: datetime
    sign_due: datetime
    due_at: datetime
    clock_class: str
    designated: bool
    contact_due: datetime | None = None
    signed_at: datetime | None = None
    contacted_at: datetime | None = None
    asked_return_at: datetime | None = None
    return_rejected_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: Act | None = None
    calls: list[Call] = field(default_factory=list)


@dataclass(slots=True)
class Handling:
    """One run of the handling clock: the first, or a second handling. ``ended_at`` is an end without a reply."""

    charge: Charge
    begun_at: datetime
    due_at: datetime
    rework: bool
    replied_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(slots=True)
class Call:
    """One call-back. ``solved`` is yes, partly, no or unsure, or "" where nobody was reached."""

    at: datetime
    charge: Charge
    solved: str
    satisfaction: int | None
    contacted: bool | None
    result: Result | None
    closes: bool


@dataclass(slots=True)
class Alarm:
    """An emergency that was raised."""

    raised_at: datetime
    unit: str
    acknowledged_at: datetime | None = None


@dataclass(slots=True)
class Turn:
    """The hotline's own decision on a matter in screening, and what a citizen's objection to it came to."""

    at: datetime
    act: Act
    code: str = ""
    objected_at: datetime | None = None
    then: Act | None = None


@dataclass(slots=True)
class Story:
    """One work order as its events tell it."""

    number: str
    kind: Kind = Kind.HELP
    category: str = ""
    district: str = ""
    expects_reply: bool = True
    state: State | None = None
    submitted_at: datetime | None = None
    turns: list[Turn] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    handlings: list[Handling] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    extensions: list[datetime] = field(default_factory=list)
    asked_returns: list[datetime] = field(default_factory=list)
    sent_back: list[datetime] = field(default_factory=list)
    closed: list[Call] = field(default_factory=list)
    reopened: list[tuple[datetime, str]] = field(default_factory=list)
    urged: list[tuple[datetime, Role]] = field(default_factory=list)
    disputed_at: datetime | None = None
    paused: tuple[datetime, datetime | None] | None = None
    withdrawn_at: datetime | None = None
    merged_at: datetime | None = None
    terminated_at: datetime | None = None
    termination_code: str = ""
    termination_denied: list[datetime] = field(default_factory=list)
    result: Result | None = None
    reviewed: Result | None = None

    def read(self, event: Event) -> None:
        """Take the next event in."""
        step = _STEPS.get(event.act)
        if step:
            step(self, event)
        self.state = event.after

    @property
    def charge(self) -> Charge | None:
        """The turn that goes on."""
        return self.charges[-1] if self.charges and self.charges[-1].ended_at is None else None

    @property
    def handling(self) -> Handling | None:
        """The handling that has neither reply nor end."""
        last = self.handlings[-1] if self.handlings else None
        return last if last and last.replied_at is None and last.ended_at is None else None

    @property
    def unit(self) -> str:
        """The unit that has the matter, or had it last; "" before the first dispatch."""
        return self.charges[-1].unit if self.charges else ""

    def end_charge(self, at: datetime, by: Act) -> None:
        """The unit's turn is over, with its handling if that had no reply."""
        if charge := self.charge:
            charge.ended_at, charge.ended_by = at, by
        if handling := self.handling:
            handling.ended_at = at


def read_stories(events: Iterable[Event]) -> dict[str, Story]:
    """The stories of all work orders by number, in one pass."""
    stories: dict[str, Story] = {}
    for event in events:
        story = stories.get(event.order)
        if story is None:
            story = stories[event.order] = Story(event.order)
        story.read(event)
    return stories


def _instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _due(event: Event, name: str) -> datetime:
    return datetime.fromisoformat(event.payload[name])


def _start(story: Story, event: Event) -> None:
    given = event.payload
    story.kind, story.category = Kind(given["kind"]), given.get("category") or ""
    story.district = (given.get("place") or {}).get("district") or ""
    story.expects_reply = given.get("expects_reply", True)


def _submit(story: Story, event: Event) -> None:
    story.submitted_at = event.at


def _decided(story: Story, event: Event) -> None:
    act = Act(event.act)
    if story.turns and story.turns[-1].objected_at and story.turns[-1].then is None:
        story.turns[-1].then = act
    story.turns.append(Turn(event.at, act, event.payload.get("code") or ""))
    if act is Act.EMERGENCY:
        _alarm(story, event)
    if act is Act.LINK_REPEAT:
        story.merged_at = event.at


def _object(story: Story, event: Event) -> None:
    story.turns[-1].objected_at = event.at


def _charge(story: Story, event: Event, unit: str, clock_class: str) -> None:
    designated = event.act == Act.DESIGNATE
    story.end_charge(event.at, Act(event.act))
    charge = Charge(unit, event.at, _due(event, "sign_due"), _due(event, "due_at"), clock_class, designated)
    charge.contact_due = _instant(event.payload.get("first_contact_due"))
    story.charges.append(charge)
    story.handlings.append(Handling(charge, event.at, _due(event, "due_at"), rework=False))


def _dispatch(story: Story, event: Event) -> None:
    _charge(story, event, event.payload["lead"], event.payload.get("clock_class") or "normal")


def _designate(story: Story, event: Event) -> None:
    _charge(story, event, event.payload["unit"], story.charges[-1].clock_class)


def _sign(story: Story, event: Event) -> None:
    if charge := story.charge:
        charge.signed_at = event.at
        charge.contact_due = _instant(event.payload.get("first_contact_due")) or charge.contact_due


def _contact(story: Story, event: Event) -> None:
    charge = story.charge
    if charge and charge.contacted_at is None:
        charge.contacted_at = event.at


def _ask_return(story: Story, event: Event) -> None:
    story.asked_returns.append(event.at)
    charge = story.charge
    if charge and charge.asked_return_at is None:
        charge.asked_return_at = event.at


def _reject_return(story: Story, event: Event) -> None:
    if charge := story.charge:
        charge.return_rejected_at = event.at


def _agree_return(story: Story, event: Event) -> None:
    story.end_charge(event.at, Act.AGREE_RETURN)


def _dispute(story: Story, event: Event) -> None:
    story.disputed_at = event.at


def _extend(story: Story, event: Event) -> None:
    story.extensions.append(event.at)
    if handling := story.handling:
        handling.due_at = _due(event, "new_due")


def _pause(story: Story, event: Event) -> None:
    story.paused = (event.at, _instant(event.payload.get("until")))


def _resume(story: Story, event: Event) -> None:
    if story.paused and (handling := story.handling):
        handling.due_at += stood_for(*story.paused, event.at)
    story.paused = None


def _reply(story: Story, event: Event) -> None:
    story.result = Result(event.payload["result"])
    if handling := story.handling:
        handling.replied_at = event.at


def _pass(story: Story, event: Event) -> None:
    story.reviewed = story.result


def _call(story: Story, event: Event) -> None:
    given, charge = event.payload, story.charges[-1]
    heard = {Act.SOLVED: "yes", Act.UNSOLVED: "no", Act.CLOSE_UNSOLVED: "no", Act.UNREACHABLE: ""}[Act(event.act)]
    call = Call(
        at=event.at,
        charge=charge,
        solved=given.get("solved") or heard,
        satisfaction=given.get("satisfaction"),
        contacted=given.get("contacted"),
        result=story.reviewed,
        closes=event.act != Act.UNSOLVED,
    )
    story.calls.append(call)
    charge.calls.append(call)
    if call.closes:
        story.closed.append(call)
    else:
        _rework(story, event)


def _rework(story: Story, event: Event) -> None:
    story.sent_back.append(event.at)
    story.handlings.append(Handling(story.charges[-1], event.at, _due(event, "due_at"), rework=True))
    story.result = story.reviewed = None


def _reopen(story: Story, event: Event) -> None:
    story.reopened.append((event.at, event.payload.get("ground") or ""))
    story.end_charge(event.at, Act.REOPEN)
    story.result = story.reviewed = None


def _merge(story: Story, event: Event) -> None:
    if story.state is State.SCREENING:
        _decided(story, event)
    story.merged_at = event.at
    story.end_charge(event.at, Act.MERGE)


def _withdraw(story: Story, event: Event) -> None:
    story.withdrawn_at = event.at
    story.end_charge(event.at, Act.WITHDRAW)


def _ask_terminate(story: Story, event: Event) -> None:
    story.termination_code = event.payload["code"]


def _terminate(story: Story, event: Event) -> None:
    story.terminated_at = event.at
    story.end_charge(event.at, Act.APPROVE_TERMINATE)


def _deny_terminate(story: Story, event: Event) -> None:
    story.termination_denied.append(event.at)
    story.termination_code = ""


def _alarm(story: Story, event: Event) -> None:
    story.alarms.append(Alarm(event.at, story.charge.unit if story.charge else ""))


def _acknowledge(story: Story, event: Event) -> None:
    for alarm in story.alarms:
        alarm.acknowledged_at = alarm.acknowledged_at or event.at


def _urge(story: Story, event: Event) -> None:
    story.urged.append((event.at, event.role))


_STEPS: dict[str, Callable[[Story, Event], None]] = {
    Act.START: _start,
    Act.SUBMIT: _submit,
    Act.EMERGENCY: _decided,
    Act.ANSWER: _decided,
    Act.REDIRECT: _decided,
    Act.REFUSE: _decided,
    Act.LINK_REPEAT: _decided,
    Act.ACCEPT: _decided,
    Act.OBJECT: _object,
    Act.DISPATCH: _dispatch,
    Act.DESIGNATE: _designate,
    Act.SIGN: _sign,
    Act.CONTACT: _contact,
    Act.ASK_RETURN: _ask_return,
    Act.REJECT_RETURN: _reject_return,
    Act.AGREE_RETURN: _agree_return,
    Act.DISPUTE: _dispute,
    Act.GRANT_EXTENSION: _extend,
    Act.PAUSE: _pause,
    Act.GIVE_INFO: _resume,
    Act.INFO_TIMEOUT: _resume,
    Act.REPLY: _reply,
    Act.PASS: _pass,
    Act.BOUNCE: _rework,
    Act.SOLVED: _call,
    Act.UNSOLVED: _call,
    Act.CLOSE_UNSOLVED: _call,
    Act.UNREACHABLE: _call,
    Act.REOPEN: _reopen,
    Act.MERGE: _merge,
    Act.WITHDRAW: _withdraw,
    Act.ASK_TERMINATE: _ask_terminate,
    Act.APPROVE_TERMINATE: _terminate,
    Act.DENY_TERMINATE: _deny_terminate,
    Act.RAISE_EMERGENCY: _alarm,
    Act.ACKNOWLEDGE: _acknowledge,
    Act.URGE: _urge,
}
