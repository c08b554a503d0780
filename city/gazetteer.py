"""Places of a city by their names: which are named in a text, and where the matter lies.

::

    gazetteer = Gazetteer.of(pack)
    gazetteer.locate("阳光花园门口的路灯不亮")   # two estates of that name: both are `candidates`, no `district`
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from city.pack import CityPack

SpotKind = Literal["district", "street", "community", "landmark", "crossing", "road"]
_PRECISION: tuple[SpotKind, ...] = ("crossing", "landmark", "community", "street", "road", "district")
"""Sorts of places, the one that says most about where something is first."""


class Spot(NamedTuple):
    """A place. ``district`` and ``street`` are ids, empty where the place lies in several; WGS-84 degrees."""

    kind: SpotKind
    id: str
    name: str
    district: str
    street: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Mention(NamedTuple):
    """A name in a text (``[start, end)`` in characters), and the places that bear it."""

    start: int
    end: int
    name: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Whereabouts:
    """Where a matter lies, as far as its words tell.

    ``spot`` is the place where only one fits. ``candidates`` are the places of that name among which only the citizen
    can tell; they lie in different districts. Both are empty where nothing known is named.
    """

    text: str = ""
    spot: Spot | None = None
    candidates: tuple[Spot, ...] = ()

    @property
    def district(self) -> str:
        """Id of the district, empty where it is open."""
        return self.spot.district if self.spot else ""

    @property
    def street(self) -> str:
        """Id of the street office, empty where it is open."""
        return self.spot.street if self.spot else ""


class Gazetteer:
    """The places of one city. Safe to share."""

    def __init__(self, spots: Sequence[tuple[str, Spot]], crossings: dict[frozenset[str], tuple[Spot, ...]]) -> None:
        named: dict[str, list[Spot]] = {}
        for name, spot in spots:
            if spot not in named.setdefault(name, []):
                named[name].append(spot)
        self._named = {name: tuple(found) for name, found in named.items()}
        self._crossings = crossings
        longest = sorted(map(re.escape, self._named), key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(longest)) if longest else re.compile(r"(?!)")

    @classmethod
    def of(cls, pack: CityPack) -> Gazetteer:
        """The places that a pack knows."""
        return cls(list(_spots(pack)), _crossings(pack))

    @property
    def all(self) -> tuple[tuple[Spot, ...], ...]:
        """The places of each name."""
        return tuple(self._named.values())

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which a place is known."""
        return tuple(self._named)

    def mentions(self, text: str) -> list[Mention]:
        """Every known name in ``text``, the longest where one holds another."""
        return [Mention(m.start(), m.end(), m[0], self._named[m[0]]) for m in self._pattern.finditer(text)]

    def locate(self, text: str) -> Whereabouts:
        """The place that ``text`` speaks of: the most precise of those named, in the district that most names allow."""
        found = self.mentions(text)
        if not found:
            return Whereabouts()
        likely = _likely(found)
        for sort in _PRECISION:
            # A name that lies nowhere in the district that was named is another city's, or a slip: it says nothing.
            near = [spot for spot in self._of_sort(sort, found) if spot.district in likely]
            if near:
                return _settled(text[found[0].start : found[-1].end], near)
        return Whereabouts()

    def _of_sort(self, sort: SpotKind, found: Sequence[Mention]) -> list[Spot]:
        if sort != "crossing":
            # The first name of its sort is where it is; later ones of the sort say where it leads to.
            return next((spots for m in found if (spots := [s for s in m.spots if s.kind == sort])), [])
        roads = list(dict.fromkeys(m.name for m in found if any(s.kind == "road" for s in m.spots)))
        ids = [{s.id for s in self._named[name] if s.kind == "road"} for name in roads[:2]]
        if len(ids) < 2:
            return []
        pairs = [frozenset((one, other)) for one in sorted(ids[0]) for other in sorted(ids[1])]
        return [spot for pair in pairs for spot in self._crossings.get(pair, ())]


def _likely(found: Sequence[Mention]) -> set[str]:
    """The districts that most of the names allow, a district's or street's own name weighing most."""
    votes: Counter[str] = Counter()
    for mention in found:
        for district in {spot.district for spot in mention.spots}:
            votes[district] += 10 if any(s.kind in ("district", "street") for s in mention.spots) else 1
    most = max(votes.values())
    return {district for district, count in votes.items() if count == most}


def _settled(text: str, spots: Sequence[Spot]) -> Whereabouts:
    districts = {spot.district for spot in spots}
    if len(spots) == 1:
        return Whereabouts(text, spots[0])
    if len(districts) == 1:
        streets = {spot.street for spot in spots}
        return Whereabouts(text, spots[0]._replace(street=spots[0].street if len(streets) == 1 else ""))
    return Whereabouts(text, None, tuple(spots))


def _spots(pack: CityPack) -> Iterator[tuple[str, Spot]]:
    for district in pack.districts:
        spot = Spot("district", district.id, district.name, district.id, "", district.lat, district.lon)
        yield from ((name, spot) for name in (district.name, *district.aliases))
    for street in pack.streets:
        yield street.name, Spot("street", street.id, street.name, street.district, street.id, street.lat, street.lon)
        for place in street.communities:
            spot = Spot("community", place.id, place.name, street.district, street.id, place.lat, place.lon)
            # People say the name without its sort, unless that leaves too little to know it by.
            short = re.sub(r"(社区|村)$", "", place.name)
            yield from ((name, spot) for name in {place.name, short if len(short) > 2 else place.name})
    for mark in pack.landmarks:
        spot = Spot("landmark", mark.id, mark.name, mark.district, mark.street, mark.lat, mark.lon)
        yield from ((name, spot) for name in (mark.name, *mark.aliases))
    for road in pack.roads:
        for area in road.districts:
            for name in (road.name, *road.aliases):
                yield name, Spot("road", road.id, road.name, area)


def _crossings(pack: CityPack) -> dict[frozenset[str], tuple[Spot, ...]]:
    found: dict[frozenset[str], dict[tuple[float, float], Spot]] = {}
    for road in pack.roads:
        for met in road.crossings:
            pair = frozenset((road.id, met.with_))
            spot = Spot(
                "crossing", "+".join(sorted(pair)), f"{road.name}与{met.with_name}路口", met.district, met.street
            )._replace(latitude=met.lat, longitude=met.lon)
            found.setdefault(pair, {}).setdefault((met.lat, met.lon), spot)
    return {pair: tuple(spots.values()) for pair, spots in found.items()}
