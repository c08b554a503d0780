"""The made-up town behind the example feeds: schools with their plans, catchments, children living on from year to
year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from city.pack.record import read_record
from tools.feeds.ground import metres
from tools.feeds.world import World
from tools.schools.forecast import AGES, ENTRY_AGE, Floats
from tools.schools.recipe import MadeSchool, SchoolsRecipe
from tools.schools.settings import Siting, Stage

STAGES: tuple[Stage, ...] = ("primary", "junior")
_BESIDE = (0.0012, -0.0009)
"""Degrees from a community's middle to the school made for it."""


class Place(NamedTuple):
    """A community."""

    id: str
    name: str
    district: str
    street: str
    lon: float
    lat: float


class School(NamedTuple):
    """A school of the example."""

    id: str
    name: str
    aliases: str
    district: str
    address: str
    lon: float
    lat: float
    made: MadeSchool

    def plan(self, stage: Stage) -> dict[int, int]:
        """Year → classes from then on; empty where it has no such stage."""
        return self.made.primary if stage == "primary" else self.made.junior

    def classes(self, stage: Stage, year: int) -> int:
        """Classes in a year."""
        return next((n for since, n in sorted(self.plan(stage).items(), reverse=True) if since <= year), 0)


class Catchment(NamedTuple):
    """Schools, and the numbers of the communities that belong to them."""

    id: str
    stage: Stage
    district: str
    schools: list[School]
    communities: list[int]


@dataclass(frozen=True)
class Town:
    """Everything that the example files are written from."""

    world: World
    recipe: SchoolsRecipe
    norms: Siting

    @classmethod
    def of(cls, world: World) -> Town:
        """The town of a world. Raises PackError."""
        norms = read_record(world.pack.root, Siting.FILE, Siting)
        return cls(world, world.recipe("schools", SchoolsRecipe), norms)

    @cached_property
    def places(self) -> list[Place]:
        """Every community."""
        streets = self.world.pack.streets
        return [Place(c.id, c.name, s.district, s.id, c.lon, c.lat) for s in streets for c in s.communities]

    @cached_property
    def schools(self) -> list[School]:
        """Every school: landmarks of the pack, and those that the recipe makes."""
        marks = {mark.id: mark for mark in self.world.pack.landmarks}
        near = {place.id: place for place in self.places}
        found = []
        for number, made in enumerate(self.recipe.schools, 1):
            id = f"S{number:03d}"
            if made.at:
                mark = marks[made.at]
                aliases = "、".join(dict.fromkeys((*mark.aliases, *made.aliases)))
                school = School(id, mark.name, aliases, mark.district, mark.address, mark.lon, mark.lat, made)
            else:
                place = near[made.community]
                lon, lat = round(place.lon + _BESIDE[0], 5), round(place.lat + _BESIDE[1], 5)
                school = School(id, made.name, "、".join(made.aliases), place.district, made.address, lon, lat, made)
            found.append(school)
        return found

    @cached_property
    def catchments(self) -> list[Catchment]:
        """The catchments of both stages."""
        return [area for stage in STAGES for area in self._catchments(stage)]

    def entry(self, school: School, stage: Stage, year: int) -> int:
        """Places for one year's entrants."""
        norm = self.norms.norm(stage)
        return school.classes(stage, year) * norm.class_size // norm.grades

    @cached_property
    def homes(self) -> dict[int, Floats]:
        """Homes handed over by year and community."""
        index = {place.id: number for number, place in enumerate(self.places)}
        found: dict[int, Floats] = {}
        for project in self.recipe.projects:
            found.setdefault(project.year, np.zeros(len(index)))[index[project.community]] += project.homes
        return found

    @cached_property
    def children(self) -> Floats:
        """Children by year, community and age. Scaled so that the primary catchments of the anchor year have about the
        load that the recipe gives their district."""
        rng, recipe = self.world.rng("schools.children"), self.recipe
        years = recipe.anchor_year - recipe.first_year + 1
        chance = 1 + recipe.jitter * rng.normal(size=(years, len(self.places), AGES))
        wanted = self._wanted(rng)
        base = wanted
        for _ in range(3):
            base = base * wanted / self._lived(base, chance)[-1, :, ENTRY_AGE["primary"]]
        found: Floats = self._lived(base, chance).round()
        return found

    def _lived(self, base: Floats, chance: Floats) -> Floats:
        recipe, entry = self.recipe, ENTRY_AGE["primary"]
        grow = 1 + np.array([recipe.districts[place.district].growth_pct for place in self.places]) / 100
        seen = np.zeros(chance.shape)
        for y in range(len(chance)):
            year = recipe.first_year + y
            born = np.array([recipe.births[year - age] for age in range(AGES)])
            if y == 0:
                seen[0] = base[:, None] * born * grow[:, None] ** (np.arange(AGES) - entry) * chance[0]
                continue
            came = self.homes.get(year, np.zeros(len(base))) * recipe.children_per_home
            seen[y, :, 1:] = seen[y - 1, :, :-1] * grow[:, None] * chance[y, :, 1:] + came[:, None]
            seen[y, :, 0] = base * born[0] * grow ** (y - entry) * chance[y, :, 0]
        return seen

    def _wanted(self, rng: np.random.Generator) -> Floats:
        """Children of primary entry age that each community shall have in the anchor year."""
        wanted = np.zeros(len(self.places))
        for area in (area for area in self.catchments if area.stage == "primary"):
            life = self.recipe.districts[area.district]
            seats = sum(self.entry(school, "primary", self.recipe.anchor_year) for school in area.schools)
            load = life.primary_load * np.clip(1 + life.spread * rng.normal(), 0.75, 1.25)
            parts = rng.dirichlet(np.full(len(area.communities), 6.0))
            wanted[area.communities] = np.maximum(4.0, seats * load / (life.public_pct / 100) * parts)
        return wanted

    def _catchments(self, stage: Stage) -> Iterator[Catchment]:
        """Each community goes to the nearest public school of its district; a school that none is nearest to shares
        the area of the school beside it."""
        for district in dict.fromkeys(place.district for place in self.places):
            own = [s for s in self.schools if s.district == district and s.made.nature == "public" and s.plan(stage)]
            taken: dict[str, list[int]] = {school.id: [] for school in own}
            for number, place in enumerate(self.places):
                if place.district == district:
                    taken[_nearest(place.lon, place.lat, own).id].append(number)
            hosts = [school for school in own if taken[school.id]]
            shared = {school.id: [school] for school in hosts}
            for school in own:
                if not taken[school.id]:
                    shared[_nearest(school.lon, school.lat, hosts).id].append(school)
            for school in hosts:
                yield Catchment(f"{stage}-{school.id}", stage, district, shared[school.id], taken[school.id])


def _nearest(lon: float, lat: float, schools: list[School]) -> School:
    return min(schools, key=lambda school: metres(lon, lat, school.lon, school.lat))
