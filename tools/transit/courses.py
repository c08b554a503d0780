"""A line's day: its courses with the first and the last trip, and how often it runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import NamedTuple

from tools.transit.gtfs import Trip
from tools.transit.network import Network
from tools.transit.rules import PartOfDay

_HOUR = 3_600


class Part(NamedTuple):
    """Departures in a part of the day; minutes between them."""

    name: str
    trips: int
    minutes: float | None


class Ran(NamedTuple):
    """A course on a day: stops' names, trips in order of departure, headways."""

    stops: tuple[str, ...]
    trips: tuple[Trip, ...]
    parts: tuple[Part, ...]

    @property
    def first(self) -> int:
        """Seconds of the first departure."""
        return self.trips[0].departures[0]

    @property
    def last(self) -> int:
        """Seconds of the last departure."""
        return self.trips[-1].departures[0]

    @property
    def minutes(self) -> int:
        """A usual trip's duration."""
        return round(median(trip.arrivals[-1] - trip.departures[0] for trip in self.trips) / 60)


def courses_of(network: Network, line: str, day: date, parts: Sequence[PartOfDay]) -> list[Ran]:
    """Courses of a line that begin on a service day, the one with the most trips first, then as the feed has them."""
    timetable = network.timetable
    running = timetable.services_on(day)
    groups: dict[tuple[str, ...], list[Trip]] = {}
    for trip in timetable.trips:
        if trip.line == line and trip.service in running:
            groups.setdefault(tuple(timetable.stops[stop].name for stop in trip.stops), []).append(trip)
    found = []
    for names, trips in groups.items():
        ordered = tuple(sorted(trips, key=lambda trip: trip.departures[0]))
        starts = [trip.departures[0] for trip in ordered]
        found.append(Ran(names, ordered, tuple(_parts(starts, parts))))
    return sorted(found, key=lambda ran: -len(ran.trips))


def _parts(starts: Sequence[int], parts: Sequence[PartOfDay]) -> list[Part]:
    """Headways by part of the day: the mean time between the departures that begin in it."""
    found = []
    for part in parts:
        held = [at for at in starts if part.since * _HOUR <= at < part.until * _HOUR]
        if held:
            mean = (held[-1] - held[0]) / (len(held) - 1) / 60 if len(held) > 1 else None
            found.append(Part(part.name, len(held), mean))
    return found
