from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from tools.petitions.ridge import Part, fit_by_steps, fit_direct, gram

CHANCE = np.random.default_rng(3)
DENSE = (CHANCE.random((90, 40)) * (CHANCE.random((90, 40)) < 0.2)).astype(np.float32)
PARTS = [Part(0.4, csr_matrix(DENSE[:, :15])), Part(0.6, csr_matrix(DENSE[:, 15:]))]
TARGET = np.eye(3, dtype=np.float32)[CHANCE.integers(0, 3, 90)] - np.float32(1 / 3)
FOLD: NDArray[np.int64] = np.arange(90) % 5
PULL = 0.2


def solved(rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    scaled = DENSE.astype(np.float64) * np.sqrt([0.4] * 15 + [0.6] * 25)
    own = scaled[rows]
    weights = np.linalg.solve(own.T @ own + PULL * np.eye(40), own.T @ TARGET[rows])
    return np.asarray(scaled @ weights)


def test_the_gram_matrix_is_the_product() -> None:
    assert np.allclose(gram(csr_matrix(DENSE)), DENSE @ DENSE.T, atol=1e-5)


def test_scores_out_of_fold_are_those_of_models_trained_without_the_fold() -> None:
    fit = fit_direct(PARTS, [gram(part.table) for part in PARTS], TARGET, PULL, FOLD)
    for number in range(5):
        block = number == FOLD
        assert np.allclose(fit.scores[block], solved(np.logical_not(block))[block], atol=1e-3)
    told = sum(part.table @ own for part, own in zip(PARTS, fit.weights, strict=True))
    assert np.allclose(told, solved(np.ones(90, bool)), atol=1e-3)


def test_long_histories_get_the_same_weights_by_steps() -> None:
    direct = fit_direct(PARTS, [gram(part.table) for part in PARTS], TARGET, PULL, FOLD)
    steps = fit_by_steps(PARTS, TARGET, PULL, FOLD)
    assert steps.held.tolist() == (FOLD == 0).tolist()
    assert np.allclose(steps.scores[steps.held], direct.scores[steps.held], atol=0.02)
    for one, other in zip(steps.weights, direct.weights, strict=True):
        assert np.allclose(one, other, atol=0.02)


def test_a_field_that_nobody_fills_in_is_no_trouble() -> None:
    empty = Part(0.5, csr_matrix((90, 0), dtype=np.float32))
    fit = fit_direct([empty], [gram(empty.table)], TARGET, PULL, FOLD)
    assert not fit.scores.any()
