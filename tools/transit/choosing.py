"""Which journeys to offer: the best of an evening or a morning, none that another is better than in every way.

The search gives the earliest arrival. A journey that arrives as early may leave later: by how much is found by halving,
since the earliest arrival never comes earlier for leaving later. The last way home is found in the same manner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.transit.day import Day
from tools.transit.raptor import Journey, journeys

CHANGES = 2
"""Changes that a journey has at most."""
_STEP = 60
_MOST = 4


@dataclass(frozen=True)
class Search:
    """A day, and the stops that one walks to and from: number → seconds."""

    day: Day
    access: Mapping[int, int]
    egress: Mapping[int, int]

    def soonest(self, start: int, changes: int = CHANGES) -> list[Journey]:
        """Earliest arrivals by number of rides, each leaving as late as it can."""
        found = journeys(self.day, start, self.access, self.egress, changes)
        return [self._later(journey) for journey in found]

    def choices(self, start: int) -> list[Journey]:
        """The soonest, and those after them, as far as none is better in every way."""
        found = self.soonest(start)
        if found:
            found += self.soonest(min(journey.depart for journey in found) + _STEP)
        return _undominated(found)[:_MOST]

    def last(self, start: int, end: int) -> list[Journey]:
        """Journeys of the latest departure from ``start`` on that arrives until ``end``; none where none does."""

        def arrives(at: int) -> bool:
            return any(j.arrive <= end for j in journeys(self.day, at, self.access, self.egress, CHANGES))

        at = _latest(start, end, arrives)
        return [] if at is None else [j for j in self.soonest(at) if j.arrive <= end]

    def _later(self, journey: Journey) -> Journey:
        """A journey with as few rides that arrives as early and leaves latest."""
        changes = len(journey.rides) - 1

        def arrives(at: int) -> bool:
            found = journeys(self.day, at, self.access, self.egress, changes)
            return bool(found) and found[-1].arrive <= journey.arrive

        at = _latest(journey.depart, journey.arrive, arrives)
        if at is None or at <= journey.depart:
            return journey
        return journeys(self.day, at, self.access, self.egress, changes)[-1]


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


def _undominated(found: Sequence[Journey]) -> list[Journey]:
    """Those that no other leaves later, arrives earlier and changes less than; each once."""
    unlike = list(dict.fromkeys(found))
    kept = [one for one in unlike if not any(_better(other, one) for other in unlike)]
    return sorted(kept, key=lambda journey: (journey.arrive, len(journey.rides), -journey.depart))


def _better(one: Journey, other: Journey) -> bool:
    mine = (-one.depart, one.arrive, len(one.rides), one.access + one.egress)
    theirs = (-other.depart, other.arrive, len(other.rides), other.access + other.egress)
    return mine[:3] != theirs[:3] and all(a <= b for a, b in zip(mine[:3], theirs[:3], strict=True))
