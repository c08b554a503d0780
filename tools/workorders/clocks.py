"""Clocks of a work order: durations, deadline profiles, lights and pauses.

Seconds, minutes, hours and days run in real time on all days. Working days end at 24:00 of the last of them, written
23:59:59. Every instant given must have a time zone; every instant returned is in Asia/Shanghai.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, ValidationError, field_validator, model_serializer, model_validator

from city.errors import BadInput
from city.schema import Record
from tools.workorders.calendar import WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
LAST_SECOND = time(23, 59, 59)
CLASSES = ("critical", "utilities", "normal", "complex")  # every profile serves these; others it names itself
DEFAULT = "default"

Unit = Literal["s", "min", "h", "d", "wd"]
FirstDay = Literal["next_workday", "same_day"]
Limit = Literal[
    "sign", "first_contact", "arrive", "handle", "return_ask", "extension_max", "dispatch_limit", "callback"
]
Light = Literal["green", "amber", "red"]

# What protects life and supply. To send back, to extend and to call back are office work and may wait for a workday.
_URGENT_LIMITS: tuple[Limit, ...] = ("sign", "first_contact", "arrive", "handle", "dispatch_limit")
_SECONDS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
_WRITTEN = re.compile(r"([1-9][0-9]{0,4})(s|min|h|d|wd)")


class Duration(Record):
    """A span of time as rules write it; ``wd`` is working days.

    >>> str(Duration.parse("5wd")), Duration.parse("30min").count
    ('5wd', 30)
    """

    count: int = Field(ge=1, le=99_999)
    unit: Unit

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, cls | dict):
            return value
        found = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"{value!r} is not a duration: write for example 15s, 30min, 2h, 7d or 5wd")
        return {"count": int(found[1]), "unit": found[2]}

    @classmethod
    def parse(cls, text: str) -> Self:
        """The duration that ``text`` writes. Raises BadInput showing how one is written."""
        try:
            return cls.model_validate(text)
        except ValidationError as error:
            raise BadInput(error.errors()[0]["msg"].removeprefix("Value error, ")) from error

    @model_serializer
    def _write(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


class Due(Record):
    """When something is due, and by which rule: what the citizen and the unit are shown, and what is stored."""

    at: AwareDatetime
    rule: str = Field(description="profile, clock class and limit, e.g. weifang/normal/handle; or an article")
    version: str
    source: str


def due(
    start: datetime, duration: Duration, calendar: WorkCalendar, *, first_day: FirstDay = "next_workday"
) -> datetime:
    """When ``duration`` from ``start`` ends.

    Day 1 of a working-day clock is the first working day after ``start``; with ``same_day`` it is the day of ``start``
    itself, where that is worked. Raises BadInput for a naive ``start`` and where the calendar does not know a year.
    """
    begun = _instant(start, "start")
    if duration.unit != "wd":
        return (begun + timedelta(seconds=duration.count * _SECONDS[duration.unit])).astimezone(ZONE)
    day, more = begun.astimezone(ZONE).date(), duration.count
    if first_day == "same_day":
        day, more = calendar.add_workdays(day, 0), more - 1
    end = datetime.combine(calendar.add_workdays(day, more), LAST_SECOND, ZONE)
    return max(end, begun.astimezone(ZONE))  # a start within the last second of the same day


class Limits(Record):
    """The limits of one clock class; what is left out falls to the class ``default``."""

    sign: Duration | None = None
    first_contact: Duration | None = None
    arrive: Duration | None = Field(
        default=None, description="on the spot, from dispatch; then `handle` is office work"
    )
    handle: Duration | None = None
    return_ask: Duration | None = None
    extension_max: Duration | None = Field(default=None, description="counts from the due instant it extends")
    dispatch_limit: Duration | None = None
    callback: Duration | None = None


class Lights(Record):
    """From which share of the period on a clock shows amber and red."""

    amber_at: float = Field(default=0.7, gt=0, le=1)
    red_at: float = Field(default=1.0, gt=0, le=1)

    @model_validator(mode="after")
    def _amber_first(self) -> Self:
        if self.amber_at >= self.red_at:
            raise ValueError(f"amber_at {self.amber_at} must be less than red_at {self.red_at}")
        return self


LIGHTS = Lights()


class Profile(Record):
    """A city's deadlines, as the pack writes them.

    ::

        id: weifang_like
        version: "2023"
        source: art. 20
        classes:
          default: {handle: 5wd, return_ask: 1wd}
          critical: {handle: 2h}
          utilities: {handle: 24h}
    """

    id: str = Field(min_length=1)
    version: str = Field(min_length=1)
    source: str = Field(min_length=1, description="the regulation or notice the limits come from")
    classes: dict[str, Limits] = Field(min_length=1, description="clock class → limits")
    first_day: FirstDay = "next_workday"
    statutory: Literal["keep_longer", "keep_own"] = Field(
        default="keep_longer", description="whether a longer period of the law takes the place of `handle`"
    )
    max_dispatch_rounds: int | None = Field(default=None, ge=1, description="then the hotline designates the unit")
    real_time: frozenset[str] = Field(
        default=frozenset({"critical", "utilities"}),
        description="classes whose clocks run on all days, so that no working days may be written for them",
    )
    lights: Lights = LIGHTS

    @field_validator("real_time")
    @classmethod
    def _no_default(cls, value: frozenset[str]) -> frozenset[str]:
        if DEFAULT in value:
            raise ValueError("default is no class of its own: name the classes that run on all days")
        return value

    @model_validator(mode="after")
    def _urgent_runs_on_all_days(self) -> Self:
        unknown = sorted(self.real_time - self._known())
        if unknown:
            raise ValueError(f"real_time names {unknown[0]!r}, which is not among the classes")
        for name in sorted(self.real_time):
            arrives = self._find("arrive", name)[1] is not None
            for limit in _URGENT_LIMITS:
                _, found = self._find(limit, name)
                if limit == "handle" and arrives:
                    continue  # the danger is met on arrival; what follows may wait for a workday
                if found is not None and found.unit == "wd":
                    raise ValueError(
                        f"{limit} of {name} comes to {found}, but {name} runs on all days: "
                        f"write {limit} in min, h or d under {name}, or take {name} out of real_time"
                    )
        return self

    def duration(self, limit: Limit, clock_class: str) -> Duration | None:
        """The limit for ``clock_class``, else that of ``default``; None where there is none.

        Raises BadInput for a class or a limit that the profile does not know.
        """
        if limit not in get_args(Limit):
            raise BadInput(f"{limit!r} is not a limit: it is one of {', '.join(get_args(Limit))}")
        known = self._known()
        if clock_class not in known:
            raise BadInput(
                f"profile {self.id!r} has no clock class {clock_class!r}: add it under classes, "
                f"or use one of {', '.join(sorted(known))}"
            )
        return self._find(limit, clock_class)[1]

    def due(
        self,
        limit: Limit,
        clock_class: str,
        start: datetime,
        calendar: WorkCalendar,
        *,
        statutory: Due | None = None,
    ) -> Due:
        """When ``limit`` is due for an order of ``clock_class`` whose clock started at ``start``.

        For ``extension_max`` the start is the due instant to be extended. ``statutory`` is the law's own due instant
        of the matter, for ``handle``. Raises BadInput where the profile sets no such limit, for a naive ``start``,
        and where the calendar does not know a year.
        """
        duration = self.duration(limit, clock_class)
        if duration is None:
            raise BadInput(f"profile {self.id!r} sets no {limit} for {clock_class!r}: add it there or under default")
        if statutory is not None and limit != "handle":
            raise BadInput(f"a statutory period bears on handle, not on {limit}: leave it out")
        # The day of the old due instant is used up: an extension never begins on it.
        first_day = "next_workday" if limit == "extension_max" else self.first_day
        own = Due(
            at=due(start, duration, calendar, first_day=first_day),
            rule=f"{self.id}/{self._find(limit, clock_class)[0]}/{limit}",
            version=self.version,
            source=self.source,
        )
        if statutory is None or self.statutory == "keep_own":
            return own
        return longer_of(own, statutory)

    def light(self, start: datetime, due: Due, now: datetime) -> Light:
        """`light` with the profile's own shares."""
        return light(start, due, now, self.lights)

    @property
    def class_names(self) -> frozenset[str]:
        """The clock classes that an order may have."""
        return frozenset(self._known())

    def _known(self) -> set[str]:
        return {*CLASSES, *self.classes} - {DEFAULT}

    def _find(self, limit: Limit, clock_class: str) -> tuple[str, Duration | None]:
        """The class that sets ``limit`` for ``clock_class``, with the duration."""
        for name in (clock_class, DEFAULT):
            found: Duration | None = getattr(self.classes.get(name), limit, None)
            if found is not None:
                return name, found
        return clock_class, None


