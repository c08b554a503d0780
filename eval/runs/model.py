"""What a run leaves behind and what reports read: the run, its cases, its figures, the comparison of two runs.

Everything is frozen and plain JSON (``model_dump(mode="json")``): a run folder holds ``run.json`` (`Run`),
``cases/<suite>.jsonl`` (`CaseLog` a line) and ``figures.json`` (`Figures`). A number that could not be computed is
None, never NaN.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from eval.suite import Json, Value

Verdict = Literal["better", "worse", "same", "unclear"]
"""``better``/``worse``: a difference beyond the interval. ``same``: before and after are equal, case by case.
``unclear``: they differ, and by no more than chance would let them."""
_SECRET = re.compile(r"(?:^|_)(?:keys?|salt|secret|token|password)$", re.IGNORECASE)
_SIGNED_IN = re.compile(r"(?<=://)[^/@\s]+(?=@)")
HIDDEN = "***"


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Versions(_Frozen):
    """Of the interpreter, and of the packages that results depend on, by name."""

    python: str
    packages: dict[str, str] = Field(default_factory=dict)


class LeftOut(_Frozen):
    """A suite that was asked for and did not run."""

    suite: str
    title: str = Field(default="", description="for readers, Chinese")
    why: str


class SuiteRun(_Frozen):
    """A suite that ran: its counts, and what of it may be shown.

    ``texts`` False: the cases are public data that must not be published again; reports show ids and values only.
    """

    name: str
    title: str = Field(description="for readers, Chinese")
    about: str = ""
    cases: int = Field(ge=0)
    trials: int = Field(default=1, ge=1)
    seconds: float = Field(default=0.0, ge=0, description="wall clock, s")
    cached: int = Field(default=0, ge=0, description="answers taken from the cache")
    errors: int = Field(default=0, ge=0, description="cases that raised")
    texts: bool = Field(default=True, description="False where suite.yaml names `shared` data")


class Run(_Frozen):
    """A finished run. ``settings`` hold no secrets: keys, salts and what stands before the @ of an address are
    replaced by ``***``.
    """

    id: str
    begun: AwareDatetime
    ended: AwareDatetime
    suites: tuple[SuiteRun, ...]
    left_out: tuple[LeftOut, ...] = ()
    settings: dict[str, str] = Field(default_factory=dict)
    versions: Versions
    code: str = Field(description="fingerprint of the code that ran")
    pack: str = Field(description="fingerprint of the city pack")
    snapshot: str = Field(default="", description="id of the published snapshot asked")
    prompts: dict[str, str] = Field(default_factory=dict, description="version of the prompt, by task")
    engine: str = Field(description="e.g. embedded, http")
    model: str = ""
    judge: str = Field(default="", description="the judging model; empty where none judged")
    seeds: tuple[int, ...] = ()
    day: date = Field(description="the day on which everything was asked")
    small: bool
    workers: int = Field(ge=1)
    command: str = Field(description="what to type to run it again")

    @field_validator("settings")
    @classmethod
    def _without_secrets(cls, settings: dict[str, str]) -> dict[str, str]:
        hidden = {name: HIDDEN for name, value in settings.items() if value and _SECRET.search(name)}
        return {name: _SIGNED_IN.sub(HIDDEN, value) for name, value in (settings | hidden).items()}


class CaseLog(_Frozen):
    """One case in one trial. ``given`` is an excerpt for readers, empty for suites whose texts are not shown.

    A case failed where ``why`` or ``error`` is not empty.
    """

    suite: str
    case: str
    trial: int = Field(default=0, ge=0)
    given: Json = Field(default_factory=dict)
    expect: Json = Field(default_factory=dict)
    said: Json | None = Field(default=None, description="None where the case raised")
    values: dict[str, Value] = Field(default_factory=dict)
    why: str = Field(default="", description="what was wrong, one line")
    error: str = Field(default="", description="what running or judging raised")
    slices: dict[str, str] = Field(default_factory=dict)
    group: str = ""
    ms: float = Field(default=0.0, ge=0, description="wall clock of the case, ms; of the first time where cached")
    cached: bool = False

    @property
    def failed(self) -> bool:
        """Whether something was wrong with it."""
        return bool(self.why or self.error)


class FigureResult(_Frozen):
    """A figure of a suite with its interval (95 %, bootstrap over groups). None: no case had a value."""

    suite: str
    figure: str
    title: str = Field(description="for readers, Chinese")
    how: str = "mean"
    of: tuple[str, ...] = ()
    options: dict[str, Any] = Field(default_factory=dict, description="of the aggregator, as in suite.yaml")
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = Field(ge=0, description="cases with a value")
    groups: int = Field(default=0, ge=0, description="independent draws among them")
    missing: int = Field(default=0, ge=0, description="cases whose value was None")
    better: Literal["higher", "lower"] = "higher"
    guard: bool = False
    bar: float | None = None
    timed: bool = False

    @property
    def reached(self) -> bool | None:
        """Whether the bar is reached by the value itself; None where there is no bar. Without a value it is missed."""
        if self.bar is None:
            return None
        if self.value is None:
            return False
        return self.value >= self.bar if self.better == "higher" else self.value <= self.bar


class SliceResult(_Frozen):
    """A figure within a slice, and its gap to the rest: ``value`` minus the value of all other cases.

    ``p`` is adjusted for the number of slices looked at. ``flagged``: the gap is to the slice's harm and beyond chance.
    """

    suite: str
    figure: str
    slice: str = Field(description="what is told apart, e.g. dialect")
    label: str = Field(description="the group, e.g. north")
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = Field(ge=0)
    gap: float | None = None
    gap_low: float | None = None
    gap_high: float | None = None
    p: float | None = Field(default=None, ge=0, le=1)
    flagged: bool = False


class Figures(_Frozen):
    """``figures.json``: all figures and slices of a run."""

    figures: tuple[FigureResult, ...]
    slices: tuple[SliceResult, ...] = ()


class FigureDifference(_Frozen):
    """A figure before and after, on the cases of both runs. ``difference`` is after minus before, with its paired
    interval (95 %); ``p`` the chance of a change as bad as this one if nothing had changed (one-sided).
    """

    suite: str
    figure: str
    title: str
    before: float | None
    after: float | None
    difference: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = Field(default=None, ge=0, le=1)
    adjusted: float | None = Field(default=None, ge=0, le=1, description="p after Holm over the guarded figures")
    n: int = Field(default=0, ge=0, description="cases in both runs")
    verdict: Verdict
    better: Literal["higher", "lower"] = "higher"
    guard: bool = False


class ChangedCase(_Frozen):
    """A case of both runs that is newly wrong or newly right."""

    suite: str
    case: str
    trial: int = Field(default=0, ge=0)
    now: Literal["wrong", "right"]
    before: CaseLog
    after: CaseLog


class Compared(_Frozen):
    """Two runs against each other. ``only_before``/``only_after``: ``suite/case`` of cases in one of them."""

    before: str = Field(description="id of the earlier run")
    after: str = Field(description="id of the later run")
    figures: tuple[FigureDifference, ...]
    changed: tuple[ChangedCase, ...] = ()
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    suites: tuple[SuiteRun, ...] = Field(default=(), description="of the later run, then those only of the earlier")
    same_setting: bool = Field(default=True, description="same day, engine, model and data")
    notes: tuple[str, ...] = Field(default=(), description="what else differs between the runs, one line each")

    @property
    def regressed(self) -> tuple[FigureDifference, ...]:
        """The guarded figures that are worse: for these the gate fails."""
        return tuple(one for one in self.figures if one.guard and one.verdict == "worse")
