"""Anomalies planted into the made-up series, so that a detector can be measured. No tool reads what was planted.

Sizes are standard deviations of the sign's own noise at that hour, drawn evenly from the recipe's range; stuck values
repeat the last one, dropouts read zero. Joint anomalies move three to five signs of one cause of the catalogue at
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.feeds.world import Floats, World
from tools.vitals.catalogue import Catalogue
from tools.vitals.simulate import Course, PlantedRecipe, Planting

_DAY = 24
_YEAR_DAYS = 365.25
_FEWEST_COUNTED = 4.0
"""A count that is usually smaller than this cannot be seen to drop out."""


class Planted(NamedTuple):
    """One anomaly of one sign: hours ``begin`` to before ``end``. ``joint`` tells events of one cause, -1 for none."""

    row: int
    sign: str
    kind: str
    begin: int
    end: int
    size: float
    joint: int = -1
    cause: str = ""


def plant(
    world: World,
    catalogue: Catalogue,
    courses: Sequence[Course],
    held: NDArray[np.bool_],
    recipe: PlantedRecipe,
) -> list[Planted]:
    """Draw anomalies and put them into the courses (in place). Stuck and dropped values are left to the caller."""
    rng = world.rng("vitals.planted")
    taken = _Taken(held, recipe)
    events = list(_joint(rng, world, catalogue, courses, taken, recipe.joint))
    years = held.shape[1] / _DAY / _YEAR_DAYS
    for kind, planting in recipe.kinds.items():
        for row, course in enumerate(courses):
            for _ in range(rng.poisson(planting.per_year * years * held[row].mean())):
                begin, end = taken.draw(rng, row, planting)
                if end > begin and _fits(kind, course, begin, end):
                    taken.take(row, begin, end)
                    size = float(rng.uniform(*planting.size))
                    events.append(Planted(row, course.sign.id, kind, begin, end, size))
    for event in events:
        if event.kind in _EFFECTS:
            turn = event.size * _side(rng, courses[event.row], event)
            _EFFECTS[event.kind](courses[event.row], event, turn)
    return sorted(events, key=lambda event: (event.begin, event.row))


class _Taken:
    """Which hours of which sign are still free for an anomaly."""

    def __init__(self, held: NDArray[np.bool_], recipe: PlantedRecipe) -> None:
        self.free = held.copy()
        self.free[:, : recipe.first_day * _DAY] = False
        # A sign in season has been seen for nine weeks of it, too.
        for row in range(len(held)):
            seen = np.cumsum(held[row])
            self.free[row] &= seen > recipe.first_day * _DAY
        self._apart = recipe.apart_days * _DAY

    def draw(self, rng: np.random.Generator, row: int, planting: Planting) -> tuple[int, int]:
        """Hours for an anomaly, or an empty stretch where none was found."""
        length = int(rng.integers(planting.hours[0], planting.hours[1] + 1))
        for _ in range(20):
            begin = int(rng.integers(0, self.free.shape[1] - length))
            if self.is_free(row, begin, begin + length):
                return begin, begin + length
        return 0, 0

    def is_free(self, row: int, begin: int, end: int) -> bool:
        return bool(self.free[row, begin:end].all())

    def take(self, row: int, begin: int, end: int) -> None:
        self.free[row, max(0, begin - self._apart) : end + self._apart] = False


def _joint(
    rng: np.random.Generator,
    world: World,
    catalogue: Catalogue,
    courses: Sequence[Course],
    taken: _Taken,
    planting: Planting,
) -> Iterator[Planted]:
    rows = {course.sign.id: row for row, course in enumerate(courses)}
    years = len(world.hours) / _DAY / _YEAR_DAYS
    for number in range(rng.poisson(planting.per_year * years)):
        cause = catalogue.causes[int(rng.integers(len(catalogue.causes)))]
        chosen = rng.permutation(sorted(cause.signs))[: int(rng.integers(3, 6))]
        begin, end = taken.draw(rng, rows[chosen[0]], planting)
        if end == begin or not all(taken.is_free(rows[sign], begin, end) for sign in chosen):
            continue
        for sign in chosen:
            taken.take(rows[sign], begin, end)
            size = float(rng.uniform(*planting.size)) * (1 if cause.signs[sign] == "+" else -1)
            yield Planted(rows[sign], str(sign), "joint", begin, end, size, number, cause.name)


def _fits(kind: str, course: Course, begin: int, end: int) -> bool:
    """Whether such an anomaly can be there at all: zero is no dropout of a closed hall, a flat day has no shape."""
    usual = course.scale.back(course.expected[begin:end])
    if kind == "dropout":
        return bool((usual >= _FEWEST_COUNTED).all()) or (course.sign.kind != "count" and bool((usual > 0).all()))
    wide = float(np.median(course.spread[begin:end]))
    if kind == "stuck":
        return bool(np.ptp(course.expected[begin:end]) > wide)
    if kind == "shape":
        return _reach(course, begin, end) > wide
    return True


def _side(rng: np.random.Generator, course: Course, event: Planted) -> float:
    """Up or down; away from the bound where the scale has one."""
    if event.kind == "joint":
        return 1.0
    usual = float(np.mean(course.expected[event.begin : event.end]))
    moved = event.size * float(np.median(course.spread[event.begin : event.end]))
    if course.sign.kind == "share" and usual + moved > 100:
        return -1.0
    if course.sign.kind == "count" and usual - moved < 0.6:
        return 1.0
    return float(rng.choice([-1.0, 1.0]))


def _level(course: Course, event: Planted, size: float) -> None:
    course.values[event.begin : event.end] += size * course.spread[event.begin : event.end]


def _drift(course: Course, event: Planted, size: float) -> None:
    length = event.end - event.begin
    grown = np.arange(1, length + 1) / length
    course.values[event.begin : event.end] += size * course.spread[event.begin : event.end] * grown


def _shape(course: Course, event: Planted, size: float) -> None:
    """The day runs some hours late or early, as strongly as ``size`` says (root mean square)."""
    moved = _moved(course, event.begin, event.end) - course.expected[event.begin : event.end]
    wide = float(np.median(course.spread[event.begin : event.end]))
    strength = abs(size) * wide / max(float(np.sqrt(np.mean(moved**2))), 1e-12)
    course.values[event.begin : event.end] += moved * strength


def _moved(course: Course, begin: int, end: int) -> Floats:
    return course.expected[begin - 6 : end - 6]


def _reach(course: Course, begin: int, end: int) -> float:
    return float(np.sqrt(np.mean((_moved(course, begin, end) - course.expected[begin:end]) ** 2)))


_EFFECTS: dict[str, Callable[[Course, Planted, float], None]] = {
    "spike": _level,
    "shift": _level,
    "joint": _level,
    "drift": _drift,
    "shape": _shape,
}