def longer_of(due: Due, statutory_due: Due) -> Due:
    """The later of the two, with its rule; ``due`` where they fall together."""
    return statutory_due if statutory_due.at > due.at else due


def light(start: datetime, due: Due, now: datetime, lights: Lights = LIGHTS) -> Light:
    """How much of the time from ``start`` to ``due`` is used at ``now``, in real time on all days.

    Raises BadInput for a naive instant.
    """
    begun, current, end = _instant(start, "start"), _instant(now, "now"), _instant(due.at, "due")
    period = end - begun
    if period <= timedelta(0):  # no time was given: late from the due instant on
        return "red" if current >= end else "green"
    used = (current - begun) / period
    if used >= lights.red_at:
        return "red"
    return "amber" if used >= lights.amber_at else "green"


def with_pause(due: Due, pauses: Sequence[tuple[datetime, datetime | None]], now: datetime) -> Due:
    """``due`` moved by the real time paused until ``now``, only ever forward.

    ``pauses`` are (begin, end) within the clock's running time, in any order; an end of None is a pause that goes on.
    Time in two pauses counts once; a pause that begins after the due instant (as moved by those before) changes
    nothing, because a clock that has run out cannot be stopped. Raises BadInput for a naive instant and for a pause
    that ends before it begins.
    """
    at, current = _instant(due.at, "due"), _instant(now, "now")
    counted: datetime | None = None  # the end of the paused time counted so far
    for begin, end in sorted(_pause(begin, end, current) for begin, end in pauses):
        if begin >= at:
            break
        fresh = begin if counted is None else max(begin, counted)
        if end > fresh:
            at += end - fresh
            counted = end
    return due.model_copy(update={"at": at.astimezone(ZONE)})


def _pause(begin: datetime, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """A pause as far as it has passed by ``now``, in UTC."""
    first = _instant(begin, "begin of a pause")
    last = now if end is None else _instant(end, "end of a pause")
    if end is not None and last < first:
        raise BadInput(f"a pause ends at {end.isoformat()} before it begins at {begin.isoformat()}: mend the pause")
    return first, min(last, now)


def _instant(value: datetime, what: str) -> datetime:
    """``value`` in UTC, because differences within one time zone would ignore its summer time."""
    if value.utcoffset() is None:
        raise BadInput(f"the {what} {value.isoformat()} has no time zone: give one, for example Asia/Shanghai")
    return value.astimezone(UTC)
