"""How full a car park will be: a profile of the week, corrected by how the last hours differ from it.

The method is the classical one for occupancy, a seasonal profile by weekday and hour with an autoregressive rest
(compare Zheng, Rajasegarar, Leckie, "Parking availability prediction for sensor-enabled car parks in smart cities",
2015)::

    share(t + h) = profile(t + h) + φ^h · (share(t) - profile(t))

* ``profile``: mean of the same weekday and hour over the past eight weeks, newer weeks weighing more (half-life three
  weeks), drawn a little towards all days of the same sort, work or rest. A holiday counts as a Sunday, a worked
  weekend as the working day next to it.
* ``φ``: how much of the difference is left after an hour, fitted on the same weeks.
* the interval: the 10 % and 90 % points of what the method would have missed by on those weeks at the same distance
  in time and about the same time of day, each difference taken without its own value in the profile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WEEKS = 8
FURTHEST = 7 * 24
"""Hours ahead that are forecast."""
_FEWEST = 14 * 24
_HALF_LIFE = 3 * 7 * 24
_DRAWN = 0.7
_NEAR = 2
_WEEK = 7 * 24
_LOW, _HIGH = 0.1, 0.9
_FRIDAY, _SUNDAY = 4, 6

Floats = NDArray[np.float64]
Slots = NDArray[np.int64]


class Series(NamedTuple):
    """Shares of places taken, one an hour without gaps (NaN: unknown), and each hour's slot of the week (0 … 167)."""

    end: datetime
    share: Floats
    slots: Slots


class Forecast(NamedTuple):
    """Share of places taken in an hour: expected, and between which values eight times in ten."""

    share: float
    low: float
    high: float


class Model(NamedTuple):
    """What a series says: its profile by slot, the rest of each hour, the share of a rest left after an hour."""

    profile: Floats
    rest: Floats
    honest: Floats
    keep: float


class Errors(NamedTuple):
    """A back-test: mean absolute errors (shares) of the method and of "as a week ago"; how often the interval held."""

    cases: int
    method: float
    week_ago: float
    held: float


def slot_of(day: date, hour: int, is_workday: Callable[[date], bool]) -> int:
    """The slot of the week that an hour is like."""
    weekday, worked = day.weekday(), is_workday(day)
    if weekday <= _FRIDAY:
        like = weekday if worked else _SUNDAY
    else:
        like = weekday if not worked else (_FRIDAY if weekday < _SUNDAY else 0)
    return like * 24 + hour


def series(
    end: datetime, known: Sequence[tuple[datetime, float | None]], is_workday: Callable[[date], bool]
) -> Series | None:
    """The hours up to ``end`` (a full hour) from rows (end of the hour, share); None where two weeks are not known."""
    count = WEEKS * _WEEK
    share = np.full(count, np.nan)
    for at, value in known:
        place = count - 1 - round((end - at) / timedelta(hours=1))
        if 0 <= place < count and value is not None:
            share[place] = value
    if np.isfinite(share).sum() < _FEWEST:
        return None
    begun = [end - timedelta(hours=count - i) for i in range(count)]
    slots = np.array([slot_of(at.date(), at.hour, is_workday) for at in begun], dtype=np.int64)
    return Series(end, share, slots)


def fit(share: Floats, slots: Slots) -> Model:
    """The model of a series, from its own values only."""
    known = np.isfinite(share)
    weight = np.where(known, 0.5 ** (np.arange(len(share))[::-1] / _HALF_LIFE), 0.0)
    value = np.where(known, share, 0.0)
    broad = _broad(weight, value, slots)
    sums = np.bincount(slots, weight, minlength=_WEEK)
    profile = (np.bincount(slots, weight * value, minlength=_WEEK) + _DRAWN * broad) / (sums + _DRAWN)
    rest = share - profile[slots]
    honest = rest / (1 - weight / (sums[slots] + _DRAWN))
    before, after = rest[:-1], rest[1:]
    both = np.isfinite(before) & np.isfinite(after)
    spread = float((before[both] ** 2).sum())
    keep = float(np.clip((before[both] * after[both]).sum() / spread, 0.0, 0.98)) if spread > 0 else 0.0
    return Model(profile, rest, honest, keep)


def predict(model: Model, slots: Slots, slot: int, ahead: int) -> Forecast:
    """The hour ``ahead`` (1: the next) that lies in ``slot``. ``slots`` are those of the series."""
    level = _last(model.rest)
    expected = model.profile[slot] + model.keep**ahead * level
    missed = model.honest[ahead:] - model.keep**ahead * model.honest[:-ahead]
    apart = np.abs((slots[ahead:] - slot + 12) % 24 - 12)
    missed = missed[np.isfinite(missed) & (apart <= _NEAR)]
    low, high = np.quantile(missed, (_LOW, _HIGH)) if len(missed) else (-1.0, 1.0)
    return Forecast(*(float(np.clip(v, 0.0, 1.0)) for v in (expected, expected + low, expected + high)))


def backtest(share: Floats, slots: Slots, origins: Sequence[int], aheads: Sequence[int]) -> Errors:
    """Forecasts from each origin (index of the last known hour) with nothing later, against what came."""
    window = WEEKS * _WEEK
    method, week_ago, held = [], [], []
    for origin in origins:
        past = slice(max(0, origin + 1 - window), origin + 1)
        model = fit(share[past], slots[past])
        for ahead in aheads:
            at = origin + ahead
            if at >= len(share) or not np.isfinite(share[at]) or not np.isfinite(share[at - _WEEK]):
                continue
            said = predict(model, slots[past], int(slots[at]), ahead)
            method.append(abs(said.share - share[at]))
            week_ago.append(abs(share[at - _WEEK] - share[at]))
            held.append(said.low <= share[at] <= said.high)
    mean = [float(np.mean(values)) if values else float("nan") for values in (method, week_ago, held)]
    return Errors(len(method), *mean)


def _broad(weight: Floats, value: Floats, slots: Slots) -> Floats:
    """Mean of the same hour over all days of the slot's sort, for every slot."""
    free = slots // 24 > _FRIDAY
    found = np.zeros(_WEEK)
    hour = slots % 24
    for rested in (False, True):
        chosen = free == rested
        held = np.bincount(hour[chosen], weight[chosen], minlength=24)
        total = np.bincount(hour[chosen], (weight * value)[chosen], minlength=24)
        mean = np.divide(total, held, out=np.zeros(24), where=held > 0)
        for day in range(7):
            if (day > _FRIDAY) == rested:
                found[day * 24 : day * 24 + 24] = mean
    return found


def _last(rest: Floats) -> float:
    """The newest known difference, 0 where none of the last three hours is known."""
    recent = rest[-3:][np.isfinite(rest[-3:])]
    return float(recent[-1]) if len(recent) else 0.0
