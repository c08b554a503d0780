"""The network of road segments, and the quickest way through it (Dijkstra's algorithm, SciPy's).

Two segments meet where their ends have the same position to five decimals of a degree, about a metre. A place joins the
network at the nearest point of the nearest segments, in both directions of travel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.feeds.citydata import CityData
from tools.feeds.ground import Plane
from tools.traffic.data import SEGMENTS

if TYPE_CHECKING:
    import polars as pl

FARTHEST = 5_000.0
"""Metres to the nearest road beyond which no way is told."""
ACCESS_KMH = 15.0
"""Driving to the road and from it, over yards and lanes that are in no register."""
_DETOUR = 1.3
_BESIDE = 60.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Network:
    """Segments as arrays; ``ends`` are node numbers, ``lines`` are Shapely lines in metres on ``plane``."""

    plane: Plane
    ids: list[str]
    names: list[str]
    lengths: Floats
    free: Floats
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    nodes: int
    lines: Any  # numpy array of Shapely lines
    tree: Any  # shapely.STRtree

    def speeds(self, rows: pl.DataFrame) -> Floats:
        """km/h of each segment from rows (segment, speed): the median where there are several, NaN where none."""
        import polars as pl

        known = dict(rows.group_by("segment").agg(pl.col("speed").median()).iter_rows())
        return np.array([known.get(id, np.nan) for id in self.ids], dtype=np.float64)


class Join(NamedTuple):
    """Where a place joins a segment: share of it that lies behind, metres from the place to it."""

    segment: int
    share: float
    metres: float


class Piece(NamedTuple):
    """A stretch of a way on one road."""

    name: str
    km: float
    hours: float


class Way(NamedTuple):
    """A way: its pieces, km by segment number, and km and hours with the access at both ends."""

    pieces: list[Piece]
    driven: dict[int, float]
    km: float
    hours: float


class _Door(NamedTuple):
    """A way in, out, or from one to the other on the same segment: joins by their places in the lists."""

    origin: int | None
    destination: int | None


_Edge = tuple[int, int, float, "int | _Door"]


def network_of(data: CityData) -> Network:
    """The city's network, built once. Raises NoData."""
    return data.derived("traffic.network", (SEGMENTS,), lambda: network(data.table(SEGMENTS)))


def network(rows: pl.DataFrame) -> Network:
    """Build it from the register."""
    import shapely

    rows = rows.drop_nulls(["id", "name", "line", "length", "free_speed"]).unique("id", maintain_order=True)
    shapes = shapely.from_wkb(rows["line"].to_list())
    plane = Plane(*(float(v) for v in shapely.get_coordinates(shapes).mean(axis=0)))
    numbers: dict[tuple[float, float], int] = {}
    begins, ends = (
        np.array([_node(shapely.get_point(shape, at), numbers) for shape in shapes], dtype=np.int64) for at in (0, -1)
    )
    lines = shapely.transform(shapes, lambda xy: np.column_stack(plane.place(xy[:, 0], xy[:, 1])))
    return Network(
        plane=plane,
        ids=rows["id"].to_list(),
        names=rows["name"].to_list(),
        lengths=rows["length"].to_numpy(),
        free=rows["free_speed"].to_numpy(),
        begins=begins,
        ends=ends,
        nodes=len(numbers),
        lines=lines,
        tree=shapely.STRtree(lines),
    )


def joins(net: Network, longitude: float, latitude: float) -> list[Join]:
    """Where a place joins the roads: every segment about as near as the nearest. Empty where none is near enough."""
    import shapely

    point = shapely.Point(*net.plane.place(longitude, latitude))
    nearest = float(net.lines[net.tree.nearest(point)].distance(point))
    if nearest > FARTHEST:
        return []
    near = sorted(int(at) for at in net.tree.query(point, predicate="dwithin", distance=nearest + _BESIDE))
    return [
        Join(at, float(net.lines[at].project(point, normalized=True)), float(net.lines[at].distance(point)))
        for at in near
    ]


