"""A day among the sights: who is asked for, which sights may be stops, and the plan."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from tools.tourism.crowd import Now, Usual
from tools.tourism.opening import Span, minutes
from tools.tourism.route import Break, Route, Stop, Task, best_route
from tools.tourism.travel import By, Leg, Point, leg

if TYPE_CHECKING:
    from tools.tourism.rules import Rules
    from tools.tourism.sights import Sight, Sights

Interest = Literal[
    "history",
    "museums",
    "nature",
    "family",
    "food",
    "shopping",
    "night",
    "industry",
    "countryside",
    "sport",
    "arts",
]
_SOON = 2  # hours for which the count of now says more than what is usual
_HARD = 3
_TIRING = 2
HOURS = 24


@dataclass(frozen=True)
class Wish:
    """What is asked for. Minutes after midnight."""

    start: Point
    day: date
    begin: int
    end: int
    by: By
    interests: frozenset[str]
    children: bool
    elderly: bool
    indoor: bool
    most: int

    @property
    def slow(self) -> bool:
        """Whether the party walks slowly."""
        return self.children or self.elderly


class Crowding(NamedTuple):
    """What is known of visitors: usual ones, those of now, the hour of now where the plan is for today."""

    usual: Usual
    now: Mapping[str, Now]
    hour: int | None

    def share(self, sight: Sight, hour: int) -> float | None:
        """Expected share of the capacity in that hour; None where nothing is known."""
        usual = self.usual.at(sight.id, hour)
        known = [usual / sight.capacity] if usual is not None else []
        if self.hour is not None and sight.id in self.now and 0 <= hour - self.hour < _SOON:
            known.append(self.now[sight.id].inside / sight.capacity)
        return max(known, default=None)


@dataclass(frozen=True)
class Plan:
    """A route over sights, with the ways between its stops (the last one leads home)."""

    route: Route
    candidates: int
    legs: tuple[Leg, ...]


def plan(sights: Sights, wish: Wish, crowding: Crowding, today: date) -> Plan | None:
    """The most valuable day that is possible; None where nothing fits."""
    rules = sights.rules
    fitting: list[tuple[Sight, Stop]] = []
    for sight in sights.by_id.values():
        stop = _stop(sights, sight, wish, crowding, today)
        if stop is not None and _reachable(sight, stop, wish, rules):
            fitting.append((sight, stop))
    if not fitting:
        return None
    points = [sight.point for sight, _ in fitting] + [wish.start]
    travel = tuple(tuple(leg(a, b, wish.by, wish.slow, rules.travel).minutes for b in points) for a in points)
    breaks = tuple(_breaks(rules, wish))
    task = Task(
        tuple(stop for _, stop in fitting), travel, wish.begin, wish.end, breaks, wish.most, rules.score.minute_cost
    )
    route = best_route(task)
    return Plan(route, len(fitting), _legs(sights, route, wish)) if route is not None else None


def _stop(sights: Sights, sight: Sight, wish: Wish, crowding: Crowding, today: date) -> Stop | None:
    """The sight as a stop of that day; None where it may not or shall not be one."""
    if (wish.indoor and not sight.indoor) or (wish.elderly and sight.effort >= _HARD):
        return None
    if sight.booking_days is not None and (wish.day - today).days < sight.booking_days:
        return None
    spans = tuple(span for span in sights.openings.on(sight.id, wish.day) if _inside(span, wish))
    scores = tuple(_score(sight, hour, wish, crowding, sights.rules) for hour in range(HOURS))
    return Stop(sight.id, spans, sight.stay, scores) if spans and max(scores) > 0 else None


def _inside(span: Span, wish: Wish) -> bool:
    return span.last_entry >= wish.begin and span.opens < wish.end


def _score(sight: Sight, hour: int, wish: Wish, crowding: Crowding, rules: Rules) -> float:
    """The value of entering in that hour, as minutes at a sight of the highest value; 0 where it will be full."""
    weigh, share = rules.score, crowding.share(sight, hour)
    if share is not None and share >= rules.crowd.full:
        return 0.0
    worth: float = (sight.value / 100) ** weigh.power
    score = sight.stay * worth * (1 - weigh.crowd_weight * min(share or 0.0, 1.0))
    if wish.interests and not wish.interests & sight.interests:
        score *= weigh.other_interest
    if wish.children:
        score *= weigh.family if sight.family else weigh.not_family
    if wish.elderly and sight.effort >= _TIRING:
        score *= weigh.tiring
    return score


def _reachable(sight: Sight, stop: Stop, wish: Wish, rules: Rules) -> bool:
    """Whether there is time to go, see it and come back, were it the only stop."""
    there = leg(wish.start, sight.point, wish.by, wish.slow, rules.travel).minutes
    back = leg(sight.point, wish.start, wish.by, wish.slow, rules.travel).minutes
    return any(enter + stop.stay + back <= wish.end for enter, _ in stop.entries(wish.begin + there))


def _breaks(rules: Rules, wish: Wish) -> list[Break]:
    """The meals that the day holds whole, from before they may begin until after they must be over."""
    meals = [Break(minutes(meal.first), minutes(meal.last), meal.minutes) for meal in rules.meals]
    return [meal for meal in meals if wish.begin <= meal.first and meal.last + meal.length <= wish.end]


def _legs(sights: Sights, route: Route, wish: Wish) -> tuple[Leg, ...]:
    points = [wish.start, *(sights.by_id[v.stop].point for v in route.visits if v.stop is not None), wish.start]
    ways = itertools.pairwise(points)
    return tuple(leg(a, b, wish.by, wish.slow, sights.rules.travel) for a, b in ways)
