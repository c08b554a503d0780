"""A journey as an option that readers follow: walks and rides in order, with stops' names and moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

from tools.feeds.ground import metres
from tools.transit import answers as a
from tools.transit.day import DETOUR, KMH, Day, walk_seconds
from tools.transit.gtfs import Stop
from tools.transit.network import Network
from tools.transit.raptor import Journey, Ride

_METRO = 1


def option(
    network: Network, day: Day, journey: Journey, ends: tuple[str, str], sort_of: Callable[[str], str]
) -> a.Option:
    """A journey between two places (``ends``: their names); ``sort_of`` says what a line is."""
    told = _Telling(network, day, sort_of)
    rides = [told.ride(ride) for ride in journey.rides]
    boarded, left = told.board(journey.rides[0]), told.alight(journey.rides[-1])
    # Whole minutes, on the safe side: not later from the door, not earlier at the end.
    leave, reach = journey.depart // 60 * 60, -(-journey.arrive // 60) * 60
    depart, arrive = told.moment(leave), told.moment(reach)
    legs = [_walk(ends[0], boarded.name, depart, rides[0].depart, journey.access)]
    for (one, other), before in zip(pairwise(journey.rides), rides, strict=False):
        legs += [before, *told.change(one, other, before.arrive)]
    legs += [rides[-1], _walk(left.name, ends[1], rides[-1].arrive, arrive, journey.egress)]
    legs = [leg for leg in legs if leg.kind == "ride" or leg.minutes > 0]
    return a.Option(
        lines="→".join(ride.line or "" for ride in rides),
        depart=depart,
        arrive=arrive,
        minutes=_minutes(reach - leave),
        changes=len(rides) - 1,
        walk=sum(leg.minutes for leg in legs if leg.kind == "walk"),
        fare=_fare(network, [day.patterns[ride.pattern].line for ride in journey.rides]),
        legs=legs,
    )


def _fare(network: Network, lines: list[str]) -> float | None:
    """Yuan at most: the whole lines' fares; the metro, paid once however one changes, by its dearest line."""
    fares = [network.entry(line).fare for line in lines]
    if None in fares:
        return None
    known = [
        (network.timetable.lines[line].sort == _METRO, fare or 0.0) for line, fare in zip(lines, fares, strict=True)
    ]
    return sum(fare for is_metro, fare in known if not is_metro) + max(
        (f for is_metro, f in known if is_metro), default=0.0
    )


def _walk(origin: str, destination: str, depart: datetime, arrive: datetime, seconds: int) -> a.Leg:
    return a.Leg(
        kind="walk",
        line=None,
        sort=None,
        towards=None,
        origin=origin,
        destination=destination,
        depart=depart,
        arrive=arrive,
        minutes=_minutes(seconds),
        stops=None,
        distance=round(seconds * KMH / 3.6 / 10) * 10,
    )


def _minutes(seconds: int) -> int:
    """Whole minutes, never told shorter than it is."""
    return -(-seconds // 60)


class _Telling:
    def __init__(self, network: Network, day: Day, sort_of: Callable[[str], str]) -> None:
        self._network, self._day, self._sort_of = network, day, sort_of

    def moment(self, seconds: int) -> datetime:
        return self._network.timetable.moment(self._day.day, seconds)

    def board(self, ride: Ride) -> Stop:
        return self._day.stops[self._day.patterns[ride.pattern].stops[ride.board]]

    def alight(self, ride: Ride) -> Stop:
        return self._day.stops[self._day.patterns[ride.pattern].stops[ride.alight]]

    def ride(self, ride: Ride) -> a.Leg:
        pattern = self._day.patterns[ride.pattern]
        depart, arrive = pattern.departures[ride.board][ride.trip], pattern.arrivals[ride.alight][ride.trip]
        return a.Leg(
            kind="ride",
            line=self._network.timetable.lines[pattern.line].name,
            sort=self._sort_of(pattern.line),
            towards=pattern.trips[ride.trip].headsign or self._day.stops[pattern.stops[-1]].name,
            origin=self.board(ride).name,
            destination=self.alight(ride).name,
            depart=self.moment(depart),
            arrive=self.moment(arrive),
            minutes=_minutes(arrive - depart),
            stops=ride.alight - ride.board,
            distance=None,
            is_about=pattern.trips[ride.trip].by_headway,
        )

    def change(self, one: Ride, other: Ride, at: datetime) -> list[a.Leg]:
        """The walk from where one ride ends to where the next begins, if it is more than crossing the platform."""
        left, boarded = self.alight(one), self.board(other)
        away = metres(left.longitude, left.latitude, boarded.longitude, boarded.latitude)
        seconds = walk_seconds(away)
        if left.id == boarded.id or away * DETOUR < 30:  # another platform of the same stop
            return []
        return [_walk(left.name, boarded.name, at, at + timedelta(seconds=seconds), seconds)]
