"""Where the example's buses drive and stop: the pack's roads as a graph, and stopping places along them.

A road is cut at its crossings and at the places that lines call at; the ends of roads that meet nothing are tied to the
nearest road. Positions are metres on a flat plane, ``measure`` is metres along a road.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic import Field

from city.pack import CityPack
from city.schema import Record
from tools.feeds.ground import Plane

_APART = 300.0
"""Metres between stopping places of one road at least."""
_TIE = 2_500.0
"""Metres that the end of a road may be tied over."""
_SAME = 30.0
Point = tuple[float, float]


class StopRules(Record):
    """``stops`` of the recipe: how far apart places are, and what they are called after."""

    spacing: dict[str, float] = Field(description="district → metres between places that are called after a community")
    kinds: tuple[str, ...] = Field(description="kinds of landmarks that give their name, the first before the others")
    leave_out: tuple[str, ...] = Field(default=(), description="beginnings of landmarks' names that give none")
    shorten: tuple[str, ...] = Field(default=(), description="beginnings of names that a stop's name goes without")
    unnamed_roads: tuple[str, ...] = Field(default=(), description="roads whose crossings give no stop's name")
    links: tuple[tuple[str, str], ...] = Field(default=(), description="roads (ids) joined where they come nearest")
    near: float = Field(default=250, description="metres from the road within which a landmark gives its name")
    community: float = Field(default=900, description="the same for a community")
    crossing: str = Field(description="with {road} and {other}")
    again: str = Field(description="for a name that stands elsewhere already: {name}, {road}")
    called: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="stop → what people call it, beside the aliases of its place"
    )


class Spot(NamedTuple):
    """A stopping place on a road."""

    name: str
    road: int
    measure: float


class Leg(NamedTuple):
    """A way along one road, from measure to measure; road None: straight between two points."""

    road: int | None
    since: float
    until: float
    metres: float


@dataclass
class _Road:
    id: str
    name: str
    district: str
    line: Any  # a Shapely LineString; the library has no stubs
    measures: list[float] = field(default_factory=list)


class Roads:
    """The roads of a pack, with the places that lines call at (``calls``: name → degrees)."""

    def __init__(self, pack: CityPack, rules: StopRules, calls: Mapping[str, Point]) -> None:
        from shapely import LineString

        self._pack, self._rules = pack, rules
        first = next(road.line[0] for road in pack.roads if len(road.line) > 1)
        self.plane = Plane(*first)
        self._roads = [
            _Road(road.id, road.name, road.districts[0], LineString([self.plane.place(*at) for at in road.line]))
            for road in pack.roads
            if len(road.line) > 1
        ]
        self._number = {road.id: at for at, road in enumerate(self._roads)}
        self._edges: dict[tuple[int, float], list[tuple[tuple[int, float], float]]] = {}
        self._calls = {name: self._on_road(point) for name, point in calls.items()}
        self._join()
        self.spots = self._spots()

    def short(self, name: str) -> str:
        """A landmark's name as a stop bears it."""
        return next((name.removeprefix(lead) for lead in self._rules.shorten if name.startswith(lead)), name)

    def way(self, names: Sequence[str]) -> list[Leg]:
        """The shortest way by road that calls at the places in order."""
        nodes = [self._calls[name] for name in names]
        found: list[Leg] = []
        for one, other in pairwise(nodes):
            found += self._shortest(one, other)
        return found

    def along(self, legs: Sequence[Leg]) -> list[tuple[Spot, float, bool]]:
        """Stopping places on a way with their metres from its beginning, and whether each is passed forwards."""
        found: list[tuple[Spot, float, bool]] = []
        done = 0.0
        for leg in legs:
            if leg.road is not None:
                low, high = sorted((leg.since, leg.until))
                on = [spot for spot in self.spots[leg.road] if low - _SAME <= spot.measure <= high + _SAME]
                forwards = leg.since <= leg.until
                for spot in on if forwards else on[::-1]:
                    found.append((spot, done + abs(spot.measure - leg.since), forwards))
            done += leg.metres
        return [item for at, item in enumerate(found) if item[0].name not in {other[0].name for other in found[:at]}]

    def place(self, spot: Spot, aside: float) -> Point:
        """Degrees of a spot, ``aside`` metres to the right of the road's direction."""
        line = self._roads[spot.road].line
        here, ahead = line.interpolate(spot.measure), line.interpolate(min(spot.measure + 5, line.length))
        back = line.interpolate(max(0.0, spot.measure - 5))
        east, north = ahead.x - back.x, ahead.y - back.y
        size = math.hypot(east, north) or 1.0
        x, y = here.x + aside * north / size, here.y - aside * east / size
        per_degree = self.plane.place(self.plane.longitude + 1, self.plane.latitude + 1)
        longitude = self.plane.longitude + x / per_degree[0]
        return round(longitude, 6), round(self.plane.latitude + y / per_degree[1], 6)

    def _dot(self, point: Point) -> Any:  # a Shapely point; the library has no stubs
        from shapely import Point as Dot

        return Dot(*self.plane.place(*point))

    def _on_road(self, point: Point) -> tuple[int, float]:
        """The nearest road, and the measure there; it becomes a node."""
        dot = self._dot(point)
        at = min(range(len(self._roads)), key=lambda n: self._roads[n].line.distance(dot))
        return self._near(at, dot)

    def _near(self, road: int, dot: Any) -> tuple[int, float]:  # a Shapely point
        """The node of a road that is nearest to a point."""
        return self._node(road, self._roads[road].line.project(dot))

    def _node(self, road: int, measure: float) -> tuple[int, float]:
        kept = self._roads[road].measures
        near = next((known for known in kept if abs(known - measure) < _SAME), None)
        if near is None:
            kept.append(measure)
            near = measure
        return road, near

    def _join(self) -> None:
        """Edges along the roads, at crossings, and from loose ends."""
        for road in self._pack.roads:
            if road.id not in self._number:
                continue
            for met in road.crossings:
                one, other = self._number[road.id], self._number.get(met.with_)
                if other is not None:
                    dot = self._dot((met.lon, met.lat))
                    self._tie(self._near(one, dot), self._near(other, dot))
        for one_id, other_id in self._rules.links:
            self._link(self._number[one_id], self._number[other_id])
        for number, own in enumerate(self._roads):
            for measure in (0.0, own.line.length):
                self._tie_loose(self._node(number, measure))
        for number, own in enumerate(self._roads):
            ordered = sorted(own.measures)
            for since, until in pairwise(ordered):
                self._tie((number, since), (number, until), until - since)

    def _tie(self, one: tuple[int, float], other: tuple[int, float], metres: float = 1.0) -> None:
        self._edges.setdefault(one, []).append((other, metres))
        self._edges.setdefault(other, []).append((one, metres))

    def _link(self, one: int, other: int) -> None:
        from shapely.ops import nearest_points

        dots = nearest_points(self._roads[one].line, self._roads[other].line)
        self._tie(self._near(one, dots[0]), self._near(other, dots[1]), dots[0].distance(dots[1]))

    def _tie_loose(self, node: tuple[int, float]) -> None:
        if node in self._edges:
            return
        dot = self._roads[node[0]].line.interpolate(node[1])
        others = [n for n in range(len(self._roads)) if n != node[0]]
        near = min(others, key=lambda n: self._roads[n].line.distance(dot))
        away = self._roads[near].line.distance(dot)
        if away <= _TIE:
            self._tie(node, self._near(near, dot), max(1.0, away))

    def _shortest(self, start: tuple[int, float], goal: tuple[int, float]) -> list[Leg]:
        """Dijkstra's shortest way. Raises ValueError where there is none."""
        best = {start: 0.0}
        came: dict[tuple[int, float], tuple[int, float]] = {}
        queue = [(0.0, start)]
        while queue:
            done, node = heapq.heappop(queue)
            if node == goal:
                break
            if done > best[node]:
                continue
            for other, metres in self._edges.get(node, ()):
                if done + metres < best.get(other, math.inf):
                    best[other], came[other] = done + metres, node
                    heapq.heappush(queue, (done + metres, other))
        if goal not in best:
            raise ValueError(f"no way by road from {self._roads[start[0]].id} to {self._roads[goal[0]].id}")
        nodes = [goal]
        while nodes[-1] != start:
            nodes.append(came[nodes[-1]])
        return list(_merged(nodes[::-1], best))

    def _spots(self) -> list[list[Spot]]:
        taken: dict[str, list[Point]] = {}
        called: dict[int, list[tuple[str, float]]] = {}
        for call, (on, where) in self._calls.items():
            called.setdefault(on, []).append((call, where))
        marks = self._marks()
        found = []
        for number, road in enumerate(self._roads):
            spots: list[Spot] = []
            for name, measure in (*called.get(number, ()), *marks[number], *self._crossings(number)):
                self._add(spots, number, name, measure, taken)
            for name, measure in self._fill(road):
                self._add(spots, number, name, measure, taken)
            found.append(sorted(spots, key=lambda spot: spot.measure))
        return found

    def _add(self, spots: list[Spot], number: int, name: str, measure: float, taken: dict[str, list[Point]]) -> None:
        road = self._roads[number]
        if any(abs(spot.measure - measure) < _APART for spot in spots):
            return
        short = self.short(name)
        here = road.line.interpolate(measure)
        others = taken.get(short, [])
        if any(math.dist((here.x, here.y), other) > 2 * _APART for other in others):
            short = self._rules.again.format(name=short, road=road.name)
        if any(spot.name == short for spot in spots):
            return
        taken.setdefault(short, []).append((here.x, here.y))
        spots.append(Spot(short, number, measure))

    def _marks(self) -> list[list[tuple[str, float]]]:
        """Landmarks that give their name to a stop of each road, in order of their kind."""
        found: list[list[tuple[str, float]]] = [[] for _ in self._roads]
        chosen = [
            mark
            for mark in self._pack.landmarks
            if mark.kind in self._rules.kinds and not mark.name.startswith(self._rules.leave_out)
        ]
        for mark in sorted(chosen, key=lambda m: (self._rules.kinds.index(m.kind), m.id)):
            dot = self._dot((mark.lon, mark.lat))
            near = min(range(len(self._roads)), key=lambda n: self._roads[n].line.distance(dot))
            if self._roads[near].line.distance(dot) <= self._rules.near:
                found[near].append((mark.name, self._roads[near].line.project(dot)))
        return found

    def _crossings(self, number: int) -> Iterator[tuple[str, float]]:
        road = next(road for road in self._pack.roads if road.id == self._roads[number].id)
        for met in road.crossings:
            if {road.name, met.with_name} & set(self._rules.unnamed_roads):
                continue
            one, other = (name for _, name in sorted([(road.id, road.name), (met.with_, met.with_name)]))
            name = self._rules.crossing.format(road=one, other=other)
            yield name, self._roads[number].line.project(self._dot((met.lon, met.lat)))

    def _fill(self, road: _Road) -> Iterator[tuple[str, float]]:
        """Places between, called after the nearest community."""
        step = self._rules.spacing[road.district]
        communities = [(c.name, self._dot((c.lon, c.lat))) for street in self._pack.streets for c in street.communities]
        count = int(road.line.length // step)
        for at in range(count + 1):
            measure = min(road.line.length, (at + 0.5) * step)
            here = road.line.interpolate(measure)
            name, dot = min(communities, key=lambda item: item[1].distance(here))
            if dot.distance(here) <= self._rules.community:
                yield name, measure


def _merged(nodes: Iterable[tuple[int, float]], best: Mapping[tuple[int, float], float]) -> Iterator[Leg]:
    """The nodes of a way as legs, one for each road that is followed."""
    held: Leg | None = None
    ordered = list(nodes)
    for one, other in pairwise(ordered):
        metres = best[other] - best[one]
        road = one[0] if one[0] == other[0] else None
        if held and road is not None and held.road == road:
            held = held._replace(until=other[1], metres=held.metres + metres)
            continue
        if held:
            yield held
        held = Leg(road, one[1], other[1], metres)
    if held:
        yield held
