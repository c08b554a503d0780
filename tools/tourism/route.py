"""The best order of stops in a day: the orienteering problem with time windows, breaks, and value by hour of entry.

Labels (stops seen, last stop, breaks taken) → (value, time) are extended stop by stop, and one that another label of
the same key beats is dropped (dynamic programming over labels, after Righini and Salani, "Decremental state space
relaxation strategies … for the orienteering problem with time windows", Computers & Operations Research 36, 2009).
Few candidates are solved exactly, with an upper bound (fractional knapsack) that cuts hopeless labels; for many, only
the most promising labels of each length are kept (a beam), and the best stops found are then ordered exactly.

Time is in whole minutes after midnight. Waiting and travel cost ``minute_cost`` of value a minute, so that a later
label may be beaten by an earlier one that waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from tools.tourism.opening import Span

EXACT_UP_TO = 12
WIDTH = 200
_QUICK = 40
_HOUR = 60
_TINY = 1e-9


@dataclass(frozen=True)
class Stop:
    """A place to see. ``scores[h]`` is its value where one enters within hour ``h``; 0: not to be entered then."""

    id: str
    spans: tuple[Span, ...]
    stay: int
    scores: tuple[float, ...]

    def entries(self, time: int) -> Iterator[tuple[int, float]]:
        """Moments of entry from ``time`` on that may be best: the first, and later ones where the value rises."""
        best = 0.0
        for span in self.spans:
            last = min(span.last_entry, span.closes - self.stay)
            at = max(time, span.opens)
            while at <= last:
                score = self.scores[min(at // _HOUR, 23)]
                if score > best + _TINY:
                    best = score
                    yield at, score
                at = (at // _HOUR + 1) * _HOUR

    @cached_property
    def last_entry(self) -> int:
        """The last minute in which one may enter; -1 where there is none."""
        return max((min(s.last_entry, s.closes - self.stay) for s in self.spans), default=-1)

    @cached_property
    def most(self) -> float:
        """The highest value it can have."""
        return max(self.scores)


class Break(NamedTuple):
    """A meal: begins between ``first`` and ``last``."""

    first: int
    last: int
    length: int


@dataclass(frozen=True)
class Task:
    """A day to be filled. ``travel[i][j]`` is minutes; the last index is where the day begins and ends."""

    stops: tuple[Stop, ...]
    travel: tuple[tuple[int, ...], ...]
    begin: int
    end: int
    breaks: tuple[Break, ...] = ()
    most: int = 20
    minute_cost: float = 0.15

    @property
    def home(self) -> int:
        """Index of where the day begins."""
        return len(self.stops)

    def only(self, kept: Sequence[int]) -> Task:
        """The same day with some of the stops."""
        index = (*kept, self.home)
        travel = tuple(tuple(self.travel[i][j] for j in index) for i in index)
        stops = tuple(self.stops[i] for i in kept)
        return Task(stops, travel, self.begin, self.end, self.breaks, self.most, self.minute_cost)


class Visit(NamedTuple):
    """One stop of a route, or a break (``stop`` is None)."""

    stop: str | None
    arrive: int
    enter: int
    leave: int


class Route(NamedTuple):
    """The plan found. ``back`` is the minute of return; ``exact``: no plan of these stops is worth more."""

    value: float
    visits: tuple[Visit, ...]
    back: int
    exact: bool


class _Label(NamedTuple):
    value: float
    time: int
    last: int
    mask: int
    taken: int
    enter: int
    parent: _Label | None


def best_route(task: Task) -> Route | None:
    """The most valuable route that is possible; None where not one stop fits."""
    if len(task.stops) <= EXACT_UP_TO:
        found = _search(task, None)
        return _route(task, found, exact=True) if found else None
    wide = _search(task, WIDTH)
    if wide is None:
        return None
    seen = [i for i in range(len(task.stops)) if wide.mask >> i & 1]
    rest = sorted((i for i in range(len(task.stops)) if i not in seen), key=lambda i: -_worth(task, i))
    small = task.only(kept := sorted([*seen, *rest][: max(EXACT_UP_TO, len(seen))]))
    again = _search(small, None if len(kept) <= EXACT_UP_TO else WIDTH)
    if again and again.value > wide.value + _TINY:
        return _route(small, again, exact=False)
    return _route(task, wide, exact=False)


def _search(task: Task, width: int | None) -> _Label | None:
    """The best closed label (back home by the end, every break taken). ``width``: labels kept a level; None: all."""
    gains, pace = _gains(task), _pace(task)
    best = _search(task, _QUICK) if width is None else None
    level = list(_with_breaks(task, _Label(0.0, task.begin, task.home, 0, 0, -1, None)))
    for _ in range(min(task.most, len(task.stops))):
        level = _next_level(task, level)
        for label in level:
            closed = _closed(task, label)
            if closed is not None and (best is None or closed.value > best.value + _TINY):
                best = closed
        floor = best.value if best is not None else 0.0
        if width is None:
            level = [label for label in level if label.value + _rest(task, label, gains) > floor + _TINY]
        elif len(level) > width:
            level = sorted(level, key=lambda label: pace * label.time - label.value)[:width]
    return best


def _next_level(task: Task, level: Sequence[_Label]) -> list[_Label]:
    """Every label one stop longer that no other beats."""
    kept: dict[tuple[int, int, int], list[_Label]] = {}
    for label in level:
        for longer in _extended(task, label):
            for made in _with_breaks(task, longer):
                _keep(kept, made, task.minute_cost)
    return [label for labels in kept.values() for label in labels]


def _extended(task: Task, label: _Label) -> Iterator[_Label]:
    """Every next stop, at each moment of entry worth having."""
    for j, stop in enumerate(task.stops):
        if label.mask >> j & 1:
            continue
        arrive = label.time + task.travel[label.last][j]
        for enter, score in stop.entries(arrive):
            leave = enter + stop.stay
            if leave + task.travel[j][task.home] > task.end:
                break
            value = label.value + score - task.minute_cost * (enter - label.time)
            yield _Label(value, leave, j, label.mask | 1 << j, label.taken, enter, label)


def _with_breaks(task: Task, label: _Label) -> Iterator[_Label]:
    """The label, and it again with the breaks taken next."""
    yield label
    while label.taken < len(task.breaks):
        meal = task.breaks[label.taken]
        start = max(label.time, meal.first)
        if start > meal.last:
            return
        value = label.value - task.minute_cost * (start - label.time)
        label = _Label(value, start + meal.length, label.last, label.mask, label.taken + 1, start, label)
        yield label


def _keep(kept: dict[tuple[int, int, int], list[_Label]], made: _Label, cost: float) -> None:
    """Add a label unless one of its key is as good; drop those that it beats."""
    labels = kept.setdefault((made.mask, made.last, made.taken), [])
    if any(_beats(other, made, cost) for other in labels):
        return
    labels[:] = [other for other in labels if not _beats(made, other, cost)]
    labels.append(made)


def _beats(one: _Label, other: _Label, cost: float) -> bool:
    """Whether ``one`` may wait until ``other``'s time and still be worth as much."""
    return one.time <= other.time and one.value - cost * (other.time - one.time) >= other.value - _TINY


