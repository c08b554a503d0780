"""The example's register of car parks, from the pack's places and a recipe."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
from pydantic import Field

from city.pack import CityPack
from city.schema import Landmark, Record, Road, Street
from tools.feeds.ground import metres
from tools.feeds.world import World

_ALL_DAY = "00:00-24:00"
_FEWEST = 3
Chance = np.random.Generator


class Profile(Record):
    """How a sort of car park is used: shares taken at each hour, hours of a usual stay, more or less in the rain."""

    workday: tuple[float, ...] = Field(min_length=24, max_length=24)
    restday: tuple[float, ...] = Field(min_length=24, max_length=24)
    stay: float = Field(gt=0)
    rain: float = 0.0


class Pattern(Record):
    """Car parks beside places of a sort, with a chance of ``share`` each."""

    of: tuple[str, ...] = ()
    kind: str
    sort: str
    name: str
    said: tuple[str, ...] = Field(
        default=(), description="what people call it; {name} or {road} is each name of the place"
    )
    spaces: tuple[int, int]
    charging: float = 0.0
    fees: tuple[str, ...] = ()
    public_money: bool = False
    profile: str
    height: float | None = None
    workday: str = _ALL_DAY
    restday: str = _ALL_DAY
    share: float = 1.0
    longest: float = Field(default=3.0, description="km between crossings beyond which no roadside places are drawn")


class Single(Record):
    """One car park at a named place."""

    at: str = Field(alias="name", default="")
    as_: str = Field(alias="as")
    said: tuple[str, ...] = Field(default=(), description="what people call it")
    kind: str
    sort: str
    spaces: int
    chargers: int | None = None
    fee: str
    profile: str
    since: date | None = None
    for_lorries: bool = False


class Planned(Single):
    """One that the city's plan names."""

    at: str
    since: date


class RoadClass(Record):
    """Where a roadside fee applies; the first that fits."""

    fee: str
    streets: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()


class Events(Record):
    """Days on which many come at once."""

    profiles: tuple[str, ...]
    share: float
    more: float


class Recipe(Record):
    """``world/parking.yaml``."""

    profiles: dict[str, Profile]
    marks: tuple[Pattern, ...]
    stations: tuple[Single, ...] = ()
    planned: tuple[Planned, ...] = ()
    communities: Pattern
    roadside: Pattern
    road_classes: tuple[RoadClass, ...]
    near_hospital: float
    no_fee_districts: tuple[str, ...] = ()
    own_fees: tuple[str, ...] = ()
    operators: tuple[str, ...]
    events: Events
    levels: dict[str, float] = Field(default_factory=dict, description="district → how much fuller than usual")
    leave_out: tuple[str, ...] = Field(default=(), description="what people leave out in front of a place's name")
    short_names: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="place → what people call it where they park, beside its own aliases"
    )


@dataclass(frozen=True)
class Made:
    """A car park of the example."""

    name: str
    kind: str
    sort: str
    district: str
    street: str
    address: str
    longitude: float
    latitude: float
    spaces: int
    chargers: int
    fee: str
    profile: str
    height: float | None = None
    public_money: bool = True
    workday: str = _ALL_DAY
    restday: str = _ALL_DAY
    since: date | None = None
    for_lorries: bool = False
    operator: str = ""
    id: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Met:
    """A crossing on a road."""

    with_name: str
    district: str
    lon: float
    lat: float


def lots(world: World, recipe: Recipe) -> list[Made]:
    """Every car park, with unique names and ids in a fixed order."""
    rng = world.rng("parking.lots")
    found = [
        *_by_marks(world.pack, recipe, rng),
        *_singles(world.pack, recipe, rng),
        *_communities(world.pack, recipe, rng),
        *_roadside(world.pack, recipe, rng),
    ]
    return [_finished(lot, at, world.pack, recipe, rng) for at, lot in enumerate(_unique(found, world.pack), 1)]


def _by_marks(pack: CityPack, recipe: Recipe, rng: Chance) -> Iterator[Made]:
    for pattern in recipe.marks:
        for mark in pack.landmarks:
            if mark.kind in pattern.of and rng.random() < pattern.share:
                yield _drawn(pattern, mark, mark.address, recipe, rng)


def _communities(pack: CityPack, recipe: Recipe, rng: Chance) -> Iterator[Made]:
    for street in pack.streets:
        for place in street.communities:
            if rng.random() < recipe.communities.share:
                spot = Landmark(
                    id=place.id,
                    name=place.name,
                    kind="community",
                    district=street.district,
                    street=street.id,
                    lat=place.lat,
                    lon=place.lon,
                )
                yield _drawn(recipe.communities, spot, street.name + place.name, recipe, rng)


