"""When a car park may be used: hours of working days and of days of rest, over midnight where the end is earlier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from city.errors import BadInput

_DAY = timedelta(days=1)
_AHEAD = 8


class Hours(NamedTuple):
    """From … until, minutes of the day; ``until`` 1440 is midnight; both equal: closed that day."""

    since: int
    until: int


class Opening(NamedTuple):
    """The window that is open now, else the next one. ``always``: never closed."""

    is_open: bool
    always: bool
    opens: datetime | None
    closes: datetime | None


def read_hours(text: str) -> Hours:
    """``"18:30-07:30"``; empty means closed that day. Raises BadInput."""
    if not text.strip():
        return Hours(0, 0)
    try:
        first, last = (_minute(part) for part in text.split("-"))
    except ValueError as error:
        raise BadInput(f"{text!r} are no hours: write 08:00-22:00") from error
    return Hours(first, last if last > first else last + 1440)


def opening(workday: Hours, restday: Hours, is_workday: Callable[[date], bool], now: datetime) -> Opening:
    """Whether it is open at ``now``, and until or from when; windows that touch are one."""
    if workday == restday == Hours(0, 1440):
        return Opening(True, True, None, None)
    windows = _joined([_window(day, workday if is_workday(day) else restday, now) for day in _days(now)])
    for opens, closes in windows:
        if opens <= now < closes:
            return Opening(True, False, opens, closes)
        if now < opens:
            return Opening(False, False, opens, closes)
    return Opening(False, False, None, None)


def _minute(text: str) -> int:
    hour, minute = (int(part) for part in text.split(":"))
    if not 0 <= hour * 60 + minute <= 1440:
        raise ValueError(text)
    return hour * 60 + minute


def _days(now: datetime) -> list[date]:
    return [now.date() + _DAY * ahead for ahead in range(-1, _AHEAD)]


def _window(day: date, hours: Hours, now: datetime) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time(0), now.tzinfo)
    return midnight + timedelta(minutes=hours.since), midnight + timedelta(minutes=hours.until)


def _joined(windows: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for opens, closes in windows:
        if opens == closes:
            continue
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined
