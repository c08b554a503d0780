"""The example's road segments: the pack's roads cut at their crossings, one segment for each direction.

Roads of the pack that meet no other are joined to the nearest road, so that the network has one part as far as the
recipe's distance allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic import Field

from city.pack import CityPack
from city.schema import Record, Road
from tools.feeds.ground import Plane

_DIGITS = 5
_SAME = 15.0
Point = tuple[float, float]


class RoadClass(Record):
    """A sort of road: km/h when free, lanes of a direction, vehicles an hour and lane."""

    free: float
    lanes: int
    capacity: int


class Kind(Record):
    """A sort of incident: its share, minutes it lasts, lanes it takes; ``wet``: only in heavy rain."""

    kind: str
    share: float
    minutes: float
    lanes: int
    wet: bool = False


class IncidentRecipe(Record):
    """How incidents are invented."""

    a_day: float
    kinds: tuple[Kind, ...]
    slower: float = Field(description="demand over capacity is multiplied by this while one lasts")
    place: str
    stretch: str


class Recipe(Record):
    """``world/traffic.yaml``."""

    classes: dict[str, RoadClass]
    roads: dict[str, tuple[str, ...]]
    busy: dict[str, float]
    busier: dict[str, float] = Field(default_factory=dict)
    workday: tuple[float, ...] = Field(min_length=24, max_length=24)
    restday: tuple[float, ...] = Field(min_length=24, max_length=24)
    tide: float
    join_within_km: float
    incidents: IncidentRecipe

    def class_of(self, road: str) -> RoadClass:
        """The class of a road; one that is not named is a collector."""
        name = next((name for name, roads in self.roads.items() if road in roads), "collector")
        return self.classes[name]


@dataclass(frozen=True)
class Segment:
    """A stretch of road in one direction; ``points`` are degrees in the order of travel."""

    id: str
    road: Road
    since: str
    until: str
    district: str
    points: tuple[Point, ...]
    metres: float
    kind: RoadClass
    inbound: float


class Cut(NamedTuple):
    """Where a road is cut: metres along it, the point, what it meets there."""

    along: float
    point: Point
    meets: str


def segments(pack: CityPack, recipe: Recipe) -> list[Segment]:
    """Every segment, in the order of the roads, one way and back."""
    import shapely

    plane = Plane(*pack.city.centre)
    areas = {d.id: shapely.Polygon(d.polygon) for d in pack.districts if d.polygon}
    joints = _joints(pack, plane, recipe.join_within_km * 1000)
    found: list[Segment] = []
    for road in (road for road in pack.roads if len(road.line) > 1):
        for begin, end, points in _pieces(road, plane, joints.get(road.id, [])):
            for way in (points, points[::-1]):
                since, until = (begin, end) if way is points else (end, begin)
                found.append(_segment(f"S{len(found) + 1:04d}", road, since, until, way, plane, areas, recipe))
    return found


def _segment(
    id: str,
    road: Road,
    since: str,
    until: str,
    points: list[Point],
    plane: Plane,
    areas: dict[str, Any],
    recipe: Recipe,
) -> Segment:
    import shapely

    line = shapely.LineString([plane.place(*point) for point in points])
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    middle = shapely.LineString(points).interpolate(0.5, normalized=True)
    district = next((id for id, area in areas.items() if area.contains(middle)), road.districts[0])
    away = [(x * x + y * y) ** 0.5 for x, y in ((x0, y0), (x1, y1))]
    return Segment(
        id=id,
        road=road,
        since=since,
        until=until,
        district=district,
        points=tuple(points),
        metres=round(line.length, 1),
        kind=recipe.class_of(road.id),
        inbound=(away[0] - away[1]) / line.length,
    )


def _pieces(road: Road, plane: Plane, joints: list[Cut]) -> Iterator[tuple[str, str, list[Point]]]:
    """Names at both ends and the points of each piece between cuts."""
    import shapely
    from shapely.ops import substring

    line = shapely.LineString([plane.place(*point) for point in road.line])
    met = [
        Cut(line.project(shapely.Point(*plane.place(c.lon, c.lat))), (c.lon, c.lat), c.with_name)
        for c in road.crossings
    ]
    cuts = sorted([*met, *(joint for joint in joints if joint.along >= 0)])
    ends = [Cut(0.0, road.line[0], ""), Cut(line.length, road.line[-1], "")]
    cuts = [cut for cut in cuts if _SAME < cut.along < line.length - _SAME]
    first = next((c for c in met if c.along <= _SAME), ends[0])
    last = next((c for c in met if c.along >= line.length - _SAME), ends[1])
    for one, other in pairwise([first, *cuts, last]):
        if other.along - one.along <= _SAME:
            continue
        between = list(substring(line, one.along, other.along).coords)[1:-1]
        inner = [_back(plane, point) for point in between]
        yield one.meets, other.meets, [_rounded(one.point), *inner, _rounded(other.point)]
    for joint in joints:
        if joint.along < 0:  # a joining stretch of its own, from this road's nearest point to the other road
            yield "", joint.meets, [_rounded(_near(line, plane, joint.point)), _rounded(joint.point)]


def _near(line: Any, plane: Plane, point: Point) -> Point:  # a Shapely line
    import shapely

    at = line.interpolate(line.project(shapely.Point(*plane.place(*point))))
    return _back(plane, (at.x, at.y))


def _joints(pack: CityPack, plane: Plane, within: float) -> dict[str, list[Cut]]:
    """Cuts that join the parts of the network: at the nearest points, on both roads, with a stretch between."""
    import shapely

    lines = {r.id: shapely.LineString([plane.place(*p) for p in r.line]) for r in pack.roads if len(r.line) > 1}
    names = {road.id: road.name for road in pack.roads}
    found: dict[str, list[Cut]] = {}
    parts = _parts(pack)
    while len(parts) > 1:
        part = min(parts, key=lambda p: (len(p), sorted(p)))
        rest = sorted(set(lines) - part)
        gaps = [(lines[one].distance(lines[other]), one, other) for one in sorted(part) for other in rest]
        gap, one, other = min(gaps)
        parts = [p for p in parts if p is not part]
        if gap > within:
            continue
        ends = shapely.shortest_line(lines[one], lines[other]).coords
        here, there = (_back(plane, point) for point in ends)
        found.setdefault(one, []).append(Cut(lines[one].project(shapely.Point(ends[0])), here, names[other]))
        found.setdefault(other, []).append(Cut(lines[other].project(shapely.Point(ends[1])), there, names[one]))
        if gap > _SAME:
            found[one].append(Cut(-1.0, there, names[other]))
        joined = next(p for p in parts if other in p)
        joined |= part
    return found


def _parts(pack: CityPack) -> list[set[str]]:
    """Roads that hang together by crossings."""
    parts: list[set[str]] = []
    for road in pack.roads:
        group = {road.id, *(crossing.with_ for crossing in road.crossings)}
        touching = [part for part in parts if part & group]
        parts = [part for part in parts if not part & group] + [group.union(*touching)]
    return parts


def _back(plane: Plane, point: Point) -> Point:
    """Degrees of a point of the plane."""
    east, north = plane.place(plane.longitude + 1, plane.latitude + 1)
    return _rounded((plane.longitude + point[0] / east, plane.latitude + point[1] / north))


def _rounded(point: Point) -> Point:
    return round(point[0], _DIGITS), round(point[1], _DIGITS)
