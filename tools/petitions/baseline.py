"""How much is usual: what a day is expected to bring, and how surprising a count is.

Where the history holds at least two earlier years, a day is compared with the same weekday of the same weeks of the
year; else with the weeks before it, in which single wild days are cut down to size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from pydantic import Field

from city.schema import Record

_YEARS = 2
_CELL = 6  # so many earlier days of the same kind make a seasonal cell
_ROLLING = 56
_WILD = 3.0


class Usual(Record):
    """What a span of days is expected to bring: so many, over so much history (both 0 where there is none)."""

    expected: float = Field(ge=0)
    seen: float = Field(ge=0, description="what the history brought, single wild days cut down")
    exposure: float = Field(ge=0, description="how many spans of this length the history holds")
    seasonal: bool = False


def usual(daily: Mapping[date, int], start: date, first: date, days: int) -> Usual:
    """What ``days`` days from ``first`` on are expected to bring; ``daily`` counts since ``start``, missing is none."""
    span = [first + timedelta(days=n) for n in range(days)]
    cells = [_cell(daily, start, day) for day in span]
    if all(len(cell) >= _CELL for cell in cells):
        expected = float(sum(np.mean(cell) for cell in cells))
        exposure = float(np.mean([len(cell) for cell in cells]))
        return Usual(expected=expected, seen=expected * exposure, exposure=exposure, seasonal=True)
    before = [first - timedelta(days=n) for n in range(1, _ROLLING + 1)]
    counts = np.array([daily.get(day, 0) for day in before if day >= start], np.float64)
    if not len(counts):
        return Usual(expected=0, seen=0, exposure=0)
    tamed = np.minimum(counts, _ceiling(counts))
    return Usual(expected=float(tamed.mean()) * days, seen=float(tamed.sum()), exposure=len(counts) / days)


def _cell(daily: Mapping[date, int], start: date, day: date) -> list[int]:
    """Counts of the same weekday in the same week of earlier years, and in the weeks beside it."""
    if day - start < timedelta(days=_YEARS * 365):
        return []
    found = []
    for year in range(1, (day - start).days // 365 + 1):
        same = day - timedelta(weeks=52 * year)
        found += [same + timedelta(weeks=shift) for shift in (-1, 0, 1)]
    return [daily.get(other, 0) for other in found if other >= start]


def _ceiling(counts: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    middle = float(np.median(counts))
    spread = 1.4826 * float(np.median(np.abs(counts - middle)))
    return float(max(middle + _WILD * max(spread, middle**0.5), 1.0))


def surprise(count: int, seen: float, exposure: float, shape: float, rate: float) -> float:
    """Chance of ``count`` or more in one span.

    Gamma-Poisson: the rate of a topic is Gamma(``shape``, ``rate`` in spans), narrowed by what ``exposure`` spans of
    its own brought; so the tail is that of a negative binomial.
    """
    from scipy.stats import nbinom

    held = rate + exposure
    return float(nbinom.sf(count - 1, shape + seen, held / (held + 1)))


def gamma_of(counts: Sequence[int]) -> tuple[float, float]:
    """Shape and rate of the Gamma whose Poisson counts spread like ``counts`` (moments); weak where they are few."""
    values = np.asarray(counts, np.float64)
    if len(values) < _CELL:
        return 1.0, 1.0
    mean, spread = float(values.mean()), float(values.var(ddof=1))
    over = max(spread - mean, 0.05 * mean, 1e-3)
    return mean * mean / over, mean / over


def discoveries(chances: Sequence[float], share: float) -> list[bool]:
    """Benjamini–Hochberg: which tests to believe so that at most ``share`` of those believed are false."""
    order = np.argsort(chances)
    limits = share * np.arange(1, len(chances) + 1) / max(len(chances), 1)
    passed = np.flatnonzero(np.asarray(chances)[order] <= limits)
    believed = np.zeros(len(chances), np.bool_)
    if len(passed):
        believed[order[: passed[-1] + 1]] = True
    return [bool(value) for value in believed]
