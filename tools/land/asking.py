"""What a message names: a parcel by its number, by an address, by a point, or by a place that stands on it."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from tools.feeds.citydata import CityData
from tools.land.data import ADDRESSES, PARCELS
from tools.land.naming import day_in, number_in, parcels_in, plain, point_in
from tools.land.register import Register, Version, district_in
from tools.seam import CannotCompute, NoData

_PLACES = ("landmark", "community", "crossing")
_SHOWN = 5
FoundBy = Literal["number", "address", "point", "place"]


class Named(NamedTuple):
    """The parcel that a message names."""

    version: Version
    found_by: FoundBy


class Spot(NamedTuple):
    """A point and what it was called."""

    name: str
    longitude: float
    latitude: float


def register(data: CityData) -> Register:
    """The parcels, indexed once for every change of their files. Raises NoData."""
    datasets = [PARCELS, *([ADDRESSES] if data.has(ADDRESSES) else [])]
    return data.derived("land.register", datasets, lambda: _build(data))


def _build(data: CityData) -> Register:
    addresses = data.table(ADDRESSES) if data.has(ADDRESSES) else None
    prefixes = [data.pack.city.name, *_districts(data), *(street.name for street in data.pack.streets)]
    made = Register.of(data.table(PARCELS), addresses, prefixes)
    made.add_road_names({alias: road.name for road in data.pack.roads for alias in road.aliases})
    return made


def _districts(data: CityData) -> dict[str, str]:
    """Names and by-names of districts and streets → id of the district."""
    found = {name: one.id for one in data.pack.districts for name in (one.name, *one.aliases)}
    return found | {street.name: street.district for street in data.pack.streets}


def day_of(as_of: date | None, said: str, data: CityData) -> date:
    """The day that counts: the one given, else the one said, else today."""
    return as_of or day_in(said, data.today) or data.today


def parcel_of(query: str, day: date, data: CityData) -> Named:
    """The parcel that ``query`` names on a day. Raises NoData, CannotCompute."""
    parcels = register(data)
    numbers = parcels_in(query) or [query]
    known = list(dict.fromkeys(number for number in numbers if parcels.versions(number)))
    if len(known) > 1:
        names = "、".join(parcels.versions(number)[0].number for number in known[:_SHOWN])
        raise CannotCompute(f"{query!r} names {len(known)} parcels", code="several", names=names)
    if known:
        return Named(_version(parcels, known[0], day), "number")
    if (point := point_in(query)) is not None:
        return Named(_at(parcels, Spot(f"{point[0]:g},{point[1]:g}", *point), day), "point")
    if (number := _at_address(query, parcels, data)) is not None:
        return Named(_version(parcels, number, day), "address")
    if (unknown := number_in(query)) is not None:
        raise NoData(f"the register has no parcel {unknown}", code="no_parcel", number=unknown)
    return Named(_at(parcels, _spot(query, data), day), "place")


def point_of(place: str, day: date, data: CityData) -> Spot:
    """The point of a place: a parcel's number or address, a point, or a name of the gazetteer."""
    parcels = register(data)
    if (point := point_in(place)) is not None:
        return Spot(plain(place), *point)
    number = next((n for n in parcels_in(place) if parcels.versions(n)), None) or _at_address(place, parcels, data)
    if number is not None:
        version = _version(parcels, number, day)
        return Spot(version.number, *parcels.middle(version))
    spot = data.spot(place)
    return Spot(spot.name, float(spot.longitude or 0), float(spot.latitude or 0))


def _version(parcels: Register, number: str, day: date) -> Version:
    found = parcels.on(number, day)
    if found is not None:
        return found
    versions = parcels.versions(number)
    raise NoData(
        f"{versions[0].number} has no plan in force on {day}",
        code="no_version",
        number=versions[0].number,
        day=day.isoformat(),
        first=versions[0].valid_from.isoformat(),
    )


def _at_address(query: str, parcels: Register, data: CityData) -> str | None:
    """The parcel at an address in a message, None where it names none."""
    house = parcels.house(query)
    if house is None:
        return None
    found = parcels.at_house(house, district_in(house.before, _districts(data)))
    address = f"{house.road}{house.number}号"
    if not found:
        raise NoData(f"no parcel is registered at {address}", code="no_address", address=address)
    if len(found) > 1:
        raise CannotCompute(f"{address} is in several districts", code="several", names="、".join(found[:_SHOWN]))
    return found[0]


def _at(parcels: Register, spot: Spot, day: date) -> Version:
    found = parcels.at_point(spot.longitude, spot.latitude, day)
    if not found:
        raise NoData(f"no parcel is registered at {spot.name}", code="no_parcel_here", place=spot.name)
    return found[0]


def _spot(query: str, data: CityData) -> Spot:
    """A place of the gazetteer that is small enough to stand on one parcel."""
    spot = data.spot(query)
    if spot.kind not in _PLACES or spot.latitude is None or spot.longitude is None:
        raise CannotCompute(f"{spot.name} is larger than a parcel", code="too_wide", place=spot.name)
    return Spot(spot.name, spot.longitude, spot.latitude)
