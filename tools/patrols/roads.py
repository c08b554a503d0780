"""Ways by road: a graph of the pack's roads and crossings; where no road is known, a straight line with a detour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.patrols.plane import Plane, Point
from tools.patrols.rules import Drive

if TYPE_CHECKING:
    from city.pack import CityPack
    from city.schema import Road


class RoadNet:
    """The roads of a city. A crossing joins the two roads that meet there."""

    def __init__(self, pack: CityPack, plane: Plane) -> None:
        import numpy as np
        from scipy.sparse import coo_array
        from scipy.spatial import cKDTree

        places: dict[tuple[float, float], int] = {}
        one: list[int] = []
        other: list[int] = []
        for road in pack.roads:
            ids = [places.setdefault(place, len(places)) for place in _along(road)]
            one += ids[:-1]
            other += ids[1:]
        self._points = np.array([plane.point(lon, lat) for lon, lat in places]) if places else np.zeros((0, 2))
        lengths = np.hypot(*(self._points[one] - self._points[other]).T) if one else []
        # Stretches are told apart by their ends; where two roads share both, one length is kept and not their sum.
        kept = {(min(pair), max(pair)): far for pair, far in zip(zip(one, other, strict=True), lengths, strict=True)}
        pairs = np.array(list(kept), dtype=int).reshape(-1, 2)
        self._graph = coo_array((list(kept.values()), (pairs[:, 0], pairs[:, 1])), shape=(len(places),) * 2).tocsr()
        self._tree = cKDTree(self._points) if places else None

    def metres(self, goal: Point, starts: Sequence[Point], drive: Drive) -> list[float]:
        """Metres from each start to ``goal``: by known roads, or straight with a detour where that is shorter."""
        import numpy as np
        from scipy.sparse.csgraph import dijkstra

        straight = [float(np.hypot(start.x - goal.x, start.y - goal.y)) * drive.detour for start in starts]
        if self._tree is None or not starts:
            return straight
        joins = min(drive.joins, len(self._points))
        away, nodes = self._tree.query([goal], k=joins)
        far = np.min(
            dijkstra(self._graph, directed=False, indices=nodes[0]) + np.reshape(away[0], (-1, 1)) * drive.access,
            axis=0,
        )
        offs, near = self._tree.query([list(start) for start in starts], k=joins)
        ends = far[np.reshape(near, (len(starts), joins))]
        by_road = np.min(np.reshape(offs, (len(starts), joins)) * drive.access + ends, axis=1)
        return [min(own, float(road)) for own, road in zip(straight, by_road, strict=True)]


def _along(road: Road) -> list[tuple[float, float]]:
    """The corners and crossings of a road, in the order in which one passes them."""
    from shapely import LineString, Point

    if len(road.line) < 2:
        return [(met.lon, met.lat) for met in road.crossings]
    line = LineString(road.line)
    places = {(round(lon, 6), round(lat, 6)) for lon, lat in road.line}
    places |= {(round(met.lon, 6), round(met.lat, 6)) for met in road.crossings}
    return sorted(places, key=lambda place: (line.project(Point(place)), place))
