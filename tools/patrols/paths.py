"""The shortest way around no-fly zones, exactly: a visibility graph that grows only with the zones in the way.

The shortest way among polygons runs along straight lines between the ends and corners of the polygons that it touches
(Lozano-Pérez and Wesley, 1979). Leaving polygons out can only make the way shorter; so when the way found around some
of them touches none of the others, it is the shortest around all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tools.patrols.plane import Plane, Point
from tools.patrols.rules import Shape

if TYPE_CHECKING:
    from shapely import Polygon

_CORNERS = 4
"""Corners of a circle for each quarter of a turn; the polygon is drawn around the circle, not within it."""
_GRAZE = 0.5
"""Metres by which a way may touch a zone's edge: it runs along the edge and not through it."""


class Obstacle(NamedTuple):
    """A zone with its margin. ``core`` is what a way may not cross."""

    name: str
    reason: str
    outline: Polygon
    core: Polygon


def obstacles(shapes: Sequence[Shape], plane: Plane, margin: float) -> list[Obstacle]:
    """Zones on the plane, each widened by ``margin`` metres."""
    import math

    from shapely import Point as Spot
    from shapely import Polygon

    found = []
    for shape in shapes:
        points = [plane.point(lon, lat) for lon, lat in shape.ring]
        if shape.radius:
            around = (shape.radius + margin) / math.cos(math.pi / (4 * _CORNERS))
            outline = Spot(points[0]).buffer(around, quad_segs=_CORNERS)
        else:
            outline = Polygon(points).buffer(margin, join_style="mitre")
        found.append(Obstacle(shape.name, shape.reason, outline, outline.buffer(-_GRAZE)))
    return found


def inside(point: Point, zones: Sequence[Obstacle]) -> Obstacle | None:
    """The zone that ``point`` lies in."""
    from shapely import Point as Spot

    spot = Spot(point)
    return next((zone for zone in zones if zone.core.intersects(spot)), None)


def shortest(start: Point, goal: Point, zones: Sequence[Obstacle]) -> list[Point] | None:
    """The shortest way from ``start`` to ``goal`` that crosses no zone, None where there is none."""
    from shapely import LineString

    near: list[Obstacle] = []
    while True:
        path = _around(start, goal, near)
        if path is None:
            return None
        line = LineString(path) if start != goal else None
        crossed = [zone for zone in zones if line is not None and zone not in near and zone.core.intersects(line)]
        if not crossed:
            return path
        near += crossed


def _around(start: Point, goal: Point, zones: Sequence[Obstacle]) -> list[Point] | None:
    """The shortest way around a few zones, by Dijkstra's algorithm on their visibility graph."""
    if not zones:
        return [start, goal]
    import numpy as np
    import shapely
    from scipy.sparse.csgraph import dijkstra

    closed = shapely.union_all([zone.core for zone in zones])
    shapely.prepare(closed)
    corners = [Point(x, y) for zone in zones for x, y in list(zone.outline.exterior.coords)[:-1]]
    free = ~shapely.intersects(closed, shapely.points(corners))
    points = np.array([start, goal, *(corner for corner, is_free in zip(corners, free, strict=True) if is_free)])
    one, other = np.triu_indices(len(points), 1)
    lines = shapely.linestrings(np.stack([points[one], points[other]], axis=1))
    seen = ~shapely.intersects(closed, lines)
    lengths = np.hypot(*(points[one] - points[other]).T)
    graph = np.zeros((len(points), len(points)))
    # A length of 0 is no edge to SciPy: two corners on one spot are a hair apart.
    graph[one[seen], other[seen]] = np.maximum(lengths[seen], 1e-6)
    far, before = dijkstra(graph, directed=False, indices=0, return_predecessors=True)
    if not np.isfinite(far[1]):
        return None
    way = [1]
    while way[-1] != 0:
        way.append(int(before[way[-1]]))
    return [Point(float(points[at][0]), float(points[at][1])) for at in reversed(way)]
