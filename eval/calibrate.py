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
RANK_COLUMN = Features._fields.index("rank")
FREE = frozenset({Features._fields.index("missing"), Features._fields.index("amount")})
Matrix = NDArray[np.float64]


class Calibration(BaseModel):
    """Coefficients fitted on all questions, and figures on questions left out."""

    questions: int
    rank: dict[str, float]
    answers_bias: float
    answers: dict[str, float]
    first_right: float = Field(description="of answerable questions: the first passage answers")
    bars: list[dict[str, float]] = Field(
        description="for bars of the answer's probability: answerable questions answered with an expected provision "
        "first, answered with another one, refused; unanswerable ones answered"
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
        judged = judge(context.choosing(case.text, context.as_of, found.passages()), statistics, Coefficients())
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


def _models(examples: list[_Example]) -> tuple[Matrix, Matrix]:
    """The ranking model (all passages of answerable questions) and the answer model (the first passage of all)."""
    ranked = [e for e in examples if e.answerable and e.rows]
    x = np.array([row for e in ranked for row in e.rows])
    y = np.array([right for e in ranked for right in e.right], float)
    rank = _fit(x, y, free=FREE, ridge=0.5)
    firsts = [(e, int(np.argmax(np.array(e.rows) @ rank[1:]))) for e in examples if e.rows]
    top = np.array([e.rows[i] for e, i in firsts])
    right = np.array([e.right[i] for e, i in firsts], float)
    top[:, RANK_COLUMN] = 0.0  # a first hit is first whatever it is worth
    return rank, _fit(top, right, free=FREE, ridge=0.5)


def _left_out(examples: list[_Example]) -> list[tuple[bool, float, bool]]:
    """For each question, fitted without it: answerable, probability of the first passage, whether that is right."""
    found: list[tuple[bool, float, bool]] = []
    for fold in range(FOLDS):
        rank, answers = _models([e for n, e in enumerate(examples) if n % FOLDS != fold])
        for example in examples[fold::FOLDS]:
            if not example.rows:
                found.append((example.answerable, 0.0, False))
                continue
            rows = np.array(example.rows)
            first = int(np.argmax(rows @ rank[1:]))
            features = rows[first].copy()
            features[RANK_COLUMN] = 0.0
            p = 1 / (1 + np.exp(-(features @ answers[1:] + answers[0])))
            found.append((example.answerable, float(p), example.right[first]))
    return found


def _named(weights: Matrix) -> dict[str, float]:
    return {name: round(float(w), 3) for name, w in zip(Features._fields, weights, strict=True)}


def run_calibration(house: House, paths: list[Path], today: date) -> Calibration:
    """Fit and cross-validate on the questions of ``paths``."""
    examples = _examples(house, [case for path in paths for case in read_cases(path)], today)
    rank, answers = _models(examples)
    judged = _left_out(examples)
    yes, no = [j for j in judged if j[0]], [j for j in judged if not j[0]]
    bars = [
        {
            "bar": bar,
            "right": _share([p >= bar and right for _, p, right in yes]),
            "wrong": _share([p >= bar and not right for _, p, right in yes]),
            "refused": _share([p < bar for _, p, _ in yes]),
            "answered_without_basis": _share([p >= bar for _, p, _ in no]),
        }
        for bar in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
    ]
    return Calibration(
        questions=len(examples),
        rank=_named(rank[1:]),
        answers_bias=round(float(answers[0]), 3),
        answers=_named(answers[1:]),
        first_right=_share([right for _, _, right in yes]),
        bars=bars,
    )


def _share(values: list[bool]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0
