"""``patrols/flying.yaml`` of a pack: how drones fly, how teams drive, who goes to what, zones around landmarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Self, get_args

from pydantic import Field, field_validator, model_validator

from city.schema import Record

if TYPE_CHECKING:
    from city.pack import CityPack

FILE = "patrols/flying.yaml"
IsWorked = Callable[[date], bool]
Payload = Literal["camera", "loudspeaker", "thermal"]
PAYLOADS: tuple[Payload, ...] = get_args(Payload)
Kind = Literal["drone", "team"]
EventKind = Literal["fire", "crowd", "flood", "search", "pollution", "traffic", "street", "noise", "other"]


class Flight(Record):
    """What every flight keeps to."""

    altitude: float = Field(gt=0, description="metres above ground")
    ready: float = Field(ge=0, description="minutes from order to take-off")
    on_site: float = Field(ge=0, description="minutes over the place")
    reserve: float = Field(ge=0, lt=100, description="per cent of battery left when home again")
    margin: float = Field(ge=0, description="metres kept from a zone")
    seen: float = Field(ge=0, description="metres on both sides that count as flown over")


class Slow(Record):
    """Hours of the day in which roads are slower."""

    from_: float = Field(alias="from", ge=0, le=24)
    to: float = Field(ge=0, le=24)
    share: float = Field(gt=0, le=1)


class Drive(Record):
    """What every drive is reckoned with."""

    ready: float = Field(ge=0, description="minutes from order to departure")
    detour: float = Field(ge=1, description="metres of way for each metre in a straight line where no road is known")
    access: float = Field(ge=1, description="the same from a place to the next road")
    joins: int = Field(ge=1, le=20, description="roads tried from a place")
    handover: float = Field(ge=0, description="minutes that a team must still have on the spot before its shift ends")
    slow: tuple[Slow, ...] = ()

    def share(self, now: datetime) -> float:
        """The share of a vehicle's speed that the hour leaves."""
        hour = now.hour + now.minute / 60
        return next((one.share for one in self.slow if one.from_ <= hour < one.to), 1.0)


class When(Record):
    """When a zone is closed; what is not said does not bound it. Months and hours may run over their turn."""

    months: tuple[int, int] | None = None
    days: Literal["all", "working", "free"] = "all"
    hours: tuple[float, float] | None = None

    def holds(self, now: datetime, is_worked: IsWorked) -> bool:
        """Whether it is closed at ``now``."""
        if self.months is not None and not _within(now.month, self.months[0], self.months[1] + 1):
            return False
        if self.days != "all" and is_worked(now.date()) != (self.days == "working"):
            return False
        return self.hours is None or _within(now.hour + now.minute / 60, *self.hours)


def _within(value: float, first: float, end: float) -> bool:
    return first <= value < end if first < end else value >= first or value < end


class Around(When):
    """Circles around every landmark of a kind."""

    id: str
    name: str = Field(description="{landmark} stands for the landmark's name")
    reason: str
    kind: str
    radius: float = Field(gt=0, description="metres")

    @field_validator("name")
    @classmethod
    def _fillable(cls, value: str) -> str:
        if set(re.findall(r"[{}]", value.replace("{landmark}", ""))):
            raise ValueError("has other braces than {landmark}")
        return value


class Event(Record):
    """Who goes to a sort of event."""

    name: str
    call: str = Field(default="", description="the number to be called first where people are in danger")
    drones: bool = True
    teams: bool = True
    payloads: tuple[Payload, ...] = Field(default=(), description="what a drone must carry")


class Words(Record):
    """How things are called."""

    reasons: dict[str, str]
    payloads: dict[Payload, str]
    kinds: dict[Kind, str]
    states: dict[str, str]


class Shape(NamedTuple):
    """A zone as drawn: ``ring`` of (lon, lat), or a circle of ``radius`` metres around ``ring[0]``."""

    name: str
    reason: str
    ring: tuple[tuple[float, float], ...]
    radius: float


class Flying(Record):
    """The whole file."""

    flight: Flight
    drive: Drive
    holds: float = Field(gt=0, description="minutes for which a proposal stands: units move on")
    around: tuple[Around, ...] = ()
    events: dict[EventKind, Event]
    words: Words

    @model_validator(mode="after")
    def _knows_every_event(self) -> Self:
        if missing := [kind for kind in get_args(EventKind) if kind not in self.events]:
            raise ValueError(f"events lacks {', '.join(missing)}")
        return self

    def circles(self, pack: CityPack, now: datetime, is_worked: IsWorked) -> list[Shape]:
        """The zones around landmarks that are closed at ``now``."""
        return [
            Shape(sort.name.format(landmark=mark.name), sort.reason, ((mark.lon, mark.lat),), sort.radius)
            for sort in self.around
            if sort.holds(now, is_worked)
            for mark in pack.landmarks
            if mark.kind == sort.kind
        ]
