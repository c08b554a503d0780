"""Draws that say what they draw. One seed gives one history."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import TypeVar

from tools.workorders.calendar import WorkCalendar
from tools.workorders.example.script import Spread

T = TypeVar("T")
_OPENS, _CLOSES = time(9), time(17, 30)


class Dice:
    """Draws of one part of a history; parts named differently do not disturb one another."""

    def __init__(self, *name: object) -> None:
        self._random = random.Random("/".join(map(str, name)))  # noqa: S311  # an invention that can be repeated

    def happens(self, chance: float) -> bool:
        """True with this chance."""
        return self._random.random() < chance

    def one(self, values: Sequence[T]) -> T:
        """One of them, each as likely."""
        return values[self._random.randrange(len(values))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys by its weight."""
        return self._random.choices(list(weights), list(weights.values()))[0]

    def at_place(self, weights: Sequence[float]) -> int:
        """A place in the list by the weight there."""
        return self._random.choices(range(len(weights)), weights)[0]

    def between(self, low: float, high: float) -> float:
        """A number between them, each as likely."""
        return self._random.uniform(low, high)

    def spread(self, given: Spread, times: float = 1.0) -> float:
        """A lognormal number with ``times`` the median."""
        return self._random.lognormvariate(math.log(given.median * times), given.spread)

    def about(self, median: float) -> float:
        """A number about ``median``, seldom more than twice it."""
        return self._random.lognormvariate(math.log(median), 0.45)

    def halving(self, half: float) -> float:
        """A time after which half of all have come."""
        return self._random.expovariate(math.log(2) / half)


class Hours:
    """Office hours on the city's working days until ``end``; after that, days that no calendar may know yet, all hours
    are alike, because nothing happens then.
    """

    def __init__(self, calendar: WorkCalendar, end: datetime) -> None:
        self._calendar, self._end = calendar, end

    def opens(self, at: datetime) -> datetime:
        """The first moment of office hours that is not before ``at``."""
        day = at.date()
        if at >= self._end:
            return at
        if self._calendar.is_workday(day) and at.time() < _CLOSES:
            return max(at, datetime.combine(day, _OPENS, at.tzinfo))
        return self._next(at)

    def after(self, at: datetime, hours: float) -> datetime:
        """``hours`` of office time after ``at``."""
        now, left = self.opens(at), hours * 3_600
        while now < self._end:
            today = (datetime.combine(now.date(), _CLOSES, now.tzinfo) - now).total_seconds()
            if left <= today:
                return now + timedelta(seconds=left)
            left, now = left - today, self._next(now)
        return now

    def _next(self, at: datetime) -> datetime:
        """When offices open on the next working day, or the end where there is none before it."""
        day = at.date()
        while day < self._end.date():
            day += timedelta(days=1)
            if day < self._end.date() and self._calendar.is_workday(day):
                return datetime.combine(day, _OPENS, at.tzinfo)
        return self._end
