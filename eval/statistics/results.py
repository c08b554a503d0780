"""What statistics tell. Numbers are None where they are undefined, so that they can be written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from eval.suite import FigureSpec

Better = Literal["higher", "lower"]


class _Result(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Statistic(_Result):
    """A figure to be computed. ``name`` tells it from all others of a run (its draws follow from it)."""

    name: str = Field(description="suite and figure, e.g. gate.accuracy")
    how: str = Field(description="of eval.metrics.HOW")
    of: tuple[str, ...] = Field(description="values, in the order of the aggregator")
    options: Mapping[str, Any] = Field(default_factory=dict)
    better: Better = "higher"

    @classmethod
    def named(cls, name: str, spec: FigureSpec) -> Statistic:
        """The statistic of a suite's figure."""
        return cls(name=name, how=spec.how, of=spec.of, options=spec.options, better=spec.better)


class Interval(_Result):
    """A figure with the interval that holds ``level`` of its draws."""

    value: float | None
    low: float | None = Field(description="None where fewer than two groups have a value")
    high: float | None
    level: float
    n: int = Field(description="rows to which the figure applies")
    groups: int = Field(description="groups of these rows: what is drawn")
    method: Literal["bootstrap", "exact", "none"] = Field(
        description="exact: all rows are 0 or all are 1, where draws would show no doubt; none: there is no interval"
    )


class Difference(_Result):
    """What changed between two runs on the cases that both have. ``change`` is after less before."""

    name: str
    better: Better
    before: float | None = Field(description="on the cases that both have")
    after: float | None
    change: float | None
    low: float | None = Field(description="of the interval of the change")
    high: float | None
    level: float
    p_worse: float = Field(description="chance of a change as bad as this one if nothing had changed; 1 if undefined")
    test: Literal["exact", "permutation", "bootstrap", "none"]
    n: int = Field(description="pairs (case and trial) that both runs have and to which the figure applies")
    groups: int
    moved: int = Field(description="groups in which anything changed")
    only_before: tuple[str, ...] = Field(description="cases and trials, not compared: 'case' or 'case/trial'")
    only_after: tuple[str, ...]

    @property
    def worsened(self) -> bool:
        """Whether all of the interval is on the bad side."""
        if self.low is None or self.high is None:
            return False
        return self.high < 0 if self.better == "higher" else self.low > 0


class Verdict(_Result):
    """A guarded figure before the gate."""

    name: str
    p_worse: float
    p_adjusted: float = Field(description="Holm's, over all guarded figures")
    alarm: bool
    why: str = Field(description="why it alarms, empty where it does not")


class Gate(_Result):
    """Whether a run may pass."""

    passed: bool
    alpha: float
    verdicts: tuple[Verdict, ...]


class Slice(_Result):
    """How a figure is for one group of people or things against all others: a row of the fairness table."""

    label: str = Field(description="what is told apart, e.g. dialect")
    slice: str = Field(description="the group, e.g. north")
    interval: Interval
    rest: float | None = Field(description="the figure over all other cases that have the label")
    gap: float | None = Field(description="the slice's figure less that of the rest")
    low: float | None = Field(description="of the interval of the gap")
    high: float | None
    p: float = Field(description="two-sided; 1 if undefined")
    p_adjusted: float = Field(description="Holm's, over all rows of the table")
    flagged: bool = Field(description="the slice fares worse, and p_adjusted is below alpha")


class Layer(_Result):
    """The variance that one layer brings."""

    name: str
    variance: float | None = Field(description="by the method of moments, not below 0; None where it was not varied")
    share: float | None = Field(description="of the sum of all layers")
    cells: int = Field(description="distinct settings, within all layers above")
    degrees: int = Field(description="degrees of freedom")
    holds: tuple[str, ...] = Field(default=(), description="layers that were not varied: their variance is in here")


class Layers(_Result):
    """Where the spread of a value comes from."""

    rows: int
    mean: float | None
    variance: float | None = Field(description="sum of the layers")
    layers: tuple[Layer, ...]
