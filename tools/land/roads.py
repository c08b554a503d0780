"""The roads of the example: which run along a parcel, which cells they take, numbers along them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from city.pack import CityPack
from city.schema import Road
from tools.feeds.ground import Plane
from tools.land.layout import CELL, Cell, cell_of
from tools.land.recipe import LandRecipe

if TYPE_CHECKING:
    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

_ALONG = 0.0006
"""Degrees (about 60 m) between a parcel and the middle of a road that it lies along."""
_PER_NUMBER = 0.00012
"""Degrees (about 12 m) of a road for one house number."""
_SLACK = 0.02
_REACH = 300
"""Cells from the plane's point that are looked at."""


@dataclass(frozen=True)
class Line:
    """A road's line in degrees, its width in metres."""

    road: Road
    line: LineString
    width: float


@dataclass(frozen=True)
class Roads:
    """The city's roads."""

    lines: tuple[Line, ...]
    names: dict[str, str]
    ring: BaseGeometry

    @classmethod
    def of(cls, pack: CityPack, recipe: LandRecipe) -> Roads:
        """The roads of a pack."""
        from shapely.geometry import LineString, Polygon

        lines = tuple(
            Line(road, LineString(road.line), recipe.road_widths.get(road.name, recipe.other_width))
            for road in pack.roads
        )
        ring = next(Polygon(road.line) for road in pack.roads if road.id == recipe.ring_road)
        return cls(lines, {one.name: one.id for one in pack.districts}, ring)

    def is_inside_ring(self, shape: BaseGeometry) -> bool:
        """Whether a parcel lies inside the ring road."""
        return bool(self.ring.contains(shape.representative_point()))

    def along(self, shape: BaseGeometry, district: str) -> list[str]:
        """The roads along a parcel, the nearest first."""
        found = [(line.line.distance(shape), line.road.name) for line in self.lines if district in line.road.districts]
        return list(dict.fromkeys(name for far, name in sorted(found) if far <= _ALONG))

    def cells(self, plane: Plane) -> set[Cell]:
        """The cells that roads take on a plane, within some 2 km of its point."""
        found: set[Cell] = set()
        for one in self.lines:
            if one.line.distance(_point(plane)) < _SLACK:
                found |= set(_cells(one, plane))
        return found

    def address(self, lon: float, lat: float, district: str, used: set[str]) -> str:
        """A free number on the nearest road of the district, counted along it; even ones on one side."""
        from shapely.geometry import Point

        point, id = Point(lon, lat), self.names[district]
        nearest = min(
            (line for line in self.lines if id in line.road.districts), key=lambda line: line.line.distance(point)
        )
        first = 2 * int(nearest.line.project(point) / _PER_NUMBER) + 1 + (lat > nearest.line.centroid.y)
        texts = (f"{district}{nearest.road.name}{number}号" for number in itertools.count(first, 2))
        return next(text for text in texts if text not in used)


def _point(plane: Plane) -> BaseGeometry:
    from shapely.geometry import Point

    return Point(plane.longitude, plane.latitude)


def _cells(one: Line, plane: Plane) -> list[Cell]:
    """The cells within half a road's width of its line."""
    import shapely

    east, north = plane.place(*np.array(one.road.line).T)
    band = shapely.LineString(np.column_stack([east, north])).buffer(one.width / 2)
    west, south, far_east, far_north = (int(edge // CELL) for edge in band.bounds)
    eastward = np.arange(max(west, -_REACH), min(far_east, _REACH) + 1)
    xs, ys = np.meshgrid(eastward, np.arange(max(south, -_REACH), min(far_north, _REACH) + 1))
    inside = shapely.contains_xy(band, (xs + 0.5) * CELL, (ys + 0.5) * CELL)
    return [cell_of(x * CELL, y * CELL) for x, y in zip(xs[inside], ys[inside], strict=True)]
