"""When the example's weather office warns: colours hour by hour out of the made-up weather."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from city.schema import Record
from tools.emergencies.plans import MonthDay
from tools.feeds.world import Floats, World

Colours = NDArray[np.int64]
"""0 none, 1 blue, 2 yellow, 3 orange, 4 red, for each hour of the world."""
_DAY = 24
_WET = 0.1
_THREE = (2, 3, 4)


class RainRule(Record):
    """A colour for each pair of hours and mm."""

    hours: tuple[int, ...]
    values: tuple[float, ...]


class HeatRule(Record):
    """The day's highest temperature from which yellow, orange and red are given."""

    values: tuple[float, float, float]


class ColdRule(Record):
    """The lowest temperature falls by ``drop`` within two days to ``below``."""

    drop: tuple[float, float, float]
    below: float


class GaleRule(Record):
    """Hourly mean wind, m/s."""

    mean: float


class FogRule(Record):
    """Damp, still, dry hours of the early morning."""

    humidity: float
    wind: float
    from_: int = Field(alias="from")
    to: int


class ThunderRule(Record):
    """Showers in the warm months."""

    rain: float
    strong: float
    months: tuple[int, int]


class IcingRule(Record):
    """Frost within some hours after rain."""

    below: float
    wet_hours: int


class SnowRule(Record):
    """Rain that falls as snow, mm of water."""

    below: float
    hours: int
    values: tuple[float, float, float]


class LongRainRule(Record):
    """Rain over some hours; only in some months, only in some districts."""

    hours: int
    value: float = 0
    values: tuple[float, ...] = ()
    months: tuple[int, int] = (1, 12)
    districts: tuple[str, ...] = ()


class DryRule(Record):
    """Days without rain in the season of forest fires."""

    dry_days: tuple[int, int, int]
    from_: MonthDay = Field(alias="from")
    to: MonthDay
    districts: tuple[str, ...] = ()


class Rules(Record):
    """``rules`` of the recipe."""

    rainstorm: RainRule
    heat: HeatRule
    cold_wave: ColdRule
    gale: GaleRule
    fog: FogRule
    thunder: ThunderRule
    icing: IcingRule
    snow: SnowRule
    typhoon: LongRainRule
    landslide: LongRainRule
    forest_fire: DryRule


def colours(world: World, rules: Rules) -> Mapping[str, Colours]:
    """The colour of every kind of warning at every hour."""
    weather, months = world.weather, world.hours.astype("datetime64[M]").astype(int) % 12 + 1
    rain, heat = weather.rain, weather.temperature
    warm = _between(months, rules.thunder.months)
    found = {
        "rainstorm": _ahead(rain, rules.rainstorm.hours, rules.rainstorm.values),
        "typhoon": _spread(_window(rain, rules.typhoon.hours) >= rules.typhoon.value, 12, 12)
        * _between(months, rules.typhoon.months),
        "landslide": _steps(_window(rain, rules.landslide.hours), rules.landslide.values, _THREE),
        "heat": _steps(_daily_highest(heat), rules.heat.values, _THREE),
        "cold_wave": _cold(heat, rules.cold_wave),
        "gale": _spread(weather.wind >= rules.gale.mean, 3, 3).astype(int),
        "fog": 2 * _fog(world, rules.fog),
        "thunder": warm
        * np.maximum(2 * _spread(rain >= rules.thunder.rain, 1, 1), 3 * _spread(rain >= rules.thunder.strong, 1, 1)),
        "snow": _steps(_window(rain * (heat <= rules.snow.below), rules.snow.hours), rules.snow.values, (1, 2, 3)),
        "icing": 2 * _icing(rain, heat, rules.icing),
        "forest_fire": _dry(world, rules.forest_fire),
    }
    return {kind: np.asarray(one, dtype=np.int64) for kind, one in found.items()}


def _window(values: Floats, hours: int) -> Floats:
    """Sums of the ``hours`` that end with each hour."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    summed: Floats = total[ends] - total[np.maximum(ends - hours, 0)]
    return summed


def _ahead(rain: Floats, hours: Sequence[int], values: Sequence[float]) -> Colours:
    """A colour stands while its rain falls: through the whole window that reaches the value."""
    found = np.zeros(len(rain), dtype=np.int64)
    for colour, (length, value) in enumerate(zip(hours, values, strict=True), 1):
        found = np.maximum(found, colour * _spread(_window(rain, length) >= value, length - 1, 1))
    return found


def _spread(mask: NDArray[np.bool_], before: int, after: int) -> Colours:
    """The hours of ``mask``, and some before and after each."""
    found = np.zeros(len(mask), dtype=np.int64)
    for at in np.flatnonzero(mask):
        found[max(0, at - before) : at + after + 1] = 1
    return found


def _steps(values: Floats, bounds: Sequence[float], colours: Sequence[int]) -> Colours:
    found = np.zeros(len(values), dtype=np.int64)
    for bound, colour in zip(bounds, colours, strict=True):
        found[values >= bound] = colour
    return found


def _daily_highest(values: Floats) -> Floats:
    """Each day's highest value on the hours from 8 to 20, nothing at night."""
    hours = np.arange(len(values)) % _DAY
    highest = np.repeat(values.reshape(-1, _DAY).max(axis=1), _DAY)
    found: Floats = np.where((hours >= 8) & (hours < 20), highest, -99.0)
    return found


def _cold(heat: Floats, rule: ColdRule) -> Colours:
    lows = heat.reshape(-1, _DAY).min(axis=1)
    before = np.array([lows[max(0, day - 2) : day + 1].max() for day in range(len(lows))])
    return np.repeat(_steps(np.where(lows <= rule.below, before - lows, 0.0), rule.drop, (1, 2, 3)), _DAY)


def _fog(world: World, rule: FogRule) -> Colours:
    weather, hours = world.weather, world.hour_of_day
    still = (weather.humidity >= rule.humidity) & (weather.wind <= rule.wind) & (weather.rain < _WET)
    mask: NDArray[np.bool_] = still & (hours >= rule.from_) & (hours <= rule.to)
    return _spread(mask, 0, 1)


def _icing(rain: Floats, heat: Floats, rule: IcingRule) -> Colours:
    return _spread((heat <= rule.below) & (_window(rain, rule.wet_hours) >= _WET), 2, 2)


def _dry(world: World, rule: DryRule) -> Colours:
    wet = world.weather.rain.reshape(-1, _DAY).sum(axis=1) >= 1.0
    dry, count = np.zeros(len(wet)), 0
    for day, rained in enumerate(wet):
        count = 0 if rained else count + 1
        dry[day] = count
    days = [(d.month, d.day) for d in world.hours[::_DAY].tolist()]
    season = np.array([day >= rule.from_ or day <= rule.to for day in days])
    return np.repeat(_steps(np.where(season, dry, 0.0), rule.dry_days, (1, 2, 3)), _DAY)


def _between(months: NDArray[np.int64], ends: tuple[int, int]) -> Colours:
    return ((months >= ends[0]) & (months <= ends[1])).astype(np.int64)
