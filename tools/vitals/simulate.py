"""Made-up series of a city's vital signs: days, weeks, seasons, holidays, weather, chance, gaps, planted anomalies.

The noise of a sign is an autoregressive process of first order plus an offset of each day, on the scale on which the
sign varies (logarithm, square root or as it is). ``noise`` of the recipe is its standard deviation relative to the
mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from pydantic import Field

from city.schema import Record
from tools.feeds.world import Floats, World
from tools.vitals.catalogue import FILE, Catalogue, Sign
from tools.vitals.scale import Scale
from tools.vitals.spells import long_holidays

if TYPE_CHECKING:
    from tools.vitals.planting import Planted

_DAY = 24
_OFFSET = 0.4
"""Share of a day's own offset in the noise, as a standard deviation."""
_YEAR_HOURS = 8766.0
_WEEK = np.array([1.01, 1.0, 0.995, 1.0, 1.02, 1.01, 0.985])


class Profile(Record):
    """The shape of a day, 24 factors; free days may have their own."""

    work: tuple[float, ...] = Field(min_length=_DAY, max_length=_DAY)
    free: tuple[float, ...] = Field(default=(), max_length=_DAY)


class Making(Record):
    """How one sign's series is made."""

    base: float
    profile: str
    free: float = 1.0
    noise: float
    memory: float = Field(ge=0, lt=1)
    heat: float = 0.0
    cold: float = 0.0
    rain: float = 0.0
    wet: float = 0.0
    trend: float = 0.0
    season: Literal["", "heating"] = ""


class Gaps(Record):
    """How rows go missing: single hours, and spells."""

    lone: float
    spells: float
    longest: int


class Planting(Record):
    """How often, how large (in standard deviations of the noise) and how long one kind of anomaly is."""

    per_year: float
    hours: tuple[int, int]
    size: tuple[float, float] = (0.0, 0.0)


class PlantedRecipe(Record):
    """Every planted anomaly."""

    first_day: int
    apart_days: int
    kinds: dict[Literal["spike", "shift", "drift", "stuck", "dropout", "shape"], Planting]
    joint: Planting


class Recipe(Record):
    """``world/vitals.yaml``."""

    profiles: dict[str, Profile]
    signs: dict[str, Making]
    gaps: Gaps
    planted: PlantedRecipe


@dataclass(frozen=True)
class Course:
    """One sign's series before gaps: on its own scale, what was to be expected and how wide the noise is."""

    sign: Sign
    scale: Scale
    expected: Floats
    spread: Floats
    values: Floats

    @property
    def real(self) -> Floats:
        """The values in the sign's unit, as precise as it is kept."""
        value = self.scale.back(self.values)
        value = np.clip(value, 0, 100) if self.sign.kind == "share" else value
        if self.sign.kind == "count":
            value = np.round(value)
        real: Floats = np.maximum(value, 0.0).round(self.sign.digits).astype(np.float64)
        return real


class Simulated(NamedTuple):
    """Signs × hours, NaN where a row is missing, and what was planted."""

    catalogue: Catalogue
    values: Floats
    planted: list[Planted]


def simulate(world: World) -> Simulated:
    """Every sign of the pack's catalogue over the world's hours."""
    from city.pack.record import read_record
    from tools.vitals.planting import plant

    catalogue = read_record(world.pack.root, FILE, Catalogue)
    recipe = world.recipe("vitals", Recipe)
    courses = [_course(world, sign, recipe) for sign in catalogue.signs]
    held = np.array([_in_season(world, sign) for sign in catalogue.signs])
    planted = plant(world, catalogue, courses, held, recipe.planted)
    values = np.array([course.real for course in courses])
    for event in planted:
        if event.kind in ("stuck", "dropout"):
            row = values[event.row]
            row[event.begin : event.end] = row[event.begin - 1] if event.kind == "stuck" else 0.0
    values[~held] = np.nan
    values[_missing(world, values.shape, recipe.gaps)] = np.nan
    return Simulated(catalogue, values, planted)


