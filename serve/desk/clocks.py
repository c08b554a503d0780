"""The clocks of a work order that run now, how much of each is used, and how that is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from city.errors import BadInput
from serve.desk.words import Say
from tools.workorders.calendar import WorkCalendar
from tools.workorders.clocks import Due, Light, Limit
from tools.workorders.listing import Waiting
from tools.workorders.model import State
from tools.workorders.scheme import Scheme

_BEFORE_DISPATCH = frozenset({State.SUBMITTED, State.SCREENING, State.PRE_CONSULT, State.ACCEPTED, State.REOPENED})
_AFTER_REPLY = frozenset({State.REPLIED, State.REVIEW, State.CALLBACK})
_HANDLED = frozenset(
    {State.DISPATCHED, State.RETURN_REQ, State.DISPUTED, State.SIGNED, State.IN_PROGRESS, State.WAIT_CITIZEN,
     State.EXT_REQ, State.TERM_REVIEW, State.REWORK}
)  # fmt: skip


class Clock(NamedTuple):
    """A clock that runs. ``used`` is the share of its time that is over, above 1 where it ran out."""

    name: str
    due: datetime
    light: Light
    used: float


class Timing:
    """Reads clocks by a city's deadlines at one instant."""

    def __init__(self, scheme: Scheme, calendar: WorkCalendar, now: datetime) -> None:
        self._deadlines, self._calendar, self.now = scheme.deadlines, calendar, now
        self._categories = {path[-1].code: path[-1] for path in scheme.categories.paths()}

    def clocks(self, order: Waiting) -> list[Clock]:
        """The clocks that run, the most pressing first; none where nobody has to act."""
        return sorted(self._running(order), key=lambda clock: -clock.used)

    def used(self, order: Waiting) -> float:
        """The largest share used; 0 where no clock runs."""
        return max((clock.used for clock in self._running(order)), default=0.0)

    def _running(self, order: Waiting) -> Iterator[Clock]:
        if order.status in _BEFORE_DISPATCH:
            start = order.entered_at if order.status is State.REOPENED else order.accepted_at
            yield from self._limit("dispatch", "dispatch_limit", order, start)
        if order.status in (State.DISPATCHED, State.RETURN_REQ) and order.sent_at and order.sign_due:
            yield self._clock("sign", order.sent_at, order.sign_due)
        if order.status in (State.DISPATCHED, State.SIGNED) and order.sent_at:
            yield from self._limit("arrive", "arrive", order, order.sent_at)
        if order.status is State.SIGNED and order.expects_reply and order.signed_at:
            if order.contact_due:
                yield self._clock("contact", order.signed_at, order.contact_due)
            else:
                yield from self._limit("contact", "first_contact", order, order.signed_at)
        if order.status in _HANDLED and order.due_at and order.sent_at:
            start = order.entered_at if order.status is State.REWORK else order.sent_at
            yield self._clock("handle", start, order.due_at)
        if order.status in _AFTER_REPLY and order.replied_at:
            yield from self._limit("callback", "callback", order, order.replied_at)

    def _limit(self, name: str, limit: Limit, order: Waiting, start: datetime) -> Iterator[Clock]:
        try:
            found = self._deadlines.due(limit, self._class(order), start, self._calendar)
        except BadInput:  # the city sets no such limit, or the calendar does not reach so far
            return
        # First contact is never due after the matter itself.
        yield self._clock(name, start, min(found.at, order.due_at) if name == "contact" and order.due_at else found.at)

    def _class(self, order: Waiting) -> str:
        """The clock class; before dispatch the one that the category and the kind would get."""
        category = self._categories.get(order.category)
        if order.status not in _BEFORE_DISPATCH or category is None:
            return order.clock_class
        return self._deadlines.class_of(category, order.kind)

    def _clock(self, name: str, start: datetime, due: datetime) -> Clock:
        period, gone = due - start, self.now - start
        used = gone / period if period > timedelta(0) else (2.0 if self.now >= due else 0.0)
        light = self._deadlines.light(start, Due(at=due, rule=name, version="", source=""), self.now)
        return Clock(name, due, light, used)


def left(say: Say, due: datetime, now: datetime) -> str:
    """How long until ``due``, or since: 剩3小时, 超期2天."""
    span = due - now
    key = "desk_left" if span >= timedelta(0) else "desk_late"
    return say(key, span=spell(say, abs(span)))


def spell(say: Say, span: timedelta) -> str:
    """A span in its largest unit, rounded down, so that nothing seems to have more time than it has."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return say("desk_minutes", count=minutes)
    if minutes < 48 * 60:
        return say("desk_hours", count=minutes // 60)
    return say("desk_days", count=minutes // (24 * 60))
