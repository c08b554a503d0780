"""Which journeys to offer: the soonest for each number of changes, and another way without the main line.

The search gives the earliest arrival. A journey that arrives as early may leave later: by how much is found by halving,
since the earliest arrival never comes earlier for leaving later. The last way home is found in the same manner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from tools.transit.day import Day
from tools.transit.raptor import Journey, Ride, journeys

CHANGES = 2
"""Changes that a journey has at most."""
_STEP = 60
_MOST = 4
_LONGER = 30 * 60
"""Another way may take so much longer and arrive so much later, or half the first one's time, whichever is more."""
_LONG_WAIT = 90 * 60
_TRIES = 3


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
        """The soonest for each number of changes, and ways without their main line; in order of arrival.

        None that is much longer than the shortest is offered, and none that waits out a night between two rides.
        """
        found = self._soonest_without_long_wait(start)
        if not found:
            return []
        best = min(found, key=_rank)
        found += self.soonest(start, frozenset({self._main_line(best)}))
        found = [one for one in found if _took(one) <= max(_took(best) + _LONGER, 1.5 * _took(best))]
        limit = best.arrive + max(_LONGER, _took(best) // 2)
        unlike = {self.lines(one): one for one in sorted(found, key=_rank, reverse=True) if one.arrive <= limit}
        return sorted(unlike.values(), key=_rank)[:_MOST]

    def after(self, journey: Journey) -> Journey | None:
        """The soonest for one who misses a journey, with no more changes."""
        found = journeys(
            self.day, journey.depart + _STEP, self.access, self.egress, len(journey.rides) - 1, frozenset()
        )
        return self._later(found[-1], frozenset()) if found else None

    def _soonest_without_long_wait(self, start: int) -> list[Journey]:
        """The soonest; where the best waits long on the way, those that begin after that wait began, if there are."""
        first = found = self.soonest(start)
        for _ in range(_TRIES):
            if not found:
                break
            longest, begun = self._longest_wait(min(found, key=_rank))
            if longest <= _LONG_WAIT:
                return found
            found = self.soonest(begun)
        return first

    def _longest_wait(self, journey: Journey) -> tuple[int, int]:
        """Seconds between two rides, and when they begin."""
        waits = [(0, journey.depart)]
        for one, other in pairwise(journey.rides):
            left = self.day.patterns[one.pattern].arrivals[one.alight][one.trip]
            waits.append((self.day.patterns[other.pattern].departures[other.board][other.trip] - left, left))
        return max(waits)

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


def _took(journey: Journey) -> int:
    return journey.arrive - journey.depart


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
