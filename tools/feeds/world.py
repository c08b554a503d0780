"""A made-up city's circumstances from a seed: hours, weather, free days. Rooms make their example feeds from it.

A room with example data has a module ``example`` with ``make(world, folder)``, which writes the files that the example
pack's ``feeds/*.yaml`` name. The same seed and days give the same bytes; each room draws from its own stream, so that
one room's change leaves the others as they were.

Example::

    world = World.of(pack, since=date(2025, 6, 1), until=date(2026, 12, 31), seed=7)
    world.hours            # datetime64[s, hour], naive city time, length = days × 24
    world.weather.rain     # mm of each hour
    world.rng("parking")   # numpy Generator
"""

from __future__ import annotations

import importlib
import pkgutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

import tools as house
from city.pack import CityPack
from city.pack.record import read_record

M = TypeVar("M", bound=BaseModel)
Floats = NDArray[np.float64]
_HOURS = 24
_YEAR = 365.25


class Weather(NamedTuple):
    """Hourly weather: degrees Celsius, mm per hour, m/s, per cent."""

    temperature: Floats
    rain: Floats
    wind: Floats
    humidity: Floats


class Month(NamedTuple):
    """A month, e.g. 2026-11: its first hour and the one after its last, as places in ``World.hours``."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class World:
    """The example's circumstances, ``since`` to before ``until`` (days)."""

    pack: CityPack
    since: date
    until: date
    seed: int

    @classmethod
    def of(cls, pack: CityPack, *, since: date, until: date, seed: int = 7) -> World:
        """A world of whole days. Raises ValueError where there are none."""
        if until <= since:
            raise ValueError(f"until ({until}) must be later than since ({since})")
        return cls(pack, since, until, seed)

    def rng(self, name: str) -> np.random.Generator:
        """The stream of chance of this name."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def recipe(self, room: str, model: type[M]) -> M:
        """What the pack says of a room's example: ``world/<room>.yaml``. Raises PackError."""
        return read_record(self.pack.root, f"world/{room}.yaml", model)

    @cached_property
    def hours(self) -> NDArray[np.datetime64]:
        """Every hour, naive city time."""
        return np.arange(np.datetime64(self.since, "h"), np.datetime64(self.until, "h")).astype("datetime64[s]")

    @cached_property
    def hour_of_day(self) -> NDArray[np.int64]:
        """0 … 23 for each of ``hours``."""
        return np.arange(len(self.hours)) % _HOURS

    @cached_property
    def day_index(self) -> NDArray[np.int64]:
        """Days since ``since`` for each of ``hours``."""
        return np.arange(len(self.hours)) // _HOURS

    @cached_property
    def free_day(self) -> NDArray[np.bool_]:
        """Whether each of ``hours`` lies on a weekend or a public holiday (working weekends are not free)."""
        days = [date.fromordinal(self.since.toordinal() + i) for i in range((self.until - self.since).days)]
        return np.repeat(np.array([_is_free(day) for day in days]), _HOURS)

    @cached_property
    def months(self) -> list[Month]:
        """The months, for rooms that write a file a month."""
        named = np.datetime_as_string(self.hours.astype("datetime64[M]"))
        names, first, count = np.unique(named, return_index=True, return_counts=True)
        return [Month(str(n), int(f), int(f + c)) for n, f, c in zip(names, first, count, strict=True)]

    @cached_property
    def weather(self) -> Weather:
        """Seasons, days and fronts: a damped random walk over a yearly and a daily wave; rain in spells."""
        rng, count = self.rng("weather"), len(self.hours)
        start = (self.since - date(self.since.year, 1, 1)).days
        year = (2 * np.pi * (start + self.day_index - 20) / _YEAR).astype(np.float64)
        front = _walk(rng, count, 0.985, 0.55)
        wet = _spells(rng, count, year)
        temperature = 17 - 12 * np.cos(year) + front - 2.5 * wet
        temperature += (3.5 - 2.0 * wet) * np.cos(2 * np.pi * (self.hour_of_day - 15) / _HOURS)
        rain = wet * rng.gamma(0.6, 2.6 + 1.9 * (1 - np.cos(year)), count)
        wind = np.clip(2.4 + 0.5 * _walk(rng, count, 0.95, 0.4) + 1.4 * wet, 0.1, None)
        humidity = np.clip(66 - 6 * np.cos(year) + 22 * wet - 1.1 * front + rng.normal(0, 3, count), 18, 100)
        return Weather(temperature.round(1), rain.round(1), wind.round(1), humidity.round(0))


Maker = Callable[[World, Path], None]


def rooms_of(root: Path) -> list[str]:
    """The rooms for which the pack at ``root`` has a recipe, ``world/<room>.yaml``."""
    return sorted(path.stem for path in root.glob("world/*.yaml"))


def maker_of(room: str) -> Maker | None:
    """What makes a room's example feeds; None where there is no such room, or it makes none."""
    name = f"{house.__name__}.{room}"
    if not room.isidentifier() or find_spec(name) is None or find_spec(f"{name}.example") is None:
        return None
    make: Maker | None = getattr(importlib.import_module(f"{name}.example"), "make", None)
    return make


def makers() -> Iterator[tuple[str, Maker]]:
    """Every room that makes example feeds: its name, and ``make``."""
    for info in pkgutil.iter_modules(house.__path__):
        make = maker_of(info.name) if info.ispkg else None
        if make is not None:
            yield info.name, make


def _walk(rng: np.random.Generator, count: int, keep: float, step: float) -> Floats:
    """A damped random walk."""
    from scipy.signal import lfilter

    walked: Floats = lfilter([1.0], [1.0, -keep], rng.normal(0, step, count))
    return walked


def _spells(rng: np.random.Generator, count: int, year: Floats) -> Floats:
    """1 where it rains: spells of a few hours, more of them in summer."""
    begins = rng.random(count) < 0.008 * (1.25 - np.cos(year))
    lasts = rng.integers(2, 14, count)
    wet = np.zeros(count + int(lasts.max()) + 1)
    starts = np.flatnonzero(begins)
    np.add.at(wet, starts, 1)
    np.add.at(wet, starts + lasts[starts], -1)
    return (np.cumsum(wet)[:count] > 0).astype(float)


def _is_free(day: date) -> bool:
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:  # beyond the years the State Council has published
        return day.weekday() >= 5