def _drawn(pattern: Pattern, spot: Landmark, address: str, recipe: Recipe, rng: Chance) -> Made:
    spaces = int(rng.integers(pattern.spaces[0], pattern.spaces[1] + 1))
    return Made(
        name=pattern.name.format(name=spot.name),
        kind=pattern.kind,
        sort=pattern.sort,
        district=spot.district,
        street=spot.street,
        address=address,
        longitude=round(spot.lon + rng.normal(0, 0.0006), 5),
        latitude=round(spot.lat + rng.normal(0, 0.0006), 5),
        spaces=spaces,
        chargers=math.ceil(spaces * pattern.charging),
        fee=str(rng.choice(pattern.fees)),
        profile=pattern.profile,
        height=pattern.height,
        public_money=pattern.public_money,
        workday=pattern.workday,
        restday=pattern.restday,
        aliases=_said(pattern, _called(spot, recipe)),
    )


def _called(spot: Landmark, recipe: Recipe) -> list[str]:
    """What people call a place: its name, that without its city's, its aliases."""
    short = [spot.name.removeprefix(lead) for lead in recipe.leave_out if len(spot.name) > len(lead) + 1]
    return list(dict.fromkeys([spot.name, *short, *spot.aliases, *recipe.short_names.get(spot.name, ())]))


def _said(pattern: Pattern, names: Iterable[str]) -> tuple[str, ...]:
    """What people call a car park: each form with each name of its place."""
    return tuple(dict.fromkeys(form.format(name=name, road=name) for form in pattern.said for name in names))


def _singles(pack: CityPack, recipe: Recipe, rng: Chance) -> Iterator[Made]:
    marks = {mark.name: mark for mark in pack.landmarks}
    for single in (*recipe.stations, *recipe.planned):
        mark = marks[single.at]
        yield Made(
            name=single.as_,
            kind=single.kind,
            sort=single.sort,
            district=mark.district,
            street=mark.street,
            address=mark.address,
            longitude=round(mark.lon + rng.normal(0, 0.0012), 5),
            latitude=round(mark.lat + rng.normal(0, 0.0012), 5),
            spaces=single.spaces,
            chargers=math.ceil(single.spaces * 0.2) if single.chargers is None else single.chargers,
            fee=single.fee,
            profile=single.profile,
            since=single.since,
            for_lorries=single.for_lorries,
            aliases=single.said,
        )


def _roadside(pack: CityPack, recipe: Recipe, rng: Chance) -> Iterator[Made]:
    """Places along a road between two crossings that follow each other."""
    pattern = recipe.roadside
    for road in pack.roads:
        for one, other in _stretches(road):
            length = metres(one.lon, one.lat, other.lon, other.lat) / 1000
            if one.with_name == other.with_name or not 0.12 < length < pattern.longest or rng.random() > pattern.share:
                continue
            lon, lat = (one.lon + other.lon) / 2, (one.lat + other.lat) / 2
            street = _street_at(pack, one.district, lon, lat)
            spaces = int(rng.integers(pattern.spaces[0], pattern.spaces[1] + 1))
            yield Made(
                name=pattern.name.format(road=road.name, since=one.with_name, until=other.with_name),
                kind=pattern.kind,
                sort=pattern.sort,
                district=one.district,
                street=street,
                address=road.name,
                longitude=round(lon, 5),
                latitude=round(lat, 5),
                spaces=spaces,
                chargers=0,
                fee=_road_fee(recipe, pack, one.district, street, lon, lat),
                profile=pattern.profile,
                aliases=_said(pattern, [road.name]),
            )


def _stretches(road: Road) -> Iterable[tuple[Met, Met]]:
    first = road.line[0]
    met = sorted(road.crossings, key=lambda c: metres(c.lon, c.lat, *first))
    spots = [Met(c.with_name, c.district, c.lon, c.lat) for c in met]
    return pairwise(spots)


def _street_at(pack: CityPack, district: str, lon: float, lat: float) -> str:
    def away(street: Street) -> float:
        return metres(street.lon, street.lat, lon, lat)

    return min((s for s in pack.streets if s.district == district), key=away).id


def _road_fee(recipe: Recipe, pack: CityPack, district: str, street: str, lon: float, lat: float) -> str:
    fee = next((c.fee for c in recipe.road_classes if street in c.streets or district in c.districts), "")
    hospitals = (m for m in pack.landmarks if m.kind == "hospital")
    near = any(metres(m.lon, m.lat, lon, lat) <= recipe.near_hospital for m in hospitals)
    return f"{fee}_hospital" if fee and near else fee


def _unique(found: list[Made], pack: CityPack) -> Iterator[Made]:
    """Two places of one name get their district's name in front, so that people can tell their car parks apart."""
    names = [lot.name for lot in found]
    districts = {d.id: d.name for d in pack.districts}
    for lot in found:
        yield replace(lot, name=districts[lot.district] + lot.name) if names.count(lot.name) > 1 else lot


def _finished(lot: Made, at: int, pack: CityPack, recipe: Recipe, rng: Chance) -> Made:
    is_unset = lot.district in recipe.no_fee_districts and lot.fee not in recipe.own_fees
    return replace(
        lot,
        id=f"P{at:04d}",
        fee="" if is_unset else lot.fee,
        operator=str(rng.choice(recipe.operators)),
    )
