"""Classes of surface water: the class of a section is that of its worst indicator.

Limits: GB 3838-2002, table 1 (Ⅰ–Ⅴ), with the stricter phosphorus of lakes and reservoirs; beyond Ⅴ lies "worse than Ⅴ".
Method: single-factor evaluation, status by class and change of status by steps (Measures for the Environmental Quality
Evaluation of Surface Water, trial, Ministry document 2011 No. 22). The limits are data: ``environment/water.yaml``.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Literal, NamedTuple, Self, get_args

from pydantic import Field, model_validator

from city.schema import Record

FILE = "environment/water.yaml"
Item = Literal["ph", "oxygen", "permanganate", "ammonia", "phosphorus"]
ITEMS: tuple[Item, ...] = get_args(Item)
Kind = Literal["river", "lake"]
CLASSES = 5
GOOD = 3
"""Classes Ⅰ–Ⅴ; the number after them is "worse than Ⅴ". Up to GOOD water is called good."""
_EPSILON = 1e-9


class Limits(Record):
    """The limits of one indicator, class Ⅰ first. ``most``: not above; ``least``: not below; both: a range."""

    name: str
    unit: str = ""
    most: tuple[float, ...] = ()
    least: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for limits, rising in ((self.most, 1), (self.least, -1)):
            steps = [rising * (high - low) for low, high in itertools.pairwise(limits)]
            if limits and (len(limits) != CLASSES or min(steps) < 0):
                raise ValueError(f"{self.name}: five limits, none stricter than the one before")
        if not self.most and not self.least:
            raise ValueError(f"{self.name}: give limits")
        return self

    def grade(self, value: float) -> int:
        """The class of a value, 1 … 6."""
        return next((n for n in range(1, CLASSES + 1) if self._holds(value, n)), CLASSES + 1)

    def limit(self, value: float, grade: int) -> float:
        """The limit of a class that a value which misses it goes beyond."""
        if self.least and (not self.most or value < self.least[grade - 1]):
            return self.least[grade - 1]
        return self.most[grade - 1]

    def _holds(self, value: float, grade: int) -> bool:
        above = not self.least or value >= self.least[grade - 1] - _EPSILON
        return above and (not self.most or value <= self.most[grade - 1] + _EPSILON)


class WaterRules(Record):
    """``environment/water.yaml``."""

    title: str
    limits: dict[Item, Limits]
    lake: dict[Item, Limits] = Field(default_factory=dict, description="limits that differ in lakes and reservoirs")
    classes: tuple[str, ...] = Field(min_length=CLASSES + 1, max_length=CLASSES + 1)
    statuses: tuple[str, ...] = Field(
        min_length=CLASSES + 1, max_length=CLASSES + 1, description="status of each class"
    )
    changes: dict[Literal["same", "better", "worse", "much_better", "much_worse"], str]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if set(self.limits) != set(ITEMS):
            raise ValueError(f"limits are needed for {', '.join(ITEMS)}")
        return self

    def of(self, item: Item, kind: Kind) -> Limits:
        """The limits of an indicator in a river or a lake."""
        return self.lake.get(item, self.limits[item]) if kind == "lake" else self.limits[item]

    def change(self, before: int, now: int) -> str:
        """The words for a change of class: it counts by steps of status, two steps being much."""
        ranks = list(dict.fromkeys(self.statuses))
        steps = ranks.index(self.statuses[now - 1]) - ranks.index(self.statuses[before - 1])
        if steps == 0:
            return self.changes["same"]
        if steps < 0:
            return self.changes["better" if steps == -1 else "much_better"]
        return self.changes["worse" if steps == 1 else "much_worse"]


class Graded(NamedTuple):
    """The class of a section, 1 … 6; None where an indicator is missing and the others leave it open."""

    grade: int | None
    items: Mapping[Item, int]
    missing: tuple[Item, ...]


def graded(values: Mapping[Item, float | None], kind: Kind, rules: WaterRules) -> Graded:
    """The class of the worst indicator. With indicators missing only the worst class of all is certain."""
    items = {name: rules.of(name, kind).grade(value) for name in ITEMS if (value := values.get(name)) is not None}
    missing = tuple(name for name in ITEMS if name not in items)
    worst = max(items.values(), default=0)
    return Graded(worst if worst and (not missing or worst > CLASSES) else None, items, missing)
