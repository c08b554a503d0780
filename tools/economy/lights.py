"""Warning lights of economic indicators, and the composite.

Method: the warning-light signals of the National Bureau of Statistics' business-climate monitoring (five lights from
overheated to overcooled, scored 5 to 1, summed with weights and put on a scale of 100 at full marks); the composite's
marks 36, 50, 73 and 85 are those that are customary for it (Bi, Liu: Economic Cycles and Early Warning Systems, 1990).
An indicator's own limits are the median of its history, and one and two robust deviations (1.4826 times the median
absolute deviation: Hampel, JASA 69 (1974) 383) on each side. A month's limits rest on earlier months alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median
from typing import Literal, NamedTuple, Self, get_args

from pydantic import Field, model_validator

from city.schema import Record
from tools.economy.catalogue import Span

FILE = "economy/warnings.yaml"
Group = Literal["leading", "coincident", "lagging"]
GROUPS: tuple[Group, ...] = get_args(Group)
LIGHTS = 5
_NORMAL = 1.4826
_FULL = 100.0


class Member(Record):
    """An indicator of the warning. ``turn``: -1 where more is worse, as of unemployment."""

    indicator: str
    span: Span
    by: Literal["growth", "value"] = "growth"
    group: Group
    turn: Literal[1, -1] = 1
    weight: float = Field(default=1.0, gt=0)


class Warnings(Record):
    """``economy/warnings.yaml``. Lights and meanings run from the coldest to the hottest."""

    members: tuple[Member, ...] = Field(min_length=3)
    groups: dict[Group, str]
    lights: tuple[str, ...] = Field(min_length=LIGHTS, max_length=LIGHTS)
    meanings: tuple[str, ...] = Field(min_length=LIGHTS, max_length=LIGHTS)
    marks: tuple[float, float, float, float] = (36, 50, 73, 85)
    deviations: tuple[float, float] = (1.0, 2.0)
    window: int = Field(default=60, ge=12, description="months of history that set the limits, at most")
    least: int = Field(default=24, ge=6, description="fewer values of history give no light")
    share: float = Field(default=0.8, gt=0, le=1, description="of the weight that a composite needs")
    title: str = Field(description="title of the chart")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if list(self.marks) != sorted(set(self.marks)) or not 0 < self.deviations[0] < self.deviations[1]:
            raise ValueError("marks and deviations rise")
        names = [one.indicator for one in self.members]
        if len(set(names)) < len(names):
            raise ValueError("an indicator counts once")
        return self


class Limits(NamedTuple):
    """What is usual of an indicator: the median, and the four limits from cold to hot."""

    middle: float
    marks: tuple[float, float, float, float]
    length: int

    def score(self, value: float, turn: int) -> int:
        """1 (overcooled) to 5 (overheated); a value on a limit is still on its inner side."""
        far, near, high, top = self.marks
        score = 1 + (value >= far) + (value >= near) + (value > high) + (value > top)
        return score if turn > 0 else LIGHTS + 1 - score


def limits(history: Sequence[float], rules: Warnings) -> Limits | None:
    """The limits that a history gives; None where it is too short or does not vary."""
    values = list(history)[-rules.window :]
    if len(values) < rules.least:
        return None
    middle = median(values)
    spread = _NORMAL * median(abs(value - middle) for value in values)
    if spread <= 0:
        return None
    near, far = rules.deviations
    marks = (middle - far * spread, middle - near * spread, middle + near * spread, middle + far * spread)
    return Limits(middle, marks, len(values))


class Light(NamedTuple):
    """The light of an indicator in a month."""

    score: int
    value: float
    limits: Limits


def lit(series: Mapping[date, float], turn: int, rules: Warnings) -> dict[date, Light]:
    """The light of every month that has enough history before it."""
    found: dict[date, Light] = {}
    past: list[float] = []
    for month in sorted(series):
        usual = limits(past, rules)
        if usual is not None:
            found[month] = Light(usual.score(series[month], turn), series[month], usual)
        past.append(series[month])
    return found


def composite(scores: Mapping[str, int], weights: Mapping[str, float], share: float) -> float | None:
    """The composite of those with a light, full marks being 100; None where too much of the weight is dark."""
    lighted = sum(weights[name] for name in scores)
    if not lighted or lighted < share * sum(weights.values()) - 1e-9:
        return None
    return _FULL * sum(weights[name] * score for name, score in scores.items()) / (LIGHTS * lighted)


def light_of(score: float, rules: Warnings) -> int:
    """The composite's light, 1 to 5."""
    return 1 + sum(score > mark for mark in rules.marks)


def run_length(values: Sequence[object]) -> int:
    """How many of the last values are the same as the last."""
    count = 0
    for value in reversed(values):
        if value != values[-1]:
            break
        count += 1
    return count


def falls(values: Sequence[float]) -> int:
    """How many times in a row the last values fell."""
    count = 0
    for earlier, later in zip(reversed(values[:-1]), reversed(values[1:]), strict=True):
        if later >= earlier:
            break
        count += 1
    return count
