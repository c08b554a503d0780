"""Fit the embedded engine's answerability model on a file of questions, with cross-validation.

``citydesk eval calibrate learned/answers_dev.jsonl`` prints coefficients and what they reach on questions left out.
Every retrieved passage of a question is an example: positive where it is an expected provision, or a reviewed FAQ entry
or guide section resting on one. Weights are kept non-negative, because each feature speaks for a passage.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from agents.context import House, TurnContext
from agents.engines.embedded.choose import Coefficients, Features, judge
from agents.engines.embedded.statistics import Statistics
from agents.qa.answering import Preference, find
from eval.answers import AnswerCase, read_cases
from knowledge.library import Hit
from knowledge.library.statistics import corpus_statistics
from knowledge.model import Level

FOLDS = 5
FREE = frozenset({Features._fields.index("missing"), Features._fields.index("amount")})
Matrix = NDArray[np.float64]


class Calibration(BaseModel):
    """Coefficients fitted on all questions, and figures on questions left out."""

    questions: int
    bias: float
    weights: dict[str, float]
    bars: list[dict[str, float]] = Field(
        description="for bars of the answer's probability: answerable questions told an expected provision, told only "
        "others, refused; unanswerable ones told something"
    )


class _Example(BaseModel):
    """One question's passages as rows of features."""

    answerable: bool
    rows: list[list[float]]
    right: list[bool]


def _right(house: House, hit: Hit, wanted: set[str]) -> bool:
    targets = {r.target for r in hit.provision.references} if hit.meta.level in {Level.FAQ, Level.GUIDE} else set()
    return hit.provision.id in wanted or bool(wanted & targets)


def _examples(house: House, cases: list[AnswerCase], today: date) -> list[_Example]:  # date
    statistics = Statistics(*corpus_statistics(house.library))
    made = []
    for case in cases:
        context = TurnContext(
            house=house, original=case.text, today=today, as_of=case.as_of or today,
            role="staff" if case.role == "staff" else "citizen", region=house.pack.city.region,
        )  # fmt: skip
        found = find(context, case.text, context.as_of, Preference(tuple(Level)))
        wanted = set(case.expect.get("provisions") or ())
        asked = context.choosing(case.text, context.as_of, found.passages(), lambda name: None)
        judged = judge(asked, statistics, Coefficients())
        hits = dict(enumerate(found.hits, 1))
        made.append(
            _Example(
                answerable=bool(wanted),
                rows=[list(j.features) for j in judged],
                right=[_right(house, hits[j.passage.number], wanted) for j in judged],
            )
        )
    return made


def _fit(x: Matrix, y: Matrix, *, free: frozenset[int], ridge: float) -> Matrix:
    """Logistic regression by L-BFGS-B; weights are kept non-negative but for the columns ``free``. First the bias."""
    from scipy.optimize import minimize

    def loss(v: Matrix) -> tuple[float, Matrix]:
        p = 1 / (1 + np.exp(-np.clip(x @ v[1:] + v[0], -40, 40)))
        value = -np.sum(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12)) + ridge * v[1:] @ v[1:]
        return float(value), np.concatenate([[np.sum(p - y)], x.T @ (p - y) + 2 * ridge * v[1:]])

    bounds = [(None, None)] + [(None, None) if n in free else (0, None) for n in range(x.shape[1])]
    start = np.concatenate([[-2.0], np.full(x.shape[1], 0.5)])
    found: Matrix = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


def _model(examples: list[_Example]) -> Matrix:
    x = np.array([row for e in examples for row in e.rows])
    y = np.array([right for e in examples for right in e.right], float)
    return _fit(x, y, free=FREE, ridge=0.5)


def _left_out(examples: list[_Example]) -> list[tuple[bool, Matrix, list[bool]]]:
    """For each question, fitted without it: answerable, probability of each passage, and which are right."""
    found: list[tuple[bool, Matrix, list[bool]]] = []
    for fold in range(FOLDS):
        model = _model([e for n, e in enumerate(examples) if n % FOLDS != fold])
        for example in examples[fold::FOLDS]:
            rows = np.array(example.rows).reshape(len(example.rows), len(Features._fields))
            found.append((example.answerable, 1 / (1 + np.exp(-(rows @ model[1:] + model[0]))), example.right))
    return found


def _told(p: Matrix, bar: float) -> list[int]:
    """What the embedded engine would tell at this bar (agents.engines.embedded.choose)."""
    k = Coefficients()
    if not len(p) or p.max() < bar:
        return []
    return [int(i) for i in np.argsort(-p, kind="stable") if p[i] >= max(bar, p.max()) * k.share][: k.most]


def _bar(judged: list[tuple[bool, Matrix, list[bool]]], bar: float) -> dict[str, float]:
    told = [(answerable, [right[i] for i in _told(p, bar)]) for answerable, p, right in judged]
    yes, no = [t for a, t in told if a], [t for a, t in told if not a]
    return {
        "bar": bar,
        "right": _share([any(t) for t in yes]),
        "wrong": _share([bool(t) and not any(t) for t in yes]),
        "refused": _share([not t for t in yes]),
        "told_without_basis": _share([bool(t) for t in no]),
    }


def run_calibration(house: House, paths: list[Path], today: date) -> Calibration:
    """Fit and cross-validate on the questions of ``paths``."""
    examples = _examples(house, [case for path in paths for case in read_cases(path)], today)
    model = _model(examples)
    judged = _left_out(examples)
    return Calibration(
        questions=len(examples),
        bias=round(float(model[0]), 3),
        weights={name: round(float(w), 3) for name, w in zip(Features._fields, model[1:], strict=True)},
        bars=[_bar(judged, bar) for bar in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)],
    )


def _share(values: list[bool]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0
