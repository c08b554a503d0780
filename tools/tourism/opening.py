"""When a sight is open on a day.

A row of hours holds for a season (month and day, both ends included, also over New Year) and for days: digits 1 to 7
for Monday to Sunday, ``H`` for public holidays. A public holiday is opened by rows with ``H`` only, whatever its
weekday; a working weekend (调休) is an ordinary weekday row of its own weekday. A closure closes the whole day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from city.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

HOLIDAY = "H"
DAY_END = 24 * 60


class Span(NamedTuple):
    """One opening of a day, in minutes after midnight: in from ``opens`` to ``last_entry``, out by ``closes``."""

    opens: int
    last_entry: int
    closes: int


class Rule(NamedTuple):
    """A row of the hours' register."""

    first: tuple[int, int]
    last: tuple[int, int]
    days: str
    span: Span


class Closure(NamedTuple):
    """Days on which a sight stays shut, both ends included."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True)
class Openings:
    """The hours of every sight. Built once from the registers."""

    rules: Mapping[str, tuple[Rule, ...]]
    closures: Mapping[str, tuple[Closure, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, hours: pl.DataFrame, closures: pl.DataFrame | None) -> Openings:
        """From the two registers. Raises BadInput naming a row that cannot be read."""
        rules: dict[str, list[Rule]] = {}
        for row in hours.iter_rows(named=True):
            rules.setdefault(row["sight"], []).append(_rule(row))
        shut: dict[str, list[Closure]] = {}
        for row in closures.iter_rows(named=True) if closures is not None else ():
            shut.setdefault(row["sight"], []).append(Closure(row["first_day"], row["last_day"], row["reason"]))
        return cls({k: tuple(v) for k, v in rules.items()}, {k: tuple(v) for k, v in shut.items()})

    def on(self, sight: str, day: date) -> tuple[Span, ...]:
        """The openings of that day in order; empty where it is shut all day or nothing is known of it."""
        if self.closure(sight, day):
            return ()
        mark = HOLIDAY if is_public_holiday(day) else str(day.isoweekday())
        now = (day.month, day.day)
        spans = {r.span for r in self.rules.get(sight, ()) if mark in r.days and _within(now, r.first, r.last)}
        return tuple(sorted(spans))

    def shut_weekdays(self, sight: str, day: date) -> tuple[int, ...]:
        """The weekdays (1 Monday to 7 Sunday) on which it is shut in that day's season; none where it never opens."""
        now = (day.month, day.day)
        open_on = {mark for r in self.rules.get(sight, ()) if _within(now, r.first, r.last) for mark in r.days}
        shut = tuple(weekday for weekday in range(1, 8) if str(weekday) not in open_on)
        return () if len(shut) == 7 else shut

    def closure(self, sight: str, day: date) -> Closure | None:
        """The closure that holds on that day."""
        return next((c for c in self.closures.get(sight, ()) if c.first <= day <= c.last), None)

    def next_day(self, sight: str, days: Iterable[date]) -> date | None:
        """The first of ``days`` on which it opens."""
        return next((day for day in days if self.on(sight, day)), None)


def is_public_holiday(day: date) -> bool:
    """Whether the nation has that day off for a holiday; False in a year not yet published."""
    import chinese_calendar

    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return bool(off and name)


def is_free_day(day: date) -> bool:
    """Whether most people need not work that day."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return day.isoweekday() >= 6


def minutes(text: str) -> int:
    """Minutes after midnight of ``HH:MM``, up to 24:00. Raises BadInput."""
    hour, _, minute = text.strip().partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(minute) < 60 and int(hour) * 60 + int(minute) <= DAY_END):
        raise BadInput(f"{text!r} is no time of day: write it as 09:30")
    return int(hour) * 60 + int(minute)


def _rule(row: Mapping[str, str]) -> Rule:
    span = Span(minutes(row["opens"]), minutes(row["last_entry"]), minutes(row["closes"]))
    if not span.opens <= span.last_entry <= span.closes or span.opens == span.closes:
        raise BadInput(f"hours of {row['sight']}: opens, last entry and closes must follow each other in one day")
    return Rule(_month_day(row["first_day"]), _month_day(row["last_day"]), row["days"], span)


def _month_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    if not (month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        raise BadInput(f"{text!r} is no day of the year: write it as 04-01")
    return int(month), int(day)


def _within(now: tuple[int, int], first: tuple[int, int], last: tuple[int, int]) -> bool:
    return first <= now <= last if first <= last else now >= first or now <= last
