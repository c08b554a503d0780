"""Which air stations speak for a place, a district, or the city."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from tools.environment.data import STATIONS
from tools.feeds.errors import NoData

if TYPE_CHECKING:
    from city.gazetteer import Spot
    from tools.feeds.citydata import CityData

_EARTH_KM = 6_371.0


class Station(NamedTuple):
    """A station; ``km`` is its distance from the place that is asked about."""

    id: str
    name: str
    district: str
    counts: bool
    km: float | None


class Area(NamedTuple):
    """What is asked about. ``near``: a place, whose stations stand nearest first; else their mean speaks."""

    name: str
    stations: tuple[Station, ...]
    near: bool

    @property
    def counted(self) -> tuple[Station, ...]:
        """The stations whose mean is taken."""
        return tuple(one for one in self.stations if one.counts)


def area_of(district: str | None, place: str | None, data: CityData) -> Area:
    """The area of a question. A place goes before a district; neither means the city. Raises NoData."""
    spot = data.spot(place) if place else None
    if spot is not None and spot.kind != "district":
        found = sorted(_stations(data, spot), key=lambda one: (one.km or 0.0, one.id))
        return Area(spot.name, tuple(found), near=True)
    chosen = spot.district if spot else district
    names = {one.id: one.name for one in data.pack.districts}
    if chosen and chosen not in names:
        raise NoData(f"no district {chosen!r}", code="unknown_district", district=chosen)
    found = [one for one in _stations(data, None) if not chosen or one.district == chosen]
    if not any(one.counts for one in found):
        where = names[chosen] if chosen else data.pack.city.name
        raise NoData(f"no station speaks for {where}", code="no_station", where=where)
    return Area(names[chosen] if chosen else data.pack.city.name, tuple(found), near=False)


def _stations(data: CityData, spot: Spot | None) -> list[Station]:
    rows = data.table(STATIONS).iter_rows(named=True)
    return [
        Station(row["id"], row["name"], row["district"], bool(row["counts"]), _km(spot, row["lat"], row["lon"]))
        for row in rows
    ]


def _km(spot: Spot | None, latitude: float | None, longitude: float | None) -> float | None:
    """Great-circle distance in kilometres (haversine); a station without a position lies nowhere near."""
    if spot is None or spot.latitude is None or spot.longitude is None:
        return None
    if latitude is None or longitude is None:
        return math.inf
    here, there = math.radians(spot.latitude), math.radians(latitude)
    across = math.radians(longitude - spot.longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))