def _course(world: World, sign: Sign, recipe: Recipe) -> Course:
    making = recipe.signs[sign.id]
    rng = world.rng(f"vitals.{sign.id}")
    expected = _usual(world, making, recipe.profiles[making.profile])
    if sign.kind == "share":
        expected = np.clip(expected, 0, 100)
    scale = Scale.of(sign, making.base)
    ground = scale.to(expected)
    width = making.noise if sign.kind in ("amount", "count") else making.noise * making.base
    noise = _noise(rng, world, making.memory) * width
    if sign.kind == "count":  # chance of counting beside what varies the rate
        rate = np.clip(expected * np.exp(noise), 0, None)
        values = scale.to(rng.poisson(np.minimum(rate, 1e12)).astype(float))
        spread = np.sqrt(0.25 + making.noise**2 * (1 + _OFFSET**2) * expected / 4)
    else:
        values = ground + noise
        spread = np.full(len(ground), width * np.sqrt(1 + _OFFSET**2))
    return Course(sign, scale, ground, spread, values)


def _usual(world: World, making: Making, profile: Profile) -> Floats:
    hour, free = world.hour_of_day, world.free_day
    shape = np.where(free, np.array(profile.free or profile.work)[hour], np.array(profile.work)[hour])
    weekday = (world.since.weekday() + world.day_index) % 7
    week = 1 + (_WEEK[weekday] - 1) * (0.0 if making.free == 1 else 1.0)
    long = long_holidays(free[::_DAY]).repeat(_DAY)
    calendar = np.where(free, making.free, week) * np.where(long, making.free**0.5, 1.0)
    weather = world.weather
    felt = _smoothed(weather.temperature, 8)
    warm, cold = _soft(felt - 25.5), _soft(10.5 - felt)
    noon = 0.75 + 0.5 * np.exp(-(((hour - 15) / 5.0) ** 2))
    rain = np.log1p(_smoothed(weather.rain, 3))
    wet = _smoothed(weather.rain, 72) * 72 / 25
    drive = np.exp(making.heat * warm * noon + making.cold * cold + making.rain * rain * 0.8)
    drift = 1 + making.trend * np.arange(len(hour)) / _YEAR_HOURS + making.wet * wet
    usual: Floats = making.base * shape * calendar * drive * drift
    return usual


def _noise(rng: np.random.Generator, world: World, memory: float) -> Floats:
    """Of standard deviation 1 from hour to hour, and an offset of each day."""
    from scipy.signal import lfilter

    count = len(world.hours)
    walked = lfilter([1.0], [1.0, -memory], rng.normal(0, np.sqrt(1 - memory**2), count + 200))[200:]
    offset = rng.normal(0, _OFFSET, count // _DAY + 1).repeat(_DAY)[:count]
    # An offset does not jump at midnight: it is carried over by a few hours.
    noise: Floats = walked + np.convolve(offset, np.ones(7) / 7, mode="same")
    return noise


def _in_season(world: World, sign: Sign) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if sign.season is None:
        return np.ones(len(world.hours), bool)
    days = world.hours[::_DAY].astype("datetime64[D]").tolist()
    return np.array([sign.season.holds(day) for day in days]).repeat(_DAY)


def _missing(world: World, shape: tuple[int, ...], gaps: Gaps) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    rng = world.rng("vitals.gaps")
    lost = rng.random(shape) < gaps.lone
    for row, at in zip(*np.nonzero(rng.random(shape) < gaps.spells), strict=True):
        lost[row, at : at + int(rng.integers(2, gaps.longest + 1))] = True
    return lost


def _smoothed(values: Floats, hours: int) -> Floats:
    from scipy.signal import lfilter

    keep = np.exp(-1 / hours)
    smooth: Floats = lfilter([1 - keep], [1.0, -keep], values - values[0]) + values[0]
    return smooth


def _soft(values: Floats) -> Floats:
    """How far above zero, without a corner."""
    soft: Floats = np.logaddexp(0.0, values * 0.8) / 0.8
    return soft
