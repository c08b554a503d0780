"""How well triage learnt from a history does on messages it has not seen.

Either one file teaches and another tests, or a file is cut into folds, each judged by a model of the others. Folds
never cut a group: rows that the file names as one matter, or that are near copies.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from city.errors import BadInput
from tools.petitions.calibration import (
    PRECISION,
    error_of_equal_mass,
    error_of_equal_width,
    reach,
    realised,
)
from tools.petitions.classifier import Classifier, threads_here
from tools.petitions.grouping import folds_of, groups_of
from tools.petitions.history import History, Past, read_history
from tools.petitions.learning import macro_f1, train

_DRAWS = 300
_CONFUSIONS = 20
Longs = NDArray[np.int64]
Doubles = NDArray[np.float64]
Interval = tuple[float, float]


class ClassFigures(BaseModel):
    """One class of the answers."""

    label: str
    rows: int
    precision: float
    recall: float
    f1: float


class Confusion(BaseModel):
    """Rows of one class that were taken for another."""

    right: str
    said: str
    rows: int


class TriageReport(BaseModel):
    """Figures over the tested rows. Intervals hold 95 % of 300 bootstrap samples of whole groups."""

    rows: int
    groups: int
    classes: int
    learnt_from: str
    bad_lines: int = Field(description="lines of the files that could not be used")
    unseen_labels: int = Field(description="tested rows whose class the training rows do not have: always wrong")
    accuracy: float
    accuracy_interval: Interval
    macro_f1: float
    macro_f1_interval: Interval
    ece_equal_mass: float = Field(description="calibration error, 15 bins of equally many rows")
    ece_equal_width: float = Field(description="calibration error, 15 bins of equal width")
    coverage_learnt: float = Field(description="share of rows that are sure, by the threshold learnt out of fold")
    coverage_learnt_interval: Interval
    precision_learnt: float = Field(description="share of the sure rows that are right; 0.95 was aimed at")
    precision_learnt_interval: Interval
    coverage_ranked: float = Field(description="largest share of the most confident rows of which 95 % are right")
    coverage_ranked_interval: Interval
    messages_per_second: float = Field(description="classes and probabilities, in batches")
    threads: int
    training_seconds: float = Field(description="mean of the models trained")
    table: list[ClassFigures]
    confusions: list[Confusion]


class _Tested(NamedTuple):
    """What models said about rows they had not seen, joined over folds."""

    right: Longs
    said: Longs
    confidence: Doubles
    sure: NDArray[np.bool_]


class _Clock(NamedTuple):
    training: list[float]
    judging: list[float]


def run_triage(
    history: Path,
    *,
    test: Path | None = None,
    folds: int = 0,
    label: str = "label",
    threads: int = 0,
    progress: Callable[[str], None] = lambda message: None,
) -> TriageReport:
    """Measure. Give either ``test`` or ``folds``. Raises BadInput where a file has too little or both are given."""
    if (test is None) == (folds < 2):
        raise BadInput("give either a file to test on (--test) or a number of folds from 2 (--folds).")
    given = read_history(history, label)
    threads = threads or threads_here()
    clock = _Clock([], [])
    if test is not None:
        asked = read_history(test, label)
        rows, bad = asked.rows, len(given.bad) + len(asked.bad)
        names = _names([*given.rows, *rows])
        tested = _round(given.rows, rows, names, threads, clock)
        groups = groups_of(rows)
    else:
        rows, bad = given.rows, len(given.bad)
        names = _names(rows)
        groups = groups_of(rows)
        tested = _across(rows, groups, folds, names, threads, clock, progress)
    taught = {row.label for row in given.rows}
    return _report(
        tested, groups, list(names),
        learnt_from=str(history) if test else f"the other {folds - 1} of {folds} folds", bad_lines=bad,
        unseen_labels=sum(row.label not in taught for row in rows), threads=threads,
        messages_per_second=round(len(rows) / max(sum(clock.judging), 1e-9)),
        training_seconds=round(float(np.mean(clock.training)), 2),
    )  # fmt: skip


def _names(rows: Sequence[Past]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted({row.label for row in rows}))}


def _across(
    rows: Sequence[Past],
    groups: Longs,
    folds: int,
    names: dict[str, int],
    threads: int,
    clock: _Clock,
    progress: Callable[[str], None],
) -> _Tested:
    """Every fold judged by a model of the others, in the order of the rows."""
    fold = folds_of(groups, folds)
    parts, order = [], []
    for number in range(folds):
        block = np.flatnonzero(fold == number)
        order.append(block)
        known = [row for row, own in zip(rows, fold, strict=True) if own != number]
        parts.append(_round(known, [rows[n] for n in block.tolist()], names, threads, clock))
        progress(f"fold {number + 1} of {folds}: accuracy {(parts[-1].said == parts[-1].right).mean():.4f}")
    back = np.argsort(np.concatenate(order))
    return _Tested(*(np.concatenate(column)[back] for column in zip(*parts, strict=True)))


def _round(known: Sequence[Past], asked: Sequence[Past], names: dict[str, int], threads: int, clock: _Clock) -> _Tested:
    """Learn from ``known``, judge ``asked``."""
    begun = time.perf_counter()
    model = Classifier(train(History(list(known), [], "")))
    clock.training.append(time.perf_counter() - begun)
    messages = [row.message for row in asked]
    model.classify(messages[:20])
    begun = time.perf_counter()
    judged = model.classify(messages, threads=threads)
    clock.judging.append(time.perf_counter() - begun)
    return _Tested(
        np.array([names[row.label] for row in asked], np.int64),
        np.array([names[own.label] for own in judged], np.int64),
        np.array([own.probability for own in judged]),
        np.array([own.sure for own in judged], np.bool_),
    )


def _report(tested: _Tested, groups: Longs, names: list[str], **told: object) -> TriageReport:
    hit = tested.said == tested.right
    draws = _draws(tested, groups)
    learnt = realised(tested.sure.astype(np.float64), hit, 1.0)
    figures = {
        "rows": len(hit),
        "groups": int(groups.max()) + 1,
        "classes": len(names),
        "accuracy": float(hit.mean()),
        "macro_f1": macro_f1(tested.right, tested.said),
        "ece_equal_mass": error_of_equal_mass(tested.confidence, hit),
        "ece_equal_width": error_of_equal_width(tested.confidence, hit),
        "coverage_learnt": learnt.coverage,
        "precision_learnt": learnt.precision,
        "coverage_ranked": reach(tested.confidence, hit).coverage,
    }
    rounded = {name: round(value, 4) for name, value in figures.items()}
    intervals = {f"{name}_interval": _interval(values) for name, values in draws.items()}
    return TriageReport.model_validate(
        {**rounded, **intervals, **told, "table": _table(tested, names), "confusions": _confusions(tested, names)}
    )


def _draws(tested: _Tested, groups: Longs) -> dict[str, list[float]]:
    """The figures of samples that draw whole groups with replacement."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(groups[order]) > 0))
    members = np.split(order, starts[1:])
    chance = np.random.default_rng(0)
    found: dict[str, list[float]] = {
        name: [] for name in ("accuracy", "macro_f1", "coverage_learnt", "precision_learnt", "coverage_ranked")
    }
    for _ in range(_DRAWS):
        drawn = np.concatenate([members[n] for n in chance.integers(len(members), size=len(members))])
        own = _Tested(*(column[drawn] for column in tested))
        hit = own.said == own.right
        learnt = realised(own.sure.astype(np.float64), hit, 1.0)
        found["accuracy"].append(float(hit.mean()))
        found["macro_f1"].append(macro_f1(own.right, own.said))
        found["coverage_learnt"].append(learnt.coverage)
        found["precision_learnt"].append(learnt.precision)
        found["coverage_ranked"].append(reach(own.confidence, hit, PRECISION).coverage)
    return found


