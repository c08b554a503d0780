"""Round steps of an axis, and numbers short enough to stand beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_HOURS = (1, 2, 3, 6, 12)
_DAYS = (1, 2, 5, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_DAY_S, _HOUR_S, _MONTH_S = 86_400.0, 3_600.0, 86_400.0 * 30.4


class Tick(NamedTuple):
    """A place on an axis (a value, or the number of a point) and its words."""

    at: float
    text: str


def value_ticks(low: float, high: float, *, zero: bool, most: int = 6) -> list[Tick]:
    """Round numbers that enclose ``low`` … ``high``, at most ``most`` + 1 of them; with 0 among them where ``zero``."""
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= max(abs(high) * 1e-9, 1e-6):  # all values alike: room above and below
        room = max(abs(high) * 0.1, 1e-5) if high else 1.0
        low, high = low - (0.0 if zero else room), high + room
    step = _step((high - low) / (most - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    size, name = _scale(max(abs(first), abs(last)) * step)
    digits = _decimals(step / size)
    return [
        Tick(number * step, f"{number * step / size:.{digits}f}{name}" if number else "0")
        for number in range(first, last + 1)
    ]


def short(value: float, digits: int = 0) -> str:
    """A number as short as a reader can take: from ten thousand on in 万, from a hundred million on in 亿."""
    size, name = _scale(abs(value))
    if name:
        return f"{value / size:.2f}".rstrip("0").rstrip(".") + name
    return f"{value + 0.0:.{digits}f}"  # + 0.0 turns -0.0 into 0.0


def time_ticks(times: Sequence[datetime], most: int = 6) -> list[Tick]:
    """Points at round hours, days, months or years, at most ``most`` + 1 where the times are evenly spread."""
    span = (times[-1] - times[0]).total_seconds()
    if span <= _DAY_S * 2:
        hours = next((h for h in _HOURS if span / _HOUR_S / h <= most), 12)
        found = _begins(times, lambda t: (t.toordinal() * 24 + t.hour) / hours, _hour_text)
    elif span <= _DAY_S * _DAYS[-1] * most:
        days = next((d for d in _DAYS if span / _DAY_S / d <= most), _DAYS[-1])
        first = times[0].toordinal()
        found = _begins(times, lambda t: (t.toordinal() - first + t.hour / 24) / days, _day_text)
    else:
        months = next((m for m in _MONTHS if span / _MONTH_S / m <= most), _MONTHS[-1])
        text = _year_text if months >= 12 else _month_text
        found = _begins(times, lambda t: (t.year * 12 + t.month - 1 + (t.day - 1) / 32) / months, text)
    return found or [Tick(0, _day_text(times[0]))]


def label_ticks(labels: Sequence[str], width: float, size: float) -> list[Tick]:
    """As many labels as ``width`` holds at a letter size of ``size``, cut where a single one is too long."""
    every = max(1, math.ceil(len(labels) * size * 2.4 / width))
    room = max(2, int(width / math.ceil(len(labels) / every) / size))
    return [
        Tick(at, label if em(label) <= room else label[: max(1, room - 1)] + "…")
        for at, label in enumerate(labels)
        if at % every == 0
    ]


def em(text: str) -> float:
    """The width of a text in letters of its size: Chinese ones are square, others about half as wide."""
    return sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in text)


def _begins(
    times: Sequence[datetime], place: Callable[[datetime], float], text: Callable[[datetime], str]
) -> list[Tick]:
    """The first point of every whole ``place``; the very first point only where it stands at its beginning."""
    places = [place(time) for time in times]
    before = [math.ceil(places[0]) - 1, *map(math.floor, places)]
    return [Tick(at, text(times[at])) for at, here in enumerate(places) if math.floor(here) > before[at]]


def _hour_text(time: datetime) -> str:
    return f"{time.day}日" if time.hour == 0 else f"{time.hour}时"


def _day_text(time: datetime) -> str:
    return f"{time.month}月{time.day}日"


def _month_text(time: datetime) -> str:
    return f"{time.year}年" if time.month == 1 else f"{time.month}月"


def _year_text(time: datetime) -> str:
    return f"{time.year}年"


def _step(least: float) -> float:
    size = 10.0 ** math.floor(math.log10(least))
    return next(step * size for step in _STEPS if step * size >= least * (1 - 1e-9))


def _decimals(step: float) -> int:
    """Decimals that tell the multiples of a step apart; one of 2.5 × a power of ten needs one more."""
    power = math.floor(math.log10(step) + 1e-9)
    return max(0, -power + (1 if abs(step / 10.0**power - 2.5) < 1e-6 else 0))


def _scale(most: float) -> tuple[float, str]:
    return next(((size, name) for size, name in ((1e8, "亿"), (1e4, "万")) if most >= size * (1 - 1e-9)), (1.0, ""))