def _closed(task: Task, label: _Label) -> _Label | None:
    """The label with the way home; None where that is too late or a break is missing."""
    home = task.travel[label.last][task.home]
    if label.taken < len(task.breaks) or label.time + home > task.end:
        return None
    return label._replace(value=label.value - task.minute_cost * home)


class _Gain(NamedTuple):
    """What a stop may bring at most: by minute, in all, in how many minutes; the last moment to set out for it."""

    rate: float
    gain: float
    time: int
    last_out: int
    bit: int


def _gains(task: Task) -> tuple[_Gain, ...]:
    """Of every stop, the highest rate first."""
    found = []
    for j, stop in enumerate(task.stops):
        way = _soonest(task, j)
        gain = stop.most - task.minute_cost * way
        if gain > 0:
            found.append(_Gain(gain / (stop.stay + way), gain, stop.stay + way, stop.last_entry - way, 1 << j))
    return tuple(sorted(found, reverse=True))


def _pace(task: Task) -> float:
    """Value a minute that a good day makes: what the best stops that fill the day would bring, by minute."""
    total, used = 0.0, 0
    for gain in _gains(task):
        if used >= task.end - task.begin:
            break
        total, used = total + gain.gain, used + gain.time
    return total / max(used, 1)


def _rest(task: Task, label: _Label, gains: Sequence[_Gain]) -> float:
    """An upper bound of what may still be gained: the fractional knapsack of time over what is still open."""
    left = task.end - label.time - sum(meal.length for meal in task.breaks[label.taken :])
    total = 0.0
    for one in gains:
        if label.mask & one.bit or label.time > one.last_out:
            continue
        if one.time >= left:
            return total + one.rate * max(left, 0)
        total, left = total + one.gain, left - one.time
    return total


def _soonest(task: Task, j: int) -> int:
    """The shortest way into a stop."""
    return min(task.travel[i][j] for i in range(task.home + 1) if i != j)


def _worth(task: Task, j: int) -> float:
    """Value by minute, the way in counted."""
    way = _soonest(task, j)
    return (task.stops[j].most - task.minute_cost * way) / (task.stops[j].stay + way)


def _route(task: Task, closed: _Label, *, exact: bool) -> Route:
    visits: list[Visit] = []
    label: _Label | None = closed
    while label is not None and label.parent is not None:
        before = label.parent
        if label.mask == before.mask:
            visits.append(Visit(None, before.time, label.enter, label.time))
        else:
            arrive = before.time + task.travel[before.last][label.last]
            visits.append(Visit(task.stops[label.last].id, arrive, label.enter, label.time))
        label = before
    back = closed.time + task.travel[closed.last][task.home]
    return Route(closed.value, tuple(reversed(visits)), back, exact)
