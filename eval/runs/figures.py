"""Figures of a suite from the values of its cases, with intervals, and the fairness table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from city.errors import BadInput
from eval.metrics import HOW, Table, tabulate
from eval.runs.model import CaseLog, FigureResult, Figures, SliceResult
from eval.statistics import Statistic, interval, slices
from eval.suite import FigureSpec, Found, find

ERRORS = "errors"
_FEWEST = 8
"""Cases of a slice: with fewer, an interval says nothing."""
_RAISED = FigureSpec(title="运行出错的用例", of=(ERRORS,), better="lower", guard=True, bar=0.0)
"""Every suite has it: a case that raises has no values, and would otherwise better the figures by its absence."""


def specs_of(found: Found) -> dict[str, FigureSpec]:
    """The suite's figures, and the share of its cases that raised."""
    return {**found.config.figures, ERRORS: _RAISED}


def table_of(logs: Sequence[CaseLog]) -> Table:
    """The values of a suite's cases."""
    return tabulate(
        {
            "case": one.case,
            "trial": one.trial,
            "group": one.group,
            "values": {**one.values, ERRORS: float(bool(one.error))},
        }
        for one in logs
    )


def statistic(found: Found, name: str, spec: FigureSpec) -> Statistic:
    """The figure as statistics know it."""
    return Statistic.named(f"{found.name}.{name}", spec)


def has_values(table: Table, spec: FigureSpec) -> bool:
    """Whether any case has the figure's values."""
    return all(name in table for name in spec.of)


def figures_of(found: Found, logs: Sequence[CaseLog], seed: int) -> list[FigureResult]:
    """All figures of a suite."""
    table = table_of(logs)
    return [_figure(found, name, spec, table, seed) for name, spec in specs_of(found).items()]


def _figure(found: Found, name: str, spec: FigureSpec, table: Table, seed: int) -> FigureResult:
    told = FigureResult(
        suite=found.name,
        figure=name,
        title=spec.title,
        how=spec.how,
        of=spec.of,
        options=dict(spec.options),
        value=None,
        n=0,
        missing=len(table["case"]),
        better=spec.better,
        guard=spec.guard,
        bar=spec.bar,
        timed=spec.timed,
    )
    if not has_values(table, spec):
        return told
    made = interval(table, statistic(found, name, spec), seed=seed)
    return told.model_copy(
        update={
            "value": made.value,
            "low": made.low,
            "high": made.high,
            "n": made.n,
            "groups": made.groups,
            "missing": len(table["case"]) - made.n,
        }
    )


def slices_of(found: Found, logs: Sequence[CaseLog], seed: int) -> list[SliceResult]:
    """The fairness table: every guarded figure in every slice that suite.yaml names and that has cases enough."""
    table, named = table_of(logs), set(found.config.slices)
    many = Counter(item for one in {one.case: one for one in logs}.values() for item in one.slices.items())
    labels = {one.case: {k: v for k, v in one.slices.items() if k in named and many[k, v] >= _FEWEST} for one in logs}
    told = []
    for name, spec in found.config.figures.items():
        if not spec.guard or spec.timed or not has_values(table, spec) or not any(labels.values()):
            continue
        told += [
            SliceResult(
                suite=found.name,
                figure=name,
                slice=one.label,
                label=one.slice,
                value=one.interval.value,
                low=one.interval.low,
                high=one.interval.high,
                n=one.interval.n,
                gap=one.gap,
                gap_low=one.low,
                gap_high=one.high,
                p=one.p_adjusted,
                flagged=one.flagged,
            )
            for one in slices(table, statistic(found, name, spec), labels, seed=seed)
        ]
    return told


def measure(name: str, logs: Sequence[CaseLog], seed: int) -> Figures:
    """Figures and fairness table of the suite ``name``."""
    found = find(name)
    return Figures(figures=tuple(figures_of(found, logs, seed)), slices=tuple(slices_of(found, logs, seed)))


def check(found: Found) -> None:
    """Raise BadInput where a figure names an aggregator that is not there, or gives it the wrong values."""
    for name, spec in found.config.figures.items():
        where = f"{found.folder / 'suite.yaml'}: figures.{name}"
        if spec.how not in HOW:
            raise BadInput(f"{where}: no way {spec.how!r} to make a figure; there are: {', '.join(HOW)}.")
        try:
            HOW[spec.how].check(spec.of, spec.options)
        except BadInput as error:
            raise BadInput(f"{where}: {error}") from error
