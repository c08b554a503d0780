"""The supervision list: which work orders somebody must look after now, why, since when, and how firmly.

Weifang art. 26 names the refused, the overdue, the unsolved and the badly handled; sections 1 and 6 add lights, urging
citizens, emergencies that nobody took over, and units that send a matter to and fro. A level is a suggestion; a
supervisor decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from pydantic import Field, model_validator

from city.errors import BadInput
from city.schema import Record
from tools.workorders.clocks import LIGHTS, Due, Light, Lights, light
from tools.workorders.figures.cases import ContactDue
from tools.workorders.figures.story import Story, read_stories
from tools.workorders.model import ENDED, Event, Role, State


class Level(IntEnum):
    """How firmly (section 4.6): 提醒, 催办, 书面督办, 列入清单, 约谈."""

    REMIND = 1
    URGE = 2
    WRITTEN = 3
    LIST = 4
    INTERVIEW = 5


class Rule(StrEnum):
    """Why a work order is on the list."""

    EMERGENCY = "emergency_not_acknowledged"
    OVERDUE = "overdue"
    AMBER = "amber_light"
    NOT_SIGNED = "not_signed"
    NO_CONTACT = "no_contact"
    REFUSED = "refused"
    RETURN_FIGHT = "return_fight"
    OBJECTED = "refusal_objected"
    UNSOLVED = "unsolved"
    FALSE_CLOSING = "false_closing"
    URGED = "urged"


class Ladder(Record):
    """From which point on a rule speaks, and where it grows firmer."""

    acknowledge_seconds: int = Field(default=60, ge=1)
    urged_from: int = Field(default=2, ge=1, description="citizen's urging calls from which a work order is listed")
    returns_from: int = Field(default=2, ge=1, description="returns asked for from which units fight")
    objection_hours: float = Field(default=24, ge=0, description="time to decide an objection to a refusal")
    overdue_days: tuple[float, float, float] = Field(
        default=(1, 3, 7), description="days overdue from which it is written, listed, and spoken about"
    )

    @model_validator(mode="after")
    def _grows(self) -> Ladder:
        if list(self.overdue_days) != sorted(self.overdue_days):
            raise ValueError(f"overdue_days {self.overdue_days} must grow")
        return self


class Entry(Record):
    """One reason for one work order. ``unit`` is "" where the hotline itself is to act."""

    order: str
    rule: Rule
    unit: str
    since: datetime
    level: Level
    count: int = Field(default=1, description="how often it happened")
    hours: float = Field(description="hours from `since` to now")
    urged_at: datetime | None = Field(default=None, description="when a supervisor last urged")


class _Found(Record):
    rule: Rule
    since: datetime
    level: Level
    count: int = 1
    unit: str | None = None


class _Now(Record):
    """What the rules look at beside the story."""

    now: datetime
    ladder: Ladder
    lights: Lights


def supervision(
    events: Iterable[Event],
    now: datetime,
    *,
    contact_due: ContactDue,
    ladder: Ladder | None = None,
    lights: Lights = LIGHTS,
) -> list[Entry]:
    """Every reason to look after a work order at ``now``, the firmest first, among equals the oldest.

    ``events`` as for ``figures``; what happened after ``now`` is not read. A work order may have several entries.
    Raises BadInput for a ``now`` without a zone.
    """
    if now.tzinfo is None:
        raise BadInput(f"the time {now.isoformat()!r} has no zone; give one, for example +08:00")
    given = _Now(now=now, ladder=ladder or Ladder(), lights=lights)
    stories = read_stories(event for event in events if event.at <= now)
    found = [entry for story in stories.values() for entry in _entries(story, given, contact_due)]
    return sorted(found, key=lambda entry: (-entry.level, entry.since, entry.order, entry.rule))


def _entries(story: Story, given: _Now, contact_due: ContactDue) -> Iterator[Entry]:
    if story.state in ENDED or story.state is State.DRAFT:
        return
    urged_at = max((at for at, role in story.urged if role is Role.SUPERVISOR), default=None)
    reasons = [entry for rule in _RULES for entry in rule(story, given)]
    for found in [*reasons, *_no_contact(story, given, contact_due)]:
        yield Entry(
            order=story.number,
            rule=found.rule,
            unit=story.unit if found.unit is None else found.unit,
            since=found.since,
            level=found.level,
            count=found.count,
            hours=round((given.now - found.since).total_seconds() / 3_600, 2),
            urged_at=urged_at,
        )


def _emergency(story: Story, given: _Now) -> Iterator[_Found]:
    """Raised and taken over by nobody: there is no milder word for it than a list."""
    for alarm in story.alarms:
        late_from = alarm.raised_at + timedelta(seconds=given.ladder.acknowledge_seconds)
        if alarm.acknowledged_at is None and given.now > late_from:
            yield _Found(rule=Rule.EMERGENCY, since=late_from, level=Level.LIST, unit="")


def _clock(story: Story, given: _Now) -> Iterator[_Found]:
    """The handling clock: amber is a reminder, red grows firmer with every day."""
    handling = story.handling
    if handling is None:
        return
    due = Due(at=handling.due_at, rule="-", version="-", source="-")
    shown: Light = light(handling.begun_at, due, given.now, given.lights)
    if given.now > handling.due_at:
        days = (given.now - handling.due_at) / timedelta(days=1)
        steps = sum(days >= limit for limit in given.ladder.overdue_days)
        yield _Found(rule=Rule.OVERDUE, since=handling.due_at, level=Level(Level.URGE + steps))
    elif shown != "green":
        since = handling.begun_at + given.lights.amber_at * (handling.due_at - handling.begun_at)
        yield _Found(rule=Rule.AMBER, since=since, level=Level.REMIND)


def _not_signed(story: Story, given: _Now) -> Iterator[_Found]:
    charge = story.charge
    if charge and charge.signed_at is None and given.now > charge.sign_due:
        yield _Found(rule=Rule.NOT_SIGNED, since=charge.sign_due, level=Level.URGE)


def _no_contact(story: Story, given: _Now, contact_due: ContactDue) -> Iterator[_Found]:
    charge = story.charge
    if charge is None or charge.contacted_at or not story.expects_reply:
        return
    due = contact_due(charge)
    if due and given.now > due:
        yield _Found(rule=Rule.NO_CONTACT, since=due, level=Level.URGE)


def _refused(story: Story, given: _Now) -> Iterator[_Found]:
    """Pushed away: sent back again after the hotline said no, not signed after that, or an early end asked for in
    vain.
    """
    charge = story.charge
    if charge and charge.return_rejected_at and charge.signed_at is None:
        yield _Found(rule=Rule.REFUSED, since=charge.return_rejected_at, level=Level.WRITTEN)
    if story.handling and story.termination_denied:
        denied = story.termination_denied
        level = Level.LIST if len(denied) > 1 else Level.WRITTEN
        yield _Found(rule=Rule.REFUSED, since=denied[0], level=level, count=len(denied))


def _return_fight(story: Story, given: _Now) -> Iterator[_Found]:
    """Units send it to and fro, and nobody has signed."""
    times = story.asked_returns
    if story.charges and story.charges[-1].signed_at is None and len(times) >= given.ladder.returns_from:
        since = times[given.ladder.returns_from - 1]
        yield _Found(rule=Rule.RETURN_FIGHT, since=since, level=Level.WRITTEN, count=len(times))


def _objected(story: Story, given: _Now) -> Iterator[_Found]:
    """A citizen disputes a refusal, and no person has decided."""
    last = story.turns[-1] if story.turns else None
    if last is None or last.objected_at is None or last.then is not None:
        return
    late_from = last.objected_at + timedelta(hours=given.ladder.objection_hours)
    if given.now > late_from:
        yield _Found(rule=Rule.OBJECTED, since=late_from, level=Level.URGE, unit="")


def _unsolved(story: Story, given: _Now) -> Iterator[_Found]:
    """The call-back heard that it is not solved; a second time is for the list, a third for a talk."""
    unsolved = [call.at for call in story.calls if not call.closes]
    if unsolved and not story.calls[-1].closes:
        level = (Level.WRITTEN, Level.LIST, Level.INTERVIEW)[min(len(unsolved), 3) - 1]
        yield _Found(rule=Rule.UNSOLVED, since=unsolved[0], level=level, count=len(unsolved))


def _false_closing(story: Story, given: _Now) -> Iterator[_Found]:
    """Opened again because the reply did not tell the truth."""
    times = [at for at, ground in story.reopened if ground == "false_closing"]
    if times:
        level = Level.INTERVIEW if len(times) > 1 else Level.LIST
        yield _Found(rule=Rule.FALSE_CLOSING, since=times[0], level=level, count=len(times))


def _urged(story: Story, given: _Now) -> Iterator[_Found]:
    """Citizens call again and again."""
    times = [at for at, role in story.urged if role is not Role.SUPERVISOR]
    if len(times) >= given.ladder.urged_from:
        level = Level.WRITTEN if len(times) >= 2 * given.ladder.urged_from else Level.URGE
        yield _Found(rule=Rule.URGED, since=times[given.ladder.urged_from - 1], level=level, count=len(times))


_RULES: tuple[Callable[[Story, _Now], Iterator[_Found]], ...] = (
    _emergency,
    _clock,
    _not_signed,
    _refused,
    _return_fight,
    _objected,
    _unsolved,
    _false_closing,
    _urged,
)
