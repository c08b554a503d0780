"""The city's parcels by number, address and point, each as it was on a day.

Numbers and addresses are dictionary look-ups on one spelling; a point goes through a tree of bounding boxes (STR-packed
R-tree, Leutenegger and others, 1997, as Shapely has it) and is then held against the shapes themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from city.errors import BadInput
from tools.feeds.ground import Plane
from tools.land.naming import House, house_in, parcel_key, plain, road_names

if TYPE_CHECKING:
    import polars as pl
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Version:
    """A parcel as a plan has it for some time: a row of ``land.parcels``."""

    number: str
    unit: str | None
    code: str
    zoning: str
    area: float
    plan: str | None
    plan_title: str | None
    article: str | None
    quote: str | None
    note: str | None
    far: float | None
    far_least: float | None
    density: float | None
    green: float | None
    height: float | None
    keeps_height: bool | None
    zone: int | None
    parking_zone: int | None
    historic_area: str | None
    belt: str | None
    district_area: str | None
    district: str | None
    street: str | None
    fronts: str | None
    valid_from: date
    valid_to: date | None

    def is_valid(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Near(NamedTuple):
    """A parcel and how far it is from a point, in metres; 0 where the point is in it."""

    version: Version
    metres: float


_FIELDS = tuple(Version.__dataclass_fields__)


class Register:
    """The parcels. Built once of the two tables; safe to share."""

    def __init__(
        self,
        versions: Sequence[dict[str, Any]],
        shapes: Sequence[BaseGeometry],
        by_number: Mapping[str, Sequence[int]],
        tree: STRtree,
    ) -> None:
        self._rows, self._shapes, self._by_number, self._tree = versions, shapes, by_number, tree
        self._houses: dict[tuple[str, int], list[tuple[str, str]]] = {}
        self._address_of: dict[str, str] = {}
        self.roads: dict[str, str] = {}

    @classmethod
    def of(cls, parcels: pl.DataFrame, addresses: pl.DataFrame | None, prefixes: Sequence[str] = ()) -> Register:
        """Index the tables. ``prefixes``: what may stand before a road in an address, such as districts' names.

        Raises BadInput where two versions of one parcel hold at the same time.
        """
        import shapely

        rows = parcels.drop("shape").rows(named=True)
        shapes = shapely.from_wkb(parcels["shape"].to_numpy())
        by_number: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            by_number.setdefault(parcel_key(row["number"]), []).append(at)
        for numbers in by_number.values():
            numbers.sort(key=lambda at: rows[at]["valid_from"])
            _apart([rows[at] for at in numbers])
        found = cls(rows, shapes, by_number, shapely.STRtree(shapes))
        if addresses is not None:
            found._add_addresses(addresses, prefixes)
        return found

    def _add_addresses(self, addresses: pl.DataFrame, prefixes: Sequence[str]) -> None:
        texts = addresses["address"].to_list()
        self.roads = {name: name for name in road_names(texts, prefixes)}
        districts, parcels = addresses["district"].to_list(), addresses["parcel"].to_list()
        for text, district, parcel in zip(texts, districts, parcels, strict=True):
            house = house_in(text, self.roads)
            if house is not None:
                self._houses.setdefault((house.road, house.number), []).append((district or "", parcel))
            self._address_of.setdefault(parcel_key(parcel), text)

    def add_road_names(self, names: Mapping[str, str]) -> None:
        """By-names of roads: by-name → the name that addresses have."""
        self.roads |= {by_name: name for by_name, name in names.items() if name in self.roads}

    def __len__(self) -> int:
        return len(self._by_number)

    def versions(self, number: str) -> list[Version]:
        """Every version of a parcel, the oldest first; empty where there is none of that number."""
        return [self._version(at) for at in self._by_number.get(parcel_key(number), ())]

    def on(self, number: str, day: date) -> Version | None:
        """A parcel as it was on a day."""
        return next((version for version in self.versions(number) if version.is_valid(day)), None)

    def address(self, number: str) -> str | None:
        """The address of a parcel."""
        return self._address_of.get(parcel_key(number))

    def house(self, text: str) -> House | None:
        """The address in a message, if it names a road of the register with a number."""
        return house_in(text, self.roads)

    def at_house(self, house: House, district: str = "") -> list[str]:
        """The parcels at an address; several where districts have roads of one name and none was said."""
        found = self._houses.get((house.road, house.number), [])
        return list(dict.fromkeys(number for there, number in found if not district or there in (district, "")))

    def at_point(self, longitude: float, latitude: float, day: date) -> list[Version]:
        """The parcels that a point lies in on a day: one, or those that meet in it."""
        import shapely

        hits = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return [version for version in map(self._version, sorted(hits)) if version.is_valid(day)]

    def middle(self, version: Version) -> tuple[float, float]:
        """Longitude and latitude of a point that surely lies in a parcel."""
        for at in self._by_number[parcel_key(version.number)]:
            if self._rows[at]["valid_from"] == version.valid_from:
                point = self._shapes[at].representative_point()
                return float(point.x), float(point.y)
        raise KeyError(version.number)

    def around(
        self,
        longitude: float,
        latitude: float,
        metres: float,
        day: date,
        wanted: Callable[[Version], bool] = lambda version: True,
    ) -> list[Near]:
        """The parcels of which some part lies within so many metres on a day, the nearest first."""
        import shapely

        plane = Plane(longitude, latitude)
        east, north = plane.place(longitude + 1, latitude + 1)
        box = shapely.box(
            longitude - metres / east, latitude - metres / north, longitude + metres / east, latitude + metres / north
        )
        found = []
        for at in self._tree.query(box):
            version = self._version(at)
            if version.is_valid(day) and wanted(version):
                far = _metres(self._shapes[at], plane)
                found += [Near(version, round(far, 1))] if far <= metres else []
        return sorted(found, key=lambda near: (near.metres, near.version.number))

    def _version(self, at: int) -> Version:
        row = self._rows[at]
        area = round(row["area"], 2)  # hectares times 10,000 leave a hair
        return Version(**{**{name: row[name] for name in _FIELDS}, "area": area})


def _metres(shape: BaseGeometry, plane: Plane) -> float:
    """Metres from the plane's point to a shape in degrees."""
    import numpy as np
    import shapely

    flat = shapely.transform(shape, lambda points: np.column_stack(plane.place(points[:, 0], points[:, 1])))
    return float(shapely.distance(flat, shapely.Point(0, 0)))


def _apart(rows: Sequence[dict[str, Any]]) -> None:
    for one, later in itertools.pairwise(rows):
        if one["valid_to"] is None or later["valid_from"] < one["valid_to"]:
            raise BadInput(
                f"parcel {one['number']} has two versions on {later['valid_from']}: "
                "end the older one (valid_to) on the day the newer one begins"
            )


def district_in(text: str, districts: Mapping[str, str]) -> str:
    """The id of the district that stands in a text, if one does. ``districts``: name → id."""
    text = plain(text)
    return next((id for name, id in districts.items() if name in text), "")
