"""Example feeds: campuses with gates, car parks and buildings, departments, hours, ways in, queues."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.feeds.world import World
from tools.hospitals.hours import minutes
from tools.hospitals.recipe import HospitalsRecipe, Layout, MadeCampus, Ward, Way

if TYPE_CHECKING:
    import polars as pl

_STEP = 10
"""Minutes between two counts of a queue."""
_DETOUR = 1.3
"""Metres walked for one metre as the crow flies, round beds and buildings."""
_COMPASS = 8
_HOURS = 24
Row = dict[str, Any]


class Campus(NamedTuple):
    """A campus with its place in the city."""

    id: str
    name: str
    aliases: str
    hospital: str
    district: str
    address: str
    lon: float
    lat: float
    made: MadeCampus
    layout: Layout

    def has(self, what: str) -> bool:
        """Whether it has a purpose, service or department."""
        return what not in self.made.without

    @property
    def wards(self) -> list[Ward]:
        """Its departments."""
        return [w for w in self.layout.departments if self.has(w.name) and self.has(w.service)]


@dataclass(frozen=True)
class _Town:
    world: World
    recipe: HospitalsRecipe

    @cached_property
    def campuses(self) -> list[Campus]:
        """Landmarks of the pack, and campuses made beside a community."""
        pack = self.world.pack
        marks = {mark.id: mark for mark in pack.landmarks}
        communities = {c.id: (c, street) for street in pack.streets for c in street.communities}
        found = []
        for number, made in enumerate(self.recipe.campuses, 1):
            layout, id = self.recipe.layouts[made.layout], f"H{number:02d}"
            if made.at:
                mark = marks[made.at]
                aliases, place = "、".join((*mark.aliases, *made.aliases)), (mark.lon, mark.lat)
                campus = Campus(id, mark.name, aliases, mark.name, mark.district, mark.address, *place, made, layout)
            else:
                community, street = communities[made.community]
                aliases, place = "、".join(made.aliases), (community.lon, community.lat)
                campus = Campus(
                    id, made.name, aliases, made.hospital, street.district, made.address, *place, made, layout
                )
            found.append(campus)
        return found


def make(world: World, folder: Path) -> None:
    """Write the example feeds of the room below ``folder/hospitals``."""
    town, out = _Town(world, world.recipe("hospitals", HospitalsRecipe)), folder / "hospitals"
    (out / "queue").mkdir(parents=True, exist_ok=True)
    _campuses(town, out)
    _gates(town, out)
    _parks(town, out)
    _departments(town, out)
    _hours(town, out)
    _routes(town, out)
    _queue(town, out)


def _campuses(town: _Town, out: Path) -> None:
    import polars as pl

    rng = town.world.rng("hospitals.phones")
    rows = [
        {
            "机构代码": c.id,
            "院区名称": c.name,
            "简称": c.aliases,
            "所属医院": c.hospital,
            "等级": c.made.grade,
            "举办性质": "公立" if c.made.public else "社会办",
            "区县": c.district,
            "地址": c.address,
            "总机": town.recipe.phone.format(number=int(rng.integers(100_000, 999_999))),
            "经度": c.lon,
            "纬度": c.lat,
        }
        for c in town.campuses
    ]
    pl.DataFrame(rows).write_csv(out / "campuses.csv")


def _gates(town: _Town, out: Path) -> None:
    import polars as pl

    rows = [
        {
            "id": f"{c.id}-{key}",
            "campus": c.id,
            "gate_name": gate.name,
            "road": gate.road or None,
            "barrier_free": "是" if gate.step_free else "否",
        }
        for c in town.campuses
        for key, gate in c.made.gates.items()
    ]
    pl.DataFrame(rows).write_csv(out / "gates.csv")


def _parks(town: _Town, out: Path) -> None:
    import polars as pl

    rows = [
        {
            "id": f"{c.id}-{key}",
            "campus": c.id,
            "name": park.name,
            "capacity": park.spaces,
            "accessible": park.accessible,
            "entrance": f"{c.id}-{park.gate}",
        }
        for c in town.campuses
        for key, park in c.made.parks.items()
    ]
    pl.DataFrame(rows).write_json(out / "car_parks.json")


def _departments(town: _Town, out: Path) -> None:
    import polars as pl

    rows = [
        {
            "科室编号": _ward_id(c, number),
            "机构代码": c.id,
            "科室名称": ward.name,
            "别名": "、".join(town.recipe.aliases.get(ward.name, ())),
            "楼": c.made.buildings[ward.building].name,
            "楼层": ward.floor,
            "服务": ward.service,
        }
        for c in town.campuses
        for number, ward in enumerate(c.wards, 1)
    ]
    pl.DataFrame(rows).write_csv(out / "departments.csv")


def _ward_id(campus: Campus, number: int) -> str:
    return f"{campus.id}-D{number:02d}"


def _hours(town: _Town, out: Path) -> None:
    import polars as pl

    rows = [
        {"campus": c.id, "service": service, "days": hours.days, "opens": hours.opens, "closes": hours.closes}
        for c in town.campuses
        for service, every in c.layout.hours.items()
        if c.has(service)
        for hours in every
    ]
    pl.DataFrame(rows).write_json(out / "hours.json")


def _routes(town: _Town, out: Path) -> None:
    import polars as pl

    rows = [row for c in town.campuses for way in c.layout.ways if c.has(way.purpose) for row in _ways(town, c, way)]
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(out / "routes.parquet")


def _ways(town: _Town, campus: Campus, way: Way) -> Iterator[Row]:
    """A way in, one row for each time in which another car park serves it."""
    gate, building = campus.made.gates[way.gate], campus.made.buildings[way.building]
    east, north = building.east - gate.east, building.north - gate.north
    turn = town.recipe.turn.format(way=town.recipe.compass[_eighth(east, north)])
    row = {
        "campus": campus.id,
        "purpose": way.purpose,
        "opens": way.opens,
        "closes": way.closes,
        "gate": f"{campus.id}-{way.gate}",
        "building": building.name,
        "walk": town.recipe.walk.format(turn=turn, building=building.name),
        "metres": max(10, round(_DETOUR * math.hypot(east, north), -1)),
        "stay_minutes": way.stay,
    }
    for key, since, until in _parks_in_use(campus, way):
        yield row | {"car_park": f"{campus.id}-{key}" if key else None, "since": since, "until": until}


def _parks_in_use(campus: Campus, way: Way) -> list[tuple[str | None, date | None, date | None]]:
    """Which car park from when to when: a newer one, first in the list, takes the place of the one after it."""
    keys = [key for key in way.parks if key in campus.made.parks]
    if not keys:
        return [(None, None, None)]
    first = campus.made.parks[keys[0]]
    if first.since is None or len(keys) == 1:
        return [(keys[0], first.since, first.until)]
    return [(keys[1], None, first.since), (keys[0], first.since, None)]


def _eighth(east: float, north: float) -> int:
    """Number of the compass point, clockwise from north."""
    return round(math.atan2(east, north) / (2 * math.pi) * _COMPASS) % _COMPASS


class _Calendar(NamedTuple):
    """The last days: which are free, and how busy each is."""

    days: list[date]
    free: NDArray[np.bool_]
    busy: NDArray[np.float64]

    @classmethod
    def of(cls, world: World, recipe: HospitalsRecipe) -> _Calendar:
        first = max(world.since, world.until - timedelta(days=recipe.queue_days))
        days = [first + timedelta(days=n) for n in range((world.until - first).days)]
        free = world.free_day[::_HOURS][(first - world.since).days :]
        after = ~free & np.concatenate([[False], free[:-1]])
        return cls(days, free, np.where(free, recipe.free_day, np.where(after, recipe.after_holiday, 1.0)))


def _queue(town: _Town, out: Path) -> None:
    """Every ten minutes of the opening hours of the last days: people waiting, time to wait. One file a month."""
    import polars as pl

    calendar, rng = _Calendar.of(town.world, town.recipe), town.world.rng("hospitals.queue")
    tables = [
        _counts(town.recipe, campus, ward, calendar, rng).with_columns(dept=pl.lit(_ward_id(campus, number)))
        for campus in town.campuses
        if campus.made.reports
        for number, ward in enumerate(campus.wards, 1)
    ]
    every = pl.concat(tables).sort("time", "dept")
    for (month,), part in every.group_by(pl.col("time").dt.strftime("%Y-%m"), maintain_order=True):
        part.write_parquet(out / "queue" / f"{month}.parquet")


def _counts(
    recipe: HospitalsRecipe, campus: Campus, ward: Ward, calendar: _Calendar, rng: np.random.Generator
) -> pl.DataFrame:
    """One department: a curve of the day, each day more or less busy, chance of each count."""
    import polars as pl

    opened = _opened(campus, ward, calendar.free)
    hours = np.arange(opened.shape[1]) * _STEP / 60
    curve = np.interp(hours, np.arange(_HOURS) + 0.5, np.array(recipe.profile[ward.service]), period=_HOURS)
    mood = np.clip(1 + 0.18 * rng.normal(size=len(calendar.days)), 0.5, 1.6) * calendar.busy
    waiting = rng.poisson(ward.load * campus.made.size * mood[:, None] * curve[None, :])
    day, step = np.nonzero(opened)
    times = np.array(calendar.days, dtype="datetime64[us]")[day] + (step * _STEP).astype("timedelta64[m]")
    counts = waiting[day, step]
    return pl.DataFrame({"time": times, "n": counts, "wait_s": (counts * ward.pace * 60).astype(np.int64)})


def _opened(campus: Campus, ward: Ward, free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """``[day, step]``: whether the department is open then."""
    steps = np.arange(0, _HOURS * 60, _STEP)
    opened = np.zeros((len(free), len(steps)), dtype=bool)
    for hours in campus.layout.hours[ward.service]:
        days = np.ones(len(free), dtype=bool) if hours.days == "every" else free == (hours.days == "free")
        opened |= days[:, None] & ((steps >= minutes(hours.opens)) & (steps < minutes(hours.closes)))[None, :]
    return opened
