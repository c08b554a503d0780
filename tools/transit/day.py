"""The trips that run about a day, grouped so that journeys can be searched in them.

Times are seconds from the service day's beginning (noon minus twelve hours). Trips of the day before that pass midnight
and the next day's trips until its noon are in it too, so that a search late at night finds the last bus and the first.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tools.feeds.ground import Plane
from tools.transit.gtfs import Stop, Timetable, Trip

WALK = 350.0
"""Metres in a straight line that a change may lead on foot from one stop to another."""
DETOUR = 1.3
KMH = 4.5
_DAY = 86_400
_NEXT_UNTIL = _DAY + 43_200
_KEPT = 4


class Footpath(NamedTuple):
    """A walk between stops (by number)."""

    stop: int
    seconds: int


@dataclass(frozen=True)
class Pattern:
    """Trips of one line over the same stops, none of which overtakes another, in order of departure.

    ``departures[position][trip]`` and ``arrivals[position][trip]`` are seconds.
    """

    line: str
    stops: tuple[int, ...]
    boards: tuple[bool, ...]
    alights: tuple[bool, ...]
    trips: tuple[Trip, ...]
    departures: tuple[tuple[int, ...], ...]
    arrivals: tuple[tuple[int, ...], ...]

    def first_trip(self, position: int, seconds: int) -> int | None:
        """The first trip that leaves a position at ``seconds`` or later."""
        at = bisect_left(self.departures[position], seconds)
        return at if at < len(self.trips) else None


class Call(NamedTuple):
    """A position of a pattern."""

    pattern: int
    position: int


@dataclass(frozen=True)
class Day:
    """What a search needs of a day."""

    day: date
    stops: tuple[Stop, ...]
    numbers: dict[str, int]
    patterns: tuple[Pattern, ...]
    calls: tuple[tuple[Call, ...], ...]
    footpaths: tuple[tuple[Footpath, ...], ...]


class Days:
    """The days of a timetable, the last few kept. Safe to share between threads."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        served = {stop for trip in timetable.trips for stop in trip.stops}
        self.stops = tuple(stop for id, stop in sorted(timetable.stops.items()) if id in served)
        self.numbers = {stop.id: at for at, stop in enumerate(self.stops)}
        self.footpaths = footpaths(self.stops)
        self._kept: OrderedDict[date, Day] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, day: date) -> Day:
        """The day's network."""
        with self._lock:
            if day not in self._kept:
                self._kept[day] = self._made(day)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(day)
            return self._kept[day]

    def seconds(self, day: date, moment: datetime) -> int:
        """Seconds of ``moment`` from the service day's beginning."""
        return int((moment - self.timetable.moment(day, 0)).total_seconds())

    def _made(self, day: date) -> Day:
        patterns = _patterns(list(self._runs(day)), self.numbers)
        calls: list[list[Call]] = [[] for _ in self.stops]
        for number, pattern in enumerate(patterns):
            for position, stop in enumerate(pattern.stops):
                calls[stop].append(Call(number, position))
        return Day(day, self.stops, self.numbers, tuple(patterns), tuple(map(tuple, calls)), self.footpaths)

    def _runs(self, day: date) -> list[Trip]:
        """Trips of the three days, shifted to the middle one's time."""
        found: list[Trip] = []
        begin = self.timetable.moment(day, 0)
        for ahead in (-1, 0, 1):
            other = day + timedelta(days=ahead)
            shift = int((self.timetable.moment(other, 0) - begin).total_seconds())
            services = self.timetable.services_on(other)
            for trip in self.timetable.trips:
                if trip.service in services and _counts(trip, shift, ahead):
                    found.append(_shifted(trip, shift) if shift else trip)
        return found


def footpaths(stops: tuple[Stop, ...]) -> tuple[tuple[Footpath, ...], ...]:
    """Walks between stops that are near each other or of one station."""
    import shapely

    if not stops:
        return ()
    plane = Plane(stops[0].longitude, stops[0].latitude)
    points = [shapely.Point(*plane.place(stop.longitude, stop.latitude)) for stop in stops]
    tree = shapely.STRtree(points)
    stations: dict[str, list[int]] = {}
    for at, stop in enumerate(stops):
        stations.setdefault(stop.station, []).append(at)
    found = []
    for at, point in enumerate(points):
        near = {int(other) for other in tree.query(point, predicate="dwithin", distance=WALK)}
        others = sorted((near | set(stations[stops[at].station])) - {at})
        found.append(tuple(Footpath(other, walk_seconds(point.distance(points[other]))) for other in others))
    return tuple(found)


def walk_seconds(metres: float) -> int:
    """Seconds of a walk, given its metres in a straight line."""
    return round(metres * DETOUR / (KMH / 3.6))


def _counts(trip: Trip, shift: int, ahead: int) -> bool:
    """Of the day before, trips that pass midnight; of the next, those that begin before its noon."""
    if ahead < 0:
        return trip.arrivals[-1] + shift >= 0
    return ahead == 0 or trip.departures[0] + shift <= _NEXT_UNTIL


def _shifted(trip: Trip, seconds: int) -> Trip:
    return trip._replace(
        arrivals=tuple(at + seconds for at in trip.arrivals), departures=tuple(at + seconds for at in trip.departures)
    )


def _patterns(trips: list[Trip], numbers: dict[str, int]) -> list[Pattern]:
    """Group trips; one that would overtake or be overtaken begins a pattern of its own."""
    groups: dict[tuple[object, ...], list[list[Trip]]] = {}
    for trip in sorted(trips, key=lambda t: (t.departures[0], t.arrivals[-1])):
        if len(trip.stops) < 2 or any(stop not in numbers for stop in trip.stops):
            continue
        lanes = groups.setdefault((trip.line, trip.stops, trip.boards, trip.alights), [])
        lane = next((lane for lane in lanes if _follows(trip, lane[-1])), None)
        if lane is None:
            lanes.append([trip])
        else:
            lane.append(trip)
    return [_pattern(lane, numbers) for lanes in groups.values() for lane in lanes]


def _follows(trip: Trip, before: Trip) -> bool:
    later = zip(trip.departures + trip.arrivals, before.departures + before.arrivals, strict=True)
    return all(mine >= theirs for mine, theirs in later)


def _pattern(trips: list[Trip], numbers: dict[str, int]) -> Pattern:
    first = trips[0]
    return Pattern(
        line=first.line,
        stops=tuple(numbers[stop] for stop in first.stops),
        boards=first.boards,
        alights=first.alights,
        trips=tuple(trips),
        departures=tuple(zip(*(trip.departures for trip in trips), strict=True)),
        arrivals=tuple(zip(*(trip.arrivals for trip in trips), strict=True)),
    )
