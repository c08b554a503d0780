"""Where a matter is done: halls with their hours, windows, and how many wait there."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from city.errors import BadInput
from tools.feeds.errors import NoData, NotCurrent
from tools.items.data import QUEUE

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

_AHEAD = 14
_SATURDAY = 6


class Shift(NamedTuple):
    """Open from … to, minutes after midnight."""

    opens: int
    closes: int


_DAY = Shift(0, 24 * 60)


class Waiting(NamedTuple):
    """People who wait at a window, counters open, when they were counted."""

    people: int
    counters: int
    at: datetime


class Open(NamedTuple):
    """Whether a hall is open, until when, else from when on (None: not in two weeks). ``all_day``: day and night."""

    now: bool
    closes: datetime | None
    opens: datetime | None
    all_day: bool = False


def shifts(text: str | None) -> tuple[Shift, ...]:
    """Of ``09:00-12:00,13:30-17:00``; empty where it is shut. Raises BadInput."""
    return tuple(_shift(part) for part in (text or "").split(",") if part.strip())


def _shift(part: str) -> Shift:
    opens, _, closes = part.partition("-")
    made = Shift(_minutes(opens), _minutes(closes))
    if made.opens >= made.closes:
        raise BadInput(f"{part!r} closes before it opens")
    return made


def _minutes(text: str) -> int:
    hour, _, minute = text.strip().partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(minute) < 60 and int(hour) * 60 + int(minute) <= 24 * 60):
        raise BadInput(f"{text!r} is no time of day: write it as 09:30")
    return int(hour) * 60 + int(minute)


def hours_on(hall: dict[str, Any], day: date, is_worked: Callable[[date], bool]) -> tuple[Shift, ...]:
    """The hours of that day: those of working days, of an ordinary Saturday, or of Sundays and holidays."""
    if is_worked(day):
        return shifts(hall["weekday"])
    return shifts(hall["saturday"] if day.isoweekday() == _SATURDAY and not _is_holiday(day) else hall["sunday"])


def _is_holiday(day: date) -> bool:
    import chinese_calendar

    try:
        _, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return bool(name)


def opening(hall: dict[str, Any], now: datetime, is_worked: Callable[[date], bool]) -> Open:
    """Whether it is open now; else when next."""
    for ahead in range(_AHEAD):
        day = now.date() + timedelta(days=ahead)
        for shift in hours_on(hall, day, is_worked):
            opens, closes = (_moment(now, day, minute) for minute in shift)
            if opens <= now < closes:
                return Open(True, closes, None, shift == _DAY)
            if now < opens:
                return Open(False, None, opens)
    return Open(False, None, None)


def _moment(now: datetime, day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), tzinfo=now.tzinfo) + timedelta(minutes=minute)


def waiting(data: CityData, windows: list[str]) -> dict[str, Waiting]:
    """People who wait now at each window; nothing where no count is current."""
    try:
        rows = data.latest(QUEUE, {"window": windows})
    except (NoData, NotCurrent):
        return {}
    return {r["window"]: Waiting(r["waiting"], r["counters"], r["at"]) for r in rows.iter_rows(named=True)}


def minutes_to_wait(people: int, counters: int, minutes: float) -> int | None:
    """An estimate: those who wait, served at every open counter in the usual time each; None with no counter."""
    return math.ceil(people / counters * minutes) if counters else None
