"""Several runs of the same cases taken apart: how much of a figure's spread retrieval, model and judge bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from city.errors import BadInput
from eval.runs.folder import RunFolder
from eval.runs.model import CaseLog, Run
from eval.statistics import Layers, layers
from eval.suite import find


class Spread(BaseModel):
    """A figure's variance by layer: case, retrieval (snapshot), model (engine, model, seed, trial), judge."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: str
    figure: str
    title: str
    layers: Layers


def spread(folders: Sequence[RunFolder]) -> list[Spread]:
    """The spread of every figure that is a mean of a case's value, over the suites that all runs have.

    A layer is told apart only where the runs vary it: build the knowledge anew, ask with another seed or model, judge
    with another judge. Raises BadInput for fewer than two runs, or where they share no suite.
    """
    if len(folders) < 2:
        raise BadInput("Name two runs or more: the spread is between runs.")
    runs = [(folder, folder.run()) for folder in folders]
    shared = [one.name for one in runs[0][1].suites if all(one.name in {s.name for s in run.suites} for _, run in runs)]
    if not shared:
        raise BadInput("These runs have no suite in common: run the same suites.")
    return [one for name in shared for one in _of_suite(name, runs)]


def _of_suite(name: str, runs: Sequence[tuple[RunFolder, Run]]) -> Iterator[Spread]:
    logs = [(number, run, log) for number, (folder, run) in enumerate(runs) for log in folder.cases(name)]
    for figure, spec in find(name).config.figures.items():
        if spec.how != "mean" or spec.timed:
            continue
        rows = [row for number, run, log in logs if (row := _row(number, run, log, spec.of[0]))]
        if rows:
            yield Spread(suite=name, figure=figure, title=spec.title, layers=layers(rows))


def _row(number: int, run: Run, log: CaseLog, value: str) -> dict[str, Any] | None:
    """One answer's value with the setting of each layer; None where it has no value."""
    found = log.values.get(value)
    if not isinstance(found, int | float):
        return None
    # Where settings are the same the run itself is the draw: a model at temperature 0 is not the same twice either.
    asked = f"{run.engine} {run.model} {run.seeds} trial {log.trial} run {number}"
    return {
        "case": log.case,
        "retrieval": run.snapshot or "none",
        "model": asked,
        "judge": run.judge or "none",
        "value": float(found),
    }
