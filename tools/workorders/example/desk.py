"""Doing things to one work order of a history: a virtual clock, and the same ``decide`` as in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tools.workorders.acts import Act
from tools.workorders.evolve import evolve
from tools.workorders.example.arrivals import Matter
from tools.workorders.example.chance import Dice, Hours
from tools.workorders.example.script import Minutes, Quality, Spread
from tools.workorders.example.town import Town
from tools.workorders.guards import Rules
from tools.workorders.machine import GENESIS, Command, decide
from tools.workorders.model import Event, Role, WorkOrder
from tools.workorders.table import TABLE

_REAL_TIME = ("critical", "utilities")


class OverError(Exception):
    """The history ends here for this work order: its day is over, or it was withdrawn."""


@dataclass
class Aside:
    """Something the citizen or a supervisor does meanwhile, if it still can be done then."""

    at: datetime
    act: Act
    role: Role
    actor: str
    payload: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


class Desk:
    """One work order under way. ``now`` only moves forward, and nothing happens after ``end``."""

    def __init__(self, town: Town, matter: Matter, end: datetime, seed: int, rules: Rules) -> None:
        self.town, self.matter, self.dice = town, matter, Dice(seed, "order", matter.place_in_row)
        self.hours = Hours(town.calendar, end)
        self.now, self._end, self.rules = matter.at, end, rules
        self.events: list[Event] = []
        self.order: WorkOrder | None = None
        self._asides: list[Aside] = []

    @property
    def seen(self) -> WorkOrder:
        """The work order, which is there once it was started."""
        if self.order is None:
            raise LookupError("the work order has not been started")
        return self.order

    @property
    def category(self) -> str:
        """Code of the matter's category."""
        return self.matter.category

    @property
    def real_time(self) -> bool:
        """Whether the matter is handled day and night."""
        return self.clock_class in _REAL_TIME

    @property
    def clock_class(self) -> str:
        """The matter's clock class by the city's deadlines."""
        return self.town.scheme.deadlines.class_of(self.town.categories[self.category], self.matter.kind)

    @property
    def minutes(self) -> Minutes:
        """The hotline's pace for this matter."""
        work = self.town.script.desk_work
        return work.urgent_minutes if self.real_time else work.minutes

    def do(
        self, act: Act, role: Role, actor: str, payload: dict[str, Any] | None = None, reason: str = ""
    ) -> WorkOrder:
        """An act now. Raises OverError where the history ends before it."""
        for aside in sorted(self._asides, key=lambda one: one.at):
            if aside.at <= self.now and aside in self._asides:
                self._asides.remove(aside)
                self._aside(aside)
        return self._command(act, role, actor, self.now, payload or {}, reason)

    def later(self, aside: Aside) -> None:
        """Let something happen meanwhile."""
        self._asides.append(aside)

    def wait(self, **span: float) -> None:
        """Let time pass, as ``timedelta`` takes it."""
        self.until(self.now + timedelta(**span))

    def until(self, at: datetime) -> None:
        """Let time pass until ``at``, at least a second."""
        self.now = max(self.now + timedelta(seconds=1), at).replace(microsecond=0)

    def work(self, hours: Spread, urgent_minutes: Spread, pace: float) -> None:
        """Let a unit take its time: office hours, or the clock's where the matter is handled day and night."""
        if self.real_time:
            self.wait(minutes=self.dice.spread(urgent_minutes, pace))
        else:
            self.until(self.hours.after(self.now, self.dice.spread(hours, pace)))

    def clock(self, *, rework: bool = False) -> dict[str, str]:
        """Due times of a dispatch that is made now, or of a second handling."""
        if rework:
            due = self.town.due("handle", "rework", self.now)
            return {"due_at": due.at.isoformat(), "due_rule": f"{due.rule} {due.version}".strip()}
        category = self.town.categories[self.category]
        due = self.town.due("handle", self.clock_class, self.now, category)
        sign = self.town.due("sign", self.clock_class, self.now)
        rule = f"{due.rule} {due.version}".strip()
        return {"sign_due": min(sign.at, due.at).isoformat(), "due_at": due.at.isoformat(), "due_rule": rule}

    def quality(self) -> Quality:
        """How the lead unit works."""
        lead = self.seen.lead
        return self.town.quality(lead.unit if lead else self.town.script.desk)

    def words(self, texts: tuple[str, ...], **fields: object) -> str:
        """One of the sentences, its placeholders filled."""
        return self.dice.one(texts).format(**fields)

    def _aside(self, aside: Aside) -> None:
        if (self.seen.status, aside.act) not in TABLE:
            return
        if aside.act is Act.WITHDRAW and self.seen.emergency:
            return  # a danger cannot be withdrawn
        if aside.act is Act.RAISE_EMERGENCY and self.seen.emergency:
            return
        if aside.act is Act.ACKNOWLEDGE and (not self.seen.emergency or self.seen.acknowledged_at):
            return
        at = max(aside.at, self.events[-1].at)
        self._command(aside.act, aside.role, aside.actor, at, aside.payload, aside.reason)
        if aside.act is Act.WITHDRAW:
            raise OverError

    def _command(
        self, act: Act, role: Role, actor: str, at: datetime, payload: dict[str, Any], reason: str
    ) -> WorkOrder:
        at = at.replace(microsecond=0)
        if at >= self._end:
            raise OverError
        last = self.events[-1].hash if self.events else GENESIS
        command = Command(act, actor, role, at, payload, reason)
        event = decide(self.matter.number, self.order, last, command, self.rules)
        self.events.append(event)
        self.order = evolve(self.order, event)
        return self.order
