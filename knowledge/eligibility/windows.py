"""When one may apply: whether a window is open on a day, until when, and when the next one opens."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from knowledge.eligibility.rules import Span, Window

State = Literal["open", "automatic", "later", "over", "told"]
_LEAP = 2024


@dataclass(frozen=True)
class Standing:
    """A window on a day: ``until`` for one that is open, ``opens`` for one to come. ``told`` is known in words only."""

    state: State
    until: date | None = None
    opens: date | None = None
    note: str = ""


def standing(window: Window, day: date, ends: date | None = None) -> Standing:
    """How ``window`` stands on ``day``. ``ends`` is the first day on which the policy no longer applies."""
    if window.automatic and not window.spans:
        return Standing("automatic", note=window.note)
    if window.always:
        return Standing("open", note=window.note)
    if not window.spans:
        return Standing("told", note=window.note)
    stretches = sorted(stretch for span in window.spans for stretch in _stretches(span, day))
    for first, last in stretches:
        if first <= day <= last:
            return Standing("automatic" if window.automatic else "open", until=last, note=window.note)
    coming = next((first for first, _ in stretches if first > day and (ends is None or first < ends)), None)
    return Standing("later", opens=coming, note=window.note) if coming else Standing("over", note=window.note)


def _stretches(span: Span, day: date) -> Iterator[tuple[date, date]]:
    """The stretches of days that a span means around ``day``."""
    if len(span.start) > 5:
        yield date.fromisoformat(span.start), date.fromisoformat(span.end)
        return
    wraps = span.end < span.start
    for year in (day.year - 1, day.year, day.year + 1):
        yield _day(year, span.start), _day(year + wraps, span.end)


def _day(year: int, text: str) -> date:
    month, number = int(text[:2]), int(text[3:])
    return date(year, month, min(number, calendar.monthrange(year, month)[1]))


def fault(window: Window) -> str:
    """What is wrong with the days of a window, or nothing."""
    for span in window.spans:
        for text in (span.start, span.end):
            try:
                date.fromisoformat(text if len(text) > 5 else f"{_LEAP}-{text}")
            except ValueError:
                return f"{text!r} is no day"
        if len(span.start) != len(span.end):
            return f"{span.start!r} to {span.end!r}: give the year for both or for neither"
        if len(span.start) > 5 and span.end < span.start:
            return f"{span.start!r} to {span.end!r} ends before it starts"
    return ""
