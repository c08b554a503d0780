"""Which journeys to offer: the soonest for each number of changes, and another way without the main line.

The search gives the earliest arrival. A journey that arrives as early may leave later: by how much is found by halving,
since the earliest arrival never comes earlier for leaving later. The last way home is found in the same manner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tools.transit.day import Day
from tools.transit.raptor import Journey, Ride, journeys

CHANGES = 2
"""Changes that a journey has at most."""
_STEP = 60
_MOST = 4
_LONGER = 20 * 60
"""Another way may arrive so much later, or half the first one's time, whichever is more."""


@dataclass(frozen=True)
class Search:
    """A day, and the stops that one walks to and from: number → seconds."""

    day: Day
    access: Mapping[int, int]
    egress: Mapping[int, int]

    def soonest(self, start: int, avoid: frozenset[str] = frozenset()) -> list[Journey]:
        """Earliest arrivals by number of rides, each leaving as late as it can."""
        found = journeys(self.day, start, self.access, self.egress, CHANGES, avoid)
        return [self._later(journey, avoid) for journey in found]

    def choices(self, start: int) -> list[Journey]:
        """The soonest for each number of changes, and ways without their main line; in order of arrival."""
        found = self.soonest(start)
        if not found:
            return []
        best = min(found, key=lambda journey: journey.arrive)
        limit = best.arrive + max(_LONGER, (best.arrive - start) // 2)
        others = self.soonest(start, frozenset({self._main_line(best)}))
        found += [other for other in others if other.arrive <= limit]
        unlike = {self.lines(journey): journey for journey in sorted(found, key=_rank, reverse=True)}
        return sorted(unlike.values(), key=_rank)[:_MOST]

    def last(self, start: int, end: int) -> list[Journey]:
        """Journeys of the latest departure from ``start`` on that arrives until ``end``; none where none does."""

        def arrives(at: int) -> bool:
            return any(j.arrive <= end for j in journeys(self.day, at, self.access, self.egress, CHANGES))

        at = _latest(start, end, arrives)
        return [] if at is None else [j for j in self.soonest(at) if j.arrive <= end]

    def lines(self, journey: Journey) -> tuple[str, ...]:
        """The lines (ids) of a journey."""
        return tuple(self.day.patterns[ride.pattern].line for ride in journey.rides)

    def _main_line(self, journey: Journey) -> str:
        """The line on which most of the time is spent."""

        def seconds(ride: Ride) -> int:
            pattern = self.day.patterns[ride.pattern]
            return pattern.arrivals[ride.alight][ride.trip] - pattern.departures[ride.board][ride.trip]

        return self.day.patterns[max(journey.rides, key=seconds).pattern].line

    def _later(self, journey: Journey, avoid: frozenset[str]) -> Journey:
        """A journey with as few rides that arrives as early and leaves latest."""
        changes = len(journey.rides) - 1

        def search(at: int) -> list[Journey]:
            return journeys(self.day, at, self.access, self.egress, changes, avoid)

        def arrives(at: int) -> bool:
            found = search(at)
            return bool(found) and found[-1].arrive <= journey.arrive

        at = _latest(journey.depart, journey.arrive, arrives)
        return journey if at is None or at <= journey.depart else search(at)[-1]


def _rank(journey: Journey) -> tuple[int, int, int]:
    return journey.arrive, len(journey.rides), -journey.depart


def _latest(start: int, end: int, holds: Callable[[int], bool]) -> int | None:
    """The latest of start, start + 1 min … end for which ``holds`` (it holds up to some time); None where for none."""
    if not holds(start):
        return None
    low, high = 0, max(0, (end - start) // _STEP) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if holds(start + middle * _STEP):
            low = middle
        else:
            high = middle
    return start + low * _STEP
