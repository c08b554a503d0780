"""Whether a service is open at a moment, when it closes, when it opens next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

Days = Literal["work", "free", "every"]
_AHEAD = 16
"""Days looked ahead: longer than any holiday."""
_ALWAYS = timedelta(days=7)
_DAY = 24 * 60


class Span(NamedTuple):
    """Opening hours: on which days, and minutes from midnight (0 … 1440)."""

    days: Days
    opens: int
    closes: int


class Status(NamedTuple):
    """``closes_at`` is None while closed, and where it never closes; ``opens_at`` is None while open."""

    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None


def minutes(clock: str) -> int:
    """Minutes from midnight of "08:30" or "08:30:00"; "24:00" is the end of the day. Raises ValueError."""
    hour, minute = (int(part) for part in clock.split(":")[:2])
    if not (0 <= minute < 60 and 0 <= hour * 60 + minute <= _DAY):
        raise ValueError(f"{clock!r} is no time of a day")
    return hour * 60 + minute


def status(spans: Sequence[Span], at: datetime, works: Callable[[date], bool]) -> Status:
    """The state of a service at ``at``. Hours that touch, over midnight too, are one opening."""
    for opens, closes in _merged(spans, at, works):
        if opens <= at < closes:
            return Status(True, None if closes - at > _ALWAYS else closes, None)
        if opens > at:
            return Status(False, None, opens)
    return Status(False, None, None)


def of_day(spans: Sequence[Span], at: datetime, works: Callable[[date], bool]) -> Iterator[tuple[datetime, datetime]]:
    """The openings that touch the day of ``at``, in order; what never closes is open from midnight to midnight."""
    midnight = datetime.combine(at.date(), time(), at.tzinfo)
    next_midnight = midnight + timedelta(days=1)
    for opens, closes in _merged(spans, at, works):
        if closes - opens > _ALWAYS:
            yield max(opens, midnight), next_midnight
        elif opens < next_midnight and closes > midnight:
            yield opens, closes


def _merged(spans: Sequence[Span], at: datetime, works: Callable[[date], bool]) -> Iterable[tuple[datetime, datetime]]:
    openings = []
    for ahead in range(-1, _AHEAD):
        day = at.date() + timedelta(days=ahead)
        kinds = ("every", "work" if works(day) else "free")
        midnight = datetime.combine(day, time(), at.tzinfo)
        openings += [
            (midnight + timedelta(minutes=span.opens), midnight + timedelta(minutes=span.closes))
            for span in spans
            if span.days in kinds and span.opens < span.closes
        ]
    merged: list[tuple[datetime, datetime]] = []
    for opens, closes in sorted(openings):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    return merged
