"""Lays out made-up parcels: regions grown on a grid to their exact areas, and blocks cut into lots.

Growing: each region starts at a point (a landmark that shall stand on it) and takes the nearest free cell beside it,
the least filled region first, until it has as many cells as its area asks. Cutting: a block is halved along its longer
side, again and again, by slightly slanted lines. All in metres on a plane.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shapely.geometry import Polygon
    from shapely.geometry.base import BaseGeometry

CELL = 10.0
"""Side of a cell in metres: a hundredth of a hectare, the precision of a plan's areas."""
Cell = tuple[int, int]
_BESIDE = ((1, 0), (-1, 0), (0, 1), (0, -1))
_LANE = 5.0
_LEAST_LOT = 700.0


@dataclass
class Region:
    """A region that grows. ``stretch``: how much longer it is west to east than south to north."""

    start: Cell
    wanted: int
    stretch: float = 1.0
    cells: list[Cell] = field(default_factory=list)
    front: list[tuple[float, int, Cell]] = field(default_factory=list)


def cell_of(east: float, north: float) -> Cell:
    """The cell that a point lies in."""
    return int(np.floor(east / CELL)), int(np.floor(north / CELL))


def grow(regions: Sequence[Region], blocked: set[Cell]) -> None:
    """Fill every region's ``cells``, in the order of growth. Raises ValueError where one is shut in."""
    owned = set(blocked)
    count = itertools.count()
    for region in regions:
        if region.start in owned:
            raise ValueError(f"a region starts at {region.start}, which is taken")
        _take(region, region.start, owned, count)
    growing = [region for region in regions if len(region.cells) < region.wanted]
    while growing:
        region = min(growing, key=lambda one: len(one.cells) / one.wanted)
        _take(region, _nearest(region, owned), owned, count)
        if len(region.cells) >= region.wanted:
            growing.remove(region)


def _take(region: Region, cell: Cell, owned: set[Cell], count: itertools.count[int]) -> None:
    owned.add(cell)
    region.cells.append(cell)
    for step in _BESIDE:
        beside = (cell[0] + step[0], cell[1] + step[1])
        if beside not in owned:
            east = (beside[0] - region.start[0]) / region.stretch
            north = (beside[1] - region.start[1]) * region.stretch
            heapq.heappush(region.front, (max(abs(east), abs(north)), next(count), beside))


def _nearest(region: Region, owned: set[Cell]) -> Cell:
    while region.front:
        cell = heapq.heappop(region.front)[2]
        if cell not in owned:
            return cell
    raise ValueError(f"the region at {region.start} is shut in after {len(region.cells)} of {region.wanted} cells")


def outline(cells: Sequence[Cell]) -> BaseGeometry:
    """The shape that cells make together."""
    import shapely

    low = np.array(cells, dtype=float) * CELL
    made: BaseGeometry = shapely.union_all(shapely.box(low[:, 0], low[:, 1], low[:, 0] + CELL, low[:, 1] + CELL))
    return made


def cut(side: float, lots: int, angle: float, rng: np.random.Generator) -> list[Polygon]:
    """A turned square around the origin, cut into lots with lanes between; one lot in 25 has another inside it."""
    import shapely
    from shapely import affinity

    square = affinity.rotate(shapely.box(-side / 2, -side / 2, side / 2, side / 2), angle)
    pieces: list[Polygon] = [square]
    while len(pieces) < lots:
        pieces.sort(key=lambda piece: -piece.area)
        pieces[:1] = _halves(pieces[0], rng)
    found: list[Polygon] = []
    for piece in pieces:
        lot = piece.buffer(-_LANE, join_style="mitre")
        if lot.geom_type != "Polygon" or lot.area < _LEAST_LOT:
            continue
        found += _with_inner(lot, rng) if len(found) % 25 == 3 else [lot]
    return found


def _halves(piece: Polygon, rng: np.random.Generator) -> list[Polygon]:
    """Two parts, cut across the longer side."""
    from shapely.geometry import LineString
    from shapely.ops import split

    corners = np.asarray(piece.minimum_rotated_rectangle.exterior.coords)[:4]
    along = corners[1] - corners[0], corners[2] - corners[1]
    long, short = (along[0], along[1]) if np.hypot(*along[0]) >= np.hypot(*along[1]) else (along[1], along[0])
    middle = np.asarray(piece.centroid.coords)[0] + long * rng.uniform(-0.12, 0.12)
    turn = short + long * rng.uniform(-0.12, 0.12)
    parts = split(piece, LineString([middle - 2 * turn, middle + 2 * turn])).geoms
    return [part for part in parts if part.geom_type == "Polygon"]


def _with_inner(lot: Polygon, rng: np.random.Generator) -> list[Polygon]:
    """The lot with a hole, and what stands in the hole."""
    from shapely import affinity

    inner = affinity.rotate(affinity.scale(lot, 0.3, 0.3), rng.uniform(0, 20))
    return [lot.difference(inner), inner] if lot.contains(inner) else [lot]