def _interval(values: Sequence[float]) -> Interval:
    low, high = np.quantile(values, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)


def _table(tested: _Tested, names: Sequence[str]) -> list[ClassFigures]:
    made = []
    for number, name in enumerate(names):
        right, said = tested.right == number, tested.said == number
        hits = int((right & said).sum())
        made.append(
            ClassFigures(
                label=name,
                rows=int(right.sum()),
                precision=round(hits / max(1, int(said.sum())), 4),
                recall=round(hits / max(1, int(right.sum())), 4),
                f1=round(2 * hits / max(1, int(right.sum()) + int(said.sum())), 4),
            )
        )
    return sorted(made, key=lambda own: -own.rows)


def _confusions(tested: _Tested, names: Sequence[str]) -> list[Confusion]:
    wrong = tested.said != tested.right
    pairs = Counter(zip(tested.right[wrong].tolist(), tested.said[wrong].tolist(), strict=True))
    return [Confusion(right=names[a], said=names[b], rows=rows) for (a, b), rows in pairs.most_common(_CONFUSIONS)]


def describe(report: TriageReport) -> str:
    """The report as lines of text."""
    lines = [f"{name:<28}{value}" for name, value in report.model_dump(exclude={"table", "confusions"}).items()]
    lines += ["", f"{'rows':>8} {'precision':>9} {'recall':>7} {'F1':>7}  class"]
    lines += [
        f"{own.rows:>8} {own.precision:>9.3f} {own.recall:>7.3f} {own.f1:>7.3f}  {own.label}" for own in report.table
    ]
    lines += ["", "taken for another"]
    lines += [f"{own.rows:>8}  {own.right} → {own.said}" for own in report.confusions]
    return "\n".join(lines)