def quickest(net: Network, speeds: Floats, origin: list[Join], destination: list[Join], access: float) -> Way | None:
    """The quickest way at these speeds (km/h of each segment); None where no road leads there.

    ``access`` is the speed off the roads.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    hours = net.lengths / speeds
    start, goal = net.nodes, net.nodes + 1
    edges: list[_Edge] = [
        (int(b), int(e), float(h), at) for at, (b, e, h) in enumerate(zip(net.begins, net.ends, hours, strict=True))
    ]
    edges += _doors(net, hours, origin, destination, access)
    best = _best(edges)
    froms, tos = (np.array(side) for side in zip(*best, strict=True))
    weights = np.array([best[pair][0] for pair in best])
    matrix = csr_array((np.maximum(weights, 1e-9), (froms, tos)), shape=(net.nodes + 2, net.nodes + 2))
    reached, before = dijkstra(matrix, indices=start, return_predecessors=True)
    if not np.isfinite(reached[goal]):
        return None
    steps = _steps(before, start, goal)
    return _told(net, hours, [best[pair][1] for pair in steps], origin, destination, float(reached[goal]))


def _doors(net: Network, hours: Floats, origin: list[Join], destination: list[Join], access: float) -> list[_Edge]:
    start, goal = net.nodes, net.nodes + 1
    off = [[join.metres / 1000 * _DETOUR / access for join in side] for side in (origin, destination)]
    edges: list[_Edge] = []
    for at, join in enumerate(origin):
        left = hours[join.segment] * (1 - join.share)
        edges.append((start, int(net.ends[join.segment]), float(left + off[0][at]), _Door(at, None)))
    for at, join in enumerate(destination):
        done = hours[join.segment] * join.share
        edges.append((int(net.begins[join.segment]), goal, float(done + off[1][at]), _Door(None, at)))
    for one, into in enumerate(origin):
        for other, out in enumerate(destination):
            if into.segment == out.segment and into.share <= out.share:
                between = hours[into.segment] * (out.share - into.share)
                edges.append((start, goal, float(between + off[0][one] + off[1][other]), _Door(one, other)))
    return edges


def _best(edges: list[_Edge]) -> dict[tuple[int, int], tuple[float, int | _Door]]:
    """The quickest of parallel edges: a sparse matrix would add them up."""
    best: dict[tuple[int, int], tuple[float, int | _Door]] = {}
    for begin, end, cost, what in edges:
        kept = best.get((begin, end))
        if kept is None or cost < kept[0]:
            best[(begin, end)] = (cost, what)
    return best


def _steps(before: NDArray[np.int32], start: int, goal: int) -> list[tuple[int, int]]:
    steps, node = [], goal
    while node != start:
        steps.append((int(before[node]), node))
        node = int(before[node])
    return steps[::-1]


def _told(
    net: Network, hours: Floats, edges: list[int | _Door], origin: list[Join], destination: list[Join], total: float
) -> Way:
    """The edges as pieces of roads."""
    pieces: list[Piece] = []
    driven: dict[int, float] = {}
    off = 0.0
    for edge in edges:
        segment, share, metres = _part(edge, origin, destination)
        off += metres / 1000 * _DETOUR
        piece = Piece(net.names[segment], float(net.lengths[segment]) * share, float(hours[segment]) * share)
        driven[segment] = driven.get(segment, 0.0) + piece.km
        if pieces and pieces[-1].name == piece.name:
            piece = Piece(piece.name, pieces[-1].km + piece.km, pieces[-1].hours + piece.hours)
            pieces.pop()
        pieces.append(piece)
    return Way(pieces, driven, off + sum(piece.km for piece in pieces), total)


def _part(edge: int | _Door, origin: list[Join], destination: list[Join]) -> tuple[int, float, float]:
    """Segment, share of it driven, metres off the road."""
    if isinstance(edge, int):
        return edge, 1.0, 0.0
    into = None if edge.origin is None else origin[edge.origin]
    out = None if edge.destination is None else destination[edge.destination]
    if into is not None and out is not None:
        return into.segment, out.share - into.share, into.metres + out.metres
    if into is not None:
        return into.segment, 1 - into.share, into.metres
    assert out is not None  # noqa: S101  # a door has at least one side
    return out.segment, out.share, out.metres


def _node(point: Any, numbers: dict[tuple[float, float], int]) -> int:  # a Shapely point
    return numbers.setdefault((round(point.x, 5), round(point.y, 5)), len(numbers))
