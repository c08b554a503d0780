"""What one act looks like as a form: its fields, what is shown and not typed, and what it brings when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from agents.context import House
from agents.dispatch.suggestion import Suggestion
from agents.orders import Orders
from agents.triage.draft import Spot
from agents.triage.facts import whereabouts
from city.errors import BadInput
from city.pack import CityPack
from serve.desk.forms import Form
from serve.desk.inbox import moment
from serve.desk.room import Clerk
from serve.desk.staff import Staff
from serve.desk.words import Say
from tools.workorders.clocks import Due
from tools.workorders.model import Event, WorkOrder
from tools.workorders.scheme import Category

Json = dict[str, Any]


class Mistake(BadInput):
    """What was typed cannot be used. The message is in the clerk's own words."""


class Choice(NamedTuple):
    """Something to choose."""

    value: str
    label: str


class Field(NamedTuple):
    """A field of a form. ``kind``: text, area, select, checks (several may be ticked), number, time, unit, duty."""

    name: str
    kind: str
    label: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    hint: str = ""
    ticked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Case:
    """One order before one person, now. ``form`` is what was typed, where a form came back."""

    clerk: Clerk
    order: WorkOrder
    events: Sequence[Event]
    now: datetime
    form: Form | None = None

    @property
    def say(self) -> Say:
        """The city's words."""
        return self.clerk.say

    @property
    def staff(self) -> Staff:
        """Who is at the desk."""
        return self.clerk.staff

    @property
    def house(self) -> House:
        """The city's house."""
        return self.clerk.house

    @property
    def pack(self) -> CityPack:
        """The city."""
        return self.clerk.pack

    @property
    def orders(self) -> Orders:
        """The work orders."""
        return self.clerk.orders

    @cached_property
    def category(self) -> Category:
        """The order's category; one without rules of its own where it has none."""
        found = [p[-1] for p in self.orders.scheme.categories.paths() if p[-1].code == self.order.category]
        return found[0] if found else Category(code="000000", name="")

    @cached_property
    def suggestion(self) -> Suggestion | None:
        """What dispatch suggests for the order's words and place."""
        order, place = self.order, self.order.place
        spot = Spot.model_validate(place.model_dump(exclude={"crs"})) if place else Spot()
        return self.orders.dispatcher.suggest(
            order.narrative, whereabouts(spot), self.clerk.front.desk.today, order.kind
        )

    def label(self, name: str) -> str:
        """What a field of a payload is called."""
        return self.say(f"desk_field_{name}")

    def field(self, name: str, kind: str, value: str = "", **more: Any) -> Field:
        """A field under its own name, holding what was typed where something was."""
        typed = self.form.text(name) if self.form and self.form.has(name) else value
        return Field(name, kind, more.pop("label", self.label(name) if "label" not in more else ""), typed, **more)

    def select(self, name: str, choices: Sequence[Choice], value: str = "", **more: Any) -> Field:
        """One of some choices."""
        return self.field(name, "select", value, choices=tuple(choices), **more)

    def worded(self, name: str, values: Sequence[str], value: str = "", **more: Any) -> Field:
        """One of some choices that have a wording each."""
        return self.select(name, [Choice(one, self.say(f"desk_{name}_{one}")) for one in values], value, **more)

    def checks(self, name: str, choices: Sequence[Choice], ticked: Sequence[str], **more: Any) -> Field:
        """Some of some choices."""
        given = self.form.texts(name) if self.form and self.form.has("version") else ticked
        return Field(name, "checks", more.pop("label"), choices=tuple(choices), ticked=frozenset(given), **more)

    def moment(self, at: datetime) -> str:
        """An instant in the city's time."""
        return moment(self.clerk, at)

    def time_field(self, name: str, at: datetime | None, **more: Any) -> Field:
        """A field for an instant in the city's time."""
        return self.field(name, "time", f"{at.astimezone(self.clerk.zone):%Y-%m-%dT%H:%M}" if at else "", **more)

    def time(self, form: Form, name: str) -> datetime | None:
        """The instant that was typed. Raises Mistake for something else."""
        text = form.text(name)
        if not text:
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=self.clerk.zone)
        except ValueError as error:
            raise Mistake(self.say("desk_time_wrong", field=self.label(name))) from error

    def needed(self, form: Form, name: str) -> str:
        """The text of a field that must not be empty. Raises Mistake."""
        if text := form.text(name):
            return text
        raise Mistake(self.say("desk_field_empty", field=self.label(name)))

    def number(self, form: Form, name: str) -> int | None:
        """The whole number that was typed; None for nothing. Raises Mistake."""
        text = form.text(name)
        if text and not (text.isdecimal() and len(text) < 4):
            raise Mistake(self.say("desk_number_wrong", field=self.label(name)))
        return int(text) if text else None


def rule_of(due: Due) -> str:
    """A due time's rule as it is stored: id and version."""
    return f"{due.rule} {due.version}".strip()


def no_fields(_case: Case) -> list[Field]:
    """An act that needs nothing typed."""
    return []


def no_payload(_case: Case, _form: Form) -> Json:
    """An act that brings nothing."""
    return {}


def no_notes(_case: Case) -> list[str]:
    """An act with nothing to tell beforehand."""
    return []


def plain_reason(_case: Case, form: Form) -> str:
    """The reason as it was typed."""
    return form.text("reason")


class Step(NamedTuple):
    """An act's form. ``suggested`` gives what the machine would send, to be set beside what is sent."""

    fields: Callable[[Case], list[Field]] = no_fields
    payload: Callable[[Case, Form], Json] = no_payload
    notes: Callable[[Case], list[str]] = no_notes
    reason: Callable[[Case, Form], str] = plain_reason
    asks_reason: bool = False
    suggested: Callable[[Case], Json] | None = None
    helper: str = ""
    """What made the suggestion, e.g. dispatch/embedded."""
