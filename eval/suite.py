"""What a suite is: cases, a way to put one to the system, and a way to judge what came back.

::

    class Gate:                                         # eval/suites/gate/suite.py, exported as SUITE = Gate()
        def cases(self, place: Place) -> list[Case]: ...          # from the files that suite.yaml names
        def open(self, place: Place) -> Gate: ...                 # heavy: once per process
        async def run(self, subject, case, trial) -> Json: ...    # what the system did: JSON, no times in it
        def score(self, case: Case, said: Json) -> Scored: ...    # pure: values by name, and why it failed

Running and judging are apart, because only what ran is kept: a better judge looks at the same answers again. What
``run`` returns must follow from the case, the trial and the place alone, so that two runs of the same thing are equal.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from city.errors import BadInput, NotFound

if TYPE_CHECKING:
    from eval.judging.judge import Judge
    from eval.place import Place

_FOLDER, _CONFIG = Path(__file__).parent / "suites", "suite.yaml"
Json = dict[str, Any]
Value = float | str | None
"""A number, a label (for confusion and agreement), or None where the metric does not apply to the case."""


class Case(BaseModel):
    """One case. ``group``: cases that stand or fall together (one dialogue, one matter); draws keep them together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    given: Json = Field(description="what the system gets")
    expect: Json = Field(default_factory=dict, description="what is right; the system never sees it")
    slices: dict[str, str] = Field(default_factory=dict, description="groups of people or things, e.g. dialect: north")
    group: str = ""


class Scored(BaseModel):
    """How a case went. ``why`` tells a reader what was wrong, in one line; empty where all was right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    values: dict[str, Value]
    why: str = ""


class FigureSpec(BaseModel):
    """A figure over the values of cases.

    ``how`` names an aggregator of `eval.metrics.HOW`; ``of`` the values it takes, in the aggregator's order. A figure
    with ``timed`` depends on the machine: it is reported, never compared or guarded.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(description="for readers, Chinese")
    how: str = "mean"
    of: tuple[str, ...]
    better: Literal["higher", "lower"] = "higher"
    guard: bool = Field(default=False, description="a regression of it fails the gate")
    bar: float | None = Field(default=None, description="what must be reached")
    timed: bool = False
    options: dict[str, Any] = Field(default_factory=dict, description="of the aggregator")


class SuiteConfig(BaseModel):
    """``suite.yaml``: what is measured, on what.

    ``data`` are files and folders of the city pack, ``own`` of the suite's folder, ``shared`` of the public data beside
    the project (the suite is left out, with a message, where they are absent). ``first`` bounds the cases of the small
    set, by an even draw over the file; ``trials`` asks each case several times (with other seeds).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(description="for readers, Chinese")
    about: str = Field(description="what it shows, one or two English sentences")
    data: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    day: date | None = Field(default=None, description="for which the cases were written; none: any day will do")
    small: bool = Field(default=True, description="belongs to the small set")
    first: int = Field(default=0, ge=0)
    trials: int = Field(default=1, ge=1)
    needs_model: bool = False
    needs_judge: bool = Field(default=False, description="left out, with a message, where no judge is set")
    alone: bool = Field(default=False, description="cases run one after the other in one process (load, streams)")
    figures: dict[str, FigureSpec]
    slices: tuple[str, ...] = ()


class Suite(Protocol):
    """See the module's docstring for an example."""

    def cases(self, place: Place) -> Sequence[Case]:
        """All cases, ids unique. Raises BadInput naming file and line."""
        ...

    def open(self, place: Place) -> Any:
        """What cases are put to. Raises NotFound where something must be built first."""
        ...

    async def run(self, subject: Any, case: Case, trial: int) -> Json:
        """Put one case to the subject. What it raises is recorded as the case's failure."""
        ...

    def score(self, case: Case, said: Json) -> Scored:
        """Judge what came back."""
        ...


class JudgedSuite(Suite, Protocol):
    """A suite whose answers a judge may look at, where one is set; what it finds stands in what ``score`` gets, under
    ``judged`` (`eval.judging.marks`). Only what ran is kept with the case: judgements are kept for themselves.
    """

    async def judge(self, judge: Judge, case: Case, said: Json) -> Json:
        """The judgements of one answer: what `eval.judging.judge.Judge.answer` gives, or nothing."""
        ...


class Found(NamedTuple):
    """A suite with its folder and config; what runs and judges is imported when it is asked for."""

    name: str
    folder: Path
    config: SuiteConfig

    @property
    def module(self) -> str:
        """The module that runs and judges."""
        return f"eval.suites.{self.name}.suite"

    @property
    def judged(self) -> JudgedSuite | None:
        """Its ``SUITE``, where a judge may look at the answers."""
        suite = self.suite
        return cast(JudgedSuite, suite) if hasattr(suite, "judge") else None

    @property
    def suite(self) -> Suite:
        """Its ``SUITE``."""
        return cast(Suite, importlib.import_module(self.module).SUITE)


@cache
def find(name: str) -> Found:
    """The suite of that name. Raises NotFound naming those there are, BadInput where its config is wrong."""
    import yaml

    folder = _FOLDER / name
    if not (folder / _CONFIG).is_file():
        raise NotFound(f"No suite {name!r}. There are: {', '.join(names())}.")
    try:
        config = SuiteConfig.model_validate(yaml.safe_load((folder / _CONFIG).read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{folder / _CONFIG}: {where}: {first['msg']}; correct it") from error
    return Found(name, folder, config)


def names() -> list[str]:
    """All suites, by name."""
    return sorted(path.parent.name for path in _FOLDER.glob(f"*/{_CONFIG}"))
