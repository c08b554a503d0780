"""The earliest arrival with few changes: RAPTOR (Delling, Pajor, Werneck, "Round-Based Public Transit Routing", 2012).

Round k finds for every stop the earliest arrival with k rides. A journey is: a walk to a stop, a ride, then as often as
allowed a change (on the spot, or one walk to a stop near by) and a ride, a walk to the end. A change takes a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tools.transit.day import Day

CHANGE = 60
"""Seconds that a change takes at least, beside the walk."""
_NEVER = 10**9


class Ride(NamedTuple):
    """A ride: pattern, trip, positions where it is boarded and left."""

    pattern: int
    trip: int
    board: int
    alight: int


class Journey(NamedTuple):
    """Rides in order, the walks at both ends (seconds), departure from and arrival at the places."""

    rides: tuple[Ride, ...]
    access: int
    egress: int
    depart: int
    arrive: int


class _Round(NamedTuple):
    """After a round: when each stop is reached by ride, by which; when boarding may begin there, walked from where."""

    ride: dict[int, int]
    rides: dict[int, Ride]
    ready: dict[int, int]
    walked: dict[int, int]


def journeys(
    day: Day,
    start: int,
    access: Mapping[int, int],
    egress: Mapping[int, int],
    changes: int = 2,
    avoid: frozenset[str] = frozenset(),
) -> list[Journey]:
    """The earliest arrival for each number of rides, where one more ride arrives earlier; fewest rides first.

    ``access`` and ``egress`` are seconds on foot from and to stops (by number). ``avoid``: lines not to ride on.
    """
    begin = _Round({}, {}, {stop: start + walk for stop, walk in access.items()}, {})
    rounds = [begin]
    best: dict[int, int] = {}
    found: list[Journey] = []
    limit = _NEVER
    for _ in range(changes + 1):
        rounds.append(_round(day, rounds[-1], best, limit, avoid))
        arrival, stop = min(
            ((at + egress[s], s) for s, at in rounds[-1].ride.items() if s in egress), default=(_NEVER, -1)
        )
        if arrival < limit:
            limit = arrival
            found.append(_journey(day, rounds, stop, access, egress, arrival))
        if not rounds[-1].ready:
            break
    return found


def _round(day: Day, before: _Round, best: dict[int, int], limit: int, avoid: frozenset[str]) -> _Round:
    """One more ride from every stop where boarding may begin. ``best`` are the earliest arrivals by ride so far."""
    ride: dict[int, int] = {}
    rides: dict[int, Ride] = {}
    for pattern, first in _served(day, before).items():
        if day.patterns[pattern].line in avoid:
            continue
        _ride(day, pattern, first, before, best, limit, ride, rides)
    ready = {stop: at + CHANGE for stop, at in ride.items()}
    walked: dict[int, int] = {}
    for stop, at in ride.items():
        for path in day.footpaths[stop]:
            there = at + CHANGE + path.seconds
            if there < ready.get(path.stop, _NEVER) and there < limit:
                ready[path.stop] = there
                walked[path.stop] = stop
    return _Round(ride, rides, ready, walked)


def _served(day: Day, before: _Round) -> dict[int, int]:
    """Patterns that call where boarding may begin, and the first such position."""
    found: dict[int, int] = {}
    for stop in before.ready:
        for call in day.calls[stop]:
            found[call.pattern] = min(call.position, found.get(call.pattern, call.position))
    return found


def _ride(
    day: Day,
    number: int,
    first: int,
    before: _Round,
    best: dict[int, int],
    limit: int,
    ride: dict[int, int],
    rides: dict[int, Ride],
) -> None:
    """Travel along one pattern, on the earliest trip that can be caught."""
    pattern = day.patterns[number]
    trip: int | None = None
    board = first
    for position in range(first, len(pattern.stops)):
        stop = pattern.stops[position]
        if trip is not None and pattern.alights[position]:
            at = pattern.arrivals[position][trip]
            if at < min(best.get(stop, _NEVER), limit):
                ride[stop] = best[stop] = at
                rides[stop] = Ride(number, trip, board, position)
        ready = before.ready.get(stop)
        if (
            ready is not None
            and pattern.boards[position]
            and (trip is None or ready <= pattern.departures[position][trip])
        ):
            earlier = pattern.first_trip(position, ready)
            if earlier is not None and (trip is None or earlier < trip):
                trip, board = earlier, position


def _journey(
    day: Day, rounds: list[_Round], stop: int, access: Mapping[int, int], egress: Mapping[int, int], arrive: int
) -> Journey:
    rides: list[Ride] = []
    at = stop
    for number in range(len(rounds) - 1, 0, -1):
        ride = rounds[number].rides[at]
        rides.append(ride)
        at = day.patterns[ride.pattern].stops[ride.board]
        if number > 1:
            at = rounds[number - 1].walked.get(at, at)
    first = rides[-1]
    pattern = day.patterns[first.pattern]
    walk = access[pattern.stops[first.board]]
    depart = pattern.departures[first.board][first.trip] - walk
    return Journey(tuple(rides[::-1]), walk, egress[stop], depart, arrive)
