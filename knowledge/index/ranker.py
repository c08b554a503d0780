"""Learning to rank candidates from confirmed questions: LambdaMART, and what its scores mean.

Burges 2010; the trees are LightGBM's. Features come from a memory that does not know the question's own
group, so the ranker learns how far memory is to be trusted for a new question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.index.forest import LEAVES, Forest, save_forest
from knowledge.index.store import load_array, save_array
from knowledge.index.types import Floats, Settings

_CALIBRATED = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """Candidates of one question: ``float32[n, features]``, ``bool[n]`` which are right, the question's
    group.
    """

    features: Floats
    right: NDArray[np.bool_]
    group: int
    context: Floats


def available() -> bool:
    """Whether trees can be trained here: LightGBM needs the system library libgomp."""
    try:
        import lightgbm  # noqa: F401  # only whether it loads
    except (ImportError, OSError):
        return False
    return True


def _train(samples: Sequence[Sample], settings: Settings) -> Any:
    import lightgbm

    features = np.concatenate([s.features for s in samples])
    labels = np.concatenate([s.right for s in samples]).astype(np.int32)
    parameters = {
        "objective": "lambdarank",
        "learning_rate": settings.tree_rate,
        "num_leaves": LEAVES,
        "max_bin": 255,
        "min_data_in_leaf": min(settings.tree_leaf_rows, max(5, len(labels) // 200)),
        "feature_fraction": 0.3,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "lambdarank_truncation_level": settings.tree_truncation,
        "num_threads": settings.threads,
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(features, labels, group=[len(s.right) for s in samples], free_raw_data=True)
    return lightgbm.train(parameters, data, settings.trees)


def fit_logistic(inputs: NDArray[np.float64], right: NDArray[np.bool_], rounds: int = 30) -> NDArray[np.float64]:
    """Weights of a lightly regularised logistic regression, the constant last (Newton's method)."""
    design = np.column_stack([inputs, np.ones(len(inputs))])
    weights = np.zeros(design.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (right - chance) - 0.1 * weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + 0.1 * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def train_ranker(samples: Sequence[Sample], folder: Path, settings: Settings) -> None:
    """Train on all samples and write trees and calibration (arrays ``tree_*``, ``calibration``).

    The calibration is fitted on a fifth of the groups, scored by trees that did not see them.
    """
    groups = np.array([s.group for s in samples])
    shuffled = np.random.default_rng(settings.seed).permutation(np.unique(groups))
    held = np.isin(groups, shuffled[: max(1, len(shuffled) // 5)])
    trial = _train([s for s, out in zip(samples, held, strict=True) if not out], settings)
    inputs, right = [], []
    for sample in (s for s, out in zip(samples, held, strict=True) if out):
        scores = trial.predict(sample.features, num_threads=1)
        best = np.argsort(-scores)[:_CALIBRATED]
        inputs.append(np.column_stack([scores[best], np.tile(sample.context, (len(best), 1))]))
        right.append(sample.right[best])
    weights = fit_logistic(np.concatenate(inputs), np.concatenate(right))
    save_array(folder, "calibration", weights.astype(np.float32))
    save_forest(folder, _train(samples, settings).dump_model())


class Ranker:
    """The opened ranker."""

    def __init__(self, folder: Path) -> None:
        self._forest = Forest(folder)
        self._weights: Floats = np.asarray(load_array(folder, "calibration"))

    def score(self, features: Floats, context: Floats) -> Floats:
        """How likely each candidate answers the question, ``float32[candidates]`` in [0, 1]; the order is the
        trees'.
        """
        raw = self._forest.score(features)
        # A calibration that went wrong on few examples must not turn the order round.
        slope: float = max(float(self._weights[0]), 1e-3)
        logit = slope * raw + float(context @ self._weights[1:-1]) + float(self._weights[-1])
        chance: Floats = (1 / (1 + np.exp(-np.clip(logit, -15, 15)))).astype(np.float32)
        return chance
