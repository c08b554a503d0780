"""How often dispatch names the right unit.

Cases are JSONL: ``text``, ``expect`` with ``unit`` (id), ``duty_item`` and ``also`` (units that may lead as well), and
``hard``. Dispatch alone is measured, without the gate: what must never come this far is another suite's matter.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel

from agents.dispatch.dispatcher import Dispatcher
from city.gazetteer import Gazetteer
from city.schema import Record
from eval.articles import read_rows

_BINS = 10


class Expected(Record):
    """What the case's author wants."""

    unit: str
    duty_item: str | None = None
    also: tuple[str, ...] = ()


class Case(BaseModel):
    """A petition whose unit is known."""

    id: str = ""
    text: str
    expect: Expected
    hard: bool = False


class Figures(BaseModel):
    """Shares of cases. ``top1_strict`` counts only the unit named first by the case's author, not those that may lead
    as well; the calibration error is the mean gap between confidence and share of right ones over ten bins."""

    cases: int
    unit_top1: float
    top1_strict: float
    unit_top3: float
    duty_item: float
    calibration_error: float


class Miss(BaseModel):
    """A case whose first unit is wrong."""

    id: str
    expected: str
    got: str
    category: str
    confidence: float


class DispatchReport(BaseModel):
    """All cases, the hard ones, and what was missed."""

    all: Figures
    hard: Figures | None
    place_open: int
    ms_per_case: float
    misses: list[Miss]


class Told(NamedTuple):
    """What dispatch says of a case; all empty where it knows no category."""

    case: Case
    lead: str
    units: tuple[str, ...]
    item: str
    category: str
    confidence: float
    place_open: bool

    @property
    def right(self) -> bool:
        """Whether a unit leads that may."""
        return self.lead in (self.case.expect.unit, *self.case.expect.also)


def run_dispatch(cases: Path, dispatcher: Dispatcher, gazetteer: Gazetteer, day: date) -> DispatchReport:
    """Suggest a unit for every case of the file, as on ``day``. Raises BadInput for a file that cannot be read."""
    read = [case_of(row) for row in read_rows(cases)]
    begun = time.perf_counter()
    told = [suggested(case, dispatcher, gazetteer, day) for case in read]
    spent = time.perf_counter() - begun
    hard = [one for one in told if one.case.hard]
    return DispatchReport(
        all=_figures(told),
        hard=_figures(hard) if hard else None,
        place_open=sum(one.place_open for one in told),
        ms_per_case=round(1000 * spent / max(1, len(told)), 2),
        misses=[
            Miss(id=t.case.id, expected=t.case.expect.unit, got=t.lead, category=t.category, confidence=t.confidence)
            for t in told
            if not t.right
        ],
    )


def case_of(row: Mapping[str, Any]) -> Case:
    """The case of a line. Raises pydantic's ValidationError, a ValueError."""
    return Case.model_validate({**row, "id": str(row.get("id", ""))})


def suggested(case: Case, dispatcher: Dispatcher, gazetteer: Gazetteer, day: date) -> Told:
    """Dispatch one case as on ``day``."""
    made = dispatcher.suggest(case.text, gazetteer.locate(case.text), day)
    if made is None:
        return Told(case, "", (), "", "", 0.0, False)
    units = (made.lead, *(other.unit for other in made.others))
    return Told(case, made.lead, units, made.duty_item, made.category, round(made.confidence, 4), bool(made.open))


def _figures(told: Sequence[Told]) -> Figures:
    right = np.array([one.right for one in told], float)
    sure = np.array([one.confidence for one in told])
    accepted = [{one.case.expect.unit, *one.case.expect.also} for one in told]
    return Figures(
        cases=len(told),
        unit_top1=_share(right),
        top1_strict=_share([one.lead == one.case.expect.unit for one in told]),
        unit_top3=_share([bool(good & set(one.units)) for good, one in zip(accepted, told, strict=True)]),
        duty_item=_share([one.item == one.case.expect.duty_item for one in told]),
        calibration_error=_calibration(right, sure),
    )


def _share(flags: Sequence[bool] | np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return round(float(np.mean(flags)), 4)


def _calibration(
    right: np.ndarray[tuple[int], np.dtype[np.float64]], sure: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> float:
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return round(float(sum(gaps)), 4)
