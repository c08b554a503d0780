"""Fee rules as data, and what a stay costs by them.

A stay is priced like this, as Chinese cities write their parking fee rules:

1. a stay of at most ``free_minutes`` costs nothing; a longer one is charged from its beginning;
2. minutes inside the daily free hours, and on statutory holidays where the rule says so, are not charged;
3. the charged minutes run through the bands in order; each begun unit costs its price; a new day begins a new unit;
4. no calendar day costs more than ``day_cap``.

So the fee never falls when a stay gets longer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from city.schema import Record

FILE = "parking/fees.yaml"
Vehicle = Literal["car", "electric", "disabled", "large"]
"""car: an ordinary small car. electric: a new-energy car. disabled: registered to carry a disabled person. large."""
_MIDNIGHT = time(0)


class Band(Record):
    """Units of so many minutes at so much each, until the charged minutes reach ``until``."""

    until: int | None = Field(default=None, gt=0, description="charged minutes at which the next band begins")
    unit: int = Field(gt=0, description="minutes; a begun unit is charged whole")
    yuan: float = Field(ge=0)


class Ride(Record):
    """A price for those who show a ride by rail on the same day."""

    minutes: int = Field(gt=0)
    yuan: float = Field(ge=0)


class FeeRule(Record):
    """What a stay costs. ``basis``: where the rule is written."""

    title: str
    basis: str
    bands: tuple[Band, ...] = Field(min_length=1)
    free_minutes: int = Field(default=0, ge=0)
    free_from: time | None = Field(default=None, description="daily free hours, over midnight where until is earlier")
    free_until: time | None = None
    free_on_holidays: bool = Field(default=False, description="on statutory holidays")
    day_cap: float | None = Field(default=None, gt=0, description="yuan of a calendar day")
    disabled_minutes: int = Field(default=0, ge=0, description="free each day for those who are exempt")
    large_times: float | None = Field(default=None, ge=1, description="price of a large vehicle; None: none is set")
    ride: Ride | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        ends = [band.until for band in self.bands]
        if ends[-1] is not None or None in ends[:-1] or ends[:-1] != sorted(set(ends[:-1])):  # type: ignore[type-var]  # None is tested first
            raise ValueError(
                "each band but the last gives `until`, each later than the one before; the last gives none"
            )
        if (self.free_from is None) != (self.free_until is None):
            raise ValueError("give both free_from and free_until, or neither")
        return self


class Rules(Record):
    """``parking/fees.yaml``: every rule by its code, and the days that are statutory holidays."""

    electric_minutes: int = Field(default=0, ge=0, description="a new-energy car's stay up to this is free …")
    electric_where: Literal["public_money", "nowhere"] = "nowhere"
    holidays: frozenset[date] = frozenset()
    name_words: tuple[str, ...] = Field(default=(), description="words in car parks' names that say only what they are")
    rules: dict[str, FeeRule]


class Stay(NamedTuple):
    """A stay to be priced."""

    arrive: datetime
    minutes: int
    vehicle: Vehicle = "car"
    public_money: bool = False


def cost(rule: FeeRule, rules: Rules, stay: Stay) -> float | None:
    """Yuan of a stay; None where the rule has no price for the vehicle."""
    if stay.vehicle == "large" and rule.large_times is None:
        return None
    if stay.minutes <= rule.free_minutes or _is_exempt(rules, stay):
        return 0.0
    times = rule.large_times if stay.vehicle == "large" and rule.large_times else 1.0
    spared = rule.disabled_minutes if stay.vehicle == "disabled" else 0
    total, before = 0.0, 0
    for charged in _days(rule, rules, stay):
        minutes = max(0, charged - spared)
        yuan = _run(rule.bands, before, minutes)
        total += min(yuan, rule.day_cap) if rule.day_cap is not None else yuan
        before += minutes
    return round(total * times, 2)


def _is_exempt(rules: Rules, stay: Stay) -> bool:
    """A new-energy car's short stay. A longer one is charged whole: the text exempts the stay, not its minutes."""
    is_place = rules.electric_where == "public_money" and stay.public_money
    return stay.vehicle == "electric" and is_place and stay.minutes <= rules.electric_minutes


def _days(rule: FeeRule, rules: Rules, stay: Stay) -> Iterator[int]:
    """Charged minutes of each calendar day of the stay."""
    begin = stay.arrive.replace(tzinfo=None, second=0, microsecond=0)
    end = begin + timedelta(minutes=stay.minutes)
    day = begin.date()
    while datetime.combine(day, _MIDNIGHT) < end:
        first = max(begin, datetime.combine(day, _MIDNIGHT))
        last = min(end, datetime.combine(day + timedelta(days=1), _MIDNIGHT))
        if rule.free_on_holidays and day in rules.holidays:
            yield 0
        else:
            free = sum(_overlap(first, last, *window) for window in _free_windows(rule, day))
            yield int((last - first).total_seconds() // 60) - free
        day += timedelta(days=1)


def _free_windows(rule: FeeRule, day: date) -> list[tuple[datetime, datetime]]:
    if rule.free_from is None or rule.free_until is None:
        return []
    begins, ends = datetime.combine(day, rule.free_from), datetime.combine(day, rule.free_until)
    if begins < ends:
        return [(begins, ends)]
    midnight = datetime.combine(day, _MIDNIGHT)
    return [(midnight, ends), (begins, midnight + timedelta(days=1))]


def _overlap(first: datetime, last: datetime, begins: datetime, ends: datetime) -> int:
    return max(0, int((min(last, ends) - max(first, begins)).total_seconds() // 60))


def _run(bands: tuple[Band, ...], before: int, minutes: int) -> float:
    """Yuan of ``minutes`` more after ``before`` charged ones."""
    total, at, end = 0.0, before, before + minutes
    for band in bands:
        until = end if band.until is None else min(end, band.until)
        if until > at:
            total += math.ceil((until - at) / band.unit) * band.yuan
            at = until
    return total
