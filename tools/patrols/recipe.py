"""``world/patrols.yaml``: what the example's drones and patrols are made of, and the register made of it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from city.schema import Record, Street
from tools.feeds.world import World

_HOUR = 3_600.0
_SPREAD = 0.004
"""Degrees around a street's middle in which nests and bases stand."""


class Model(Record):
    """A model of drones: m/s, minutes, mm/h, and the share that carries a thing."""

    model: str
    speed: float
    climb: float
    endurance: float
    wind: float
    rain: float
    thermal: float
    loudspeaker: float


class Team(Record):
    """A sort of teams; ``shifts`` are hours of the day."""

    name: str
    aliases: tuple[str, ...]
    kmh: float
    count: int
    sort: str
    shifts: tuple[tuple[int, int], ...]


class Area(Record):
    """A no-fly zone: a polygon of (lon, lat), or a circle around a landmark."""

    id: str
    name: str
    reason: str
    polygon: tuple[tuple[float, float], ...] = ()
    landmark: str = ""
    radius: float = 0.0
    months: tuple[int, int] | None = None


class Recipe(Record):
    """The whole file."""

    days: int
    step: int
    nests: tuple[str, ...]
    models: tuple[Model, ...]
    drone_name: str
    drone_aliases: tuple[str, ...]
    base_name: str
    nest_sort: str
    teams: tuple[Team, ...]
    no_second_group: tuple[str, ...]
    endings: tuple[str, ...]
    reach: float
    windy: dict[str, float]
    zones: tuple[Area, ...]


class Row(NamedTuple):
    """A unit of the example. ``speed`` in km/h; ``model`` and ``team`` say which of the recipe's it is."""

    id: str
    name: str
    aliases: str
    base: str
    street: Street
    lat: float
    lon: float
    speed: float
    model: Model | None = None
    team: Team | None = None
    loudspeaker: bool = False
    thermal: bool = False


def rows(world: World, recipe: Recipe) -> list[Row]:
    """Every drone, then every team."""
    rng, streets = world.rng("patrols.register"), {street.id: street for street in world.pack.streets}
    return [*_drones(recipe, streets, rng), *_teams(recipe, streets, rng)]


def _drones(recipe: Recipe, streets: dict[str, Street], rng: np.random.Generator) -> Iterator[Row]:
    numbers: Counter[str] = Counter()
    for index, at in enumerate(recipe.nests):
        street, model = streets[at], recipe.models[int(rng.integers(len(recipe.models)))]
        numbers[at] += 1
        lat, lon = _beside(street, rng)
        yield Row(
            id=f"UAV{index + 1:03d}",
            name=recipe.drone_name.format(street=street.name, number=numbers[at]),
            aliases=_aliases(recipe.drone_aliases, street, numbers[at], recipe),
            base=recipe.base_name.format(street=street.name, sort=recipe.nest_sort),
            street=street,
            lat=lat,
            lon=lon,
            speed=model.speed * _HOUR / 1000,
            model=model,
            loudspeaker=bool(rng.random() < model.loudspeaker),
            thermal=bool(rng.random() < model.thermal),
        )


def _teams(recipe: Recipe, streets: dict[str, Street], rng: np.random.Generator) -> Iterator[Row]:
    index = itertools.count(1)
    for street in streets.values():
        for team in recipe.teams:
            for number in range(1, (1 if street.id in recipe.no_second_group else team.count) + 1):
                lat, lon = _beside(street, rng)
                yield Row(
                    id=f"T{next(index):03d}",
                    name=team.name.format(street=street.name, number=number),
                    aliases=_aliases(team.aliases, street, number, recipe),
                    base=recipe.base_name.format(street=street.name, sort=team.sort),
                    street=street,
                    lat=lat,
                    lon=lon,
                    speed=team.kmh,
                    team=team,
                )


def _beside(street: Street, rng: np.random.Generator) -> tuple[float, float]:
    north, east = rng.uniform(-_SPREAD, _SPREAD, 2)
    return round(street.lat + north, 5), round(street.lon + east, 5)


def _aliases(forms: tuple[str, ...], street: Street, number: int, recipe: Recipe) -> str:
    short = next((street.name.removesuffix(end) for end in recipe.endings if street.name.endswith(end)), street.name)
    return "、".join(form.format(street=street.name, short=short, number=number) for form in forms)
