"""What a figure is counted from: one case at a time, each with the instant that puts it into a period."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from tools.workorders.calendar import WorkCalendar
from tools.workorders.clocks import Profile
from tools.workorders.figures.exclusions import Exclusion, RateName
from tools.workorders.figures.report import Settings
from tools.workorders.figures.story import Charge


class Case(NamedTuple):
    """One case of a share. ``score`` is what it adds to the numerator, from 0 to 1."""

    figure: str | RateName
    at: datetime
    unit: str
    score: float
    left_out: frozenset[Exclusion] = frozenset()


class Span(NamedTuple):
    """One case of a span of time, in seconds."""

    figure: str
    at: datetime
    unit: str
    seconds: float


class ContactDue(Protocol):
    """When a unit's first contact with the citizen is due; None where the city sets no such time."""

    def __call__(self, charge: Charge) -> datetime | None:
        """The instant for one turn of a unit."""


class ContactClock:
    """First contact by the city's deadlines: from signing on, and never after the matter itself is due.

    A unit that signs late wins no time by it: its clock starts at the latest when it should have signed. A due time
    that the events themselves carry wins over the one computed here.
    """

    def __init__(self, deadlines: Profile, calendar: WorkCalendar) -> None:
        self._deadlines, self._calendar = deadlines, calendar

    def __call__(self, charge: Charge) -> datetime | None:
        """When first contact was due in this turn. Raises BadInput for a clock class the city does not know."""
        if charge.contact_due:
            return charge.contact_due
        if self._deadlines.duration("first_contact", charge.clock_class) is None:
            return None
        start = min(charge.signed_at or charge.sign_due, charge.sign_due)
        due = self._deadlines.due("first_contact", charge.clock_class, start, self._calendar).at
        return min(due, charge.due_at)


class Counting(NamedTuple):
    """What counting needs beside a story. ``now`` is the last event read: what is due later is not late."""

    settings: Settings
    contact_due: ContactDue
    now: datetime
