"""What leaves a stop: the next departures, the first and the last of a service day, by line and direction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from tools.transit.day import Day
from tools.transit.network import Network

_DAY = 86_400


class Way(NamedTuple):
    """A line in a direction, named by where its vehicles go."""

    line: str
    towards: str


class Leaving(NamedTuple):
    """Departures of a way (moments): the next ones from the time asked, the first and the last of the service day.

    ``is_about``: some run by a headway and not by the minute.
    """

    way: Way
    coming: tuple[datetime, ...]
    first: datetime
    last: datetime
    is_about: bool


def leaving(network: Network, day: Day, stops: frozenset[int], at: datetime, begins: int) -> list[Leaving]:
    """What leaves any of the stops; the service day goes from ``begins`` o'clock to that of the next morning.

    A way without any departure on the service day is left out. In order of the next departure; those that have none
    come last.
    """
    found: dict[Way, set[int]] = {}
    about: set[Way] = set()
    for way, seconds, by_headway in _departures(network, day, stops):
        found.setdefault(way, set()).add(seconds)
        about |= {way} if by_headway else set()
    since = begins * 3600
    now = network.days.seconds(day.day, at)
    board = []
    for way, times in found.items():
        ordered = sorted(times)
        today = [seconds for seconds in ordered if since <= seconds < since + _DAY]
        if today:
            coming = tuple(network.timetable.moment(day.day, s) for s in ordered if s >= now)
            first, last = (network.timetable.moment(day.day, seconds) for seconds in (today[0], today[-1]))
            board.append(Leaving(way, coming, first, last, way in about))
    return sorted(board, key=lambda item: (not item.coming, item.coming[:1], item.way))


def _departures(network: Network, day: Day, stops: frozenset[int]) -> Iterator[tuple[Way, int, bool]]:
    for stop in stops:
        for call in day.calls[stop]:
            pattern = day.patterns[call.pattern]
            if call.position == len(pattern.stops) - 1 or not pattern.boards[call.position]:
                continue
            end = day.stops[pattern.stops[-1]].name
            for trip, seconds in zip(pattern.trips, pattern.departures[call.position], strict=True):
                yield Way(pattern.line, trip.headsign or end), seconds, trip.by_headway


def lines_at(day: Day, stop: int) -> set[str]:
    """Lines (by id) that one can board at a stop."""
    found = set()
    for call in day.calls[stop]:
        pattern = day.patterns[call.pattern]
        if pattern.boards[call.position] and call.position < len(pattern.stops) - 1:
            found.add(pattern.line)
    return found


def next_day_with(network: Network, line: str, after: date) -> date | None:
    """The first day after ``after`` on which a line runs."""
    services = {trip.service for trip in network.timetable.trips if trip.line == line}
    span = network.timetable.days
    if span is None:
        return None
    for number in range(max(after.toordinal() + 1, span[0].toordinal()), span[1].toordinal() + 1):
        day = date.fromordinal(number)
        if services & network.timetable.services_on(day):
            return day
    return None
