"""Trees scored with numpy give what the library that grew them gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.index.forest import Forest, save_forest
from knowledge.index.ranker import available, fit_logistic


def test_scores_equal_those_of_lightgbm(tmp_path: Path) -> None:
    if not available():
        pytest.skip("needs LightGBM with its system library libgomp")
    import lightgbm

    chance = np.random.default_rng(1)
    data = np.round(chance.standard_normal((2000, 6)), 1).astype(np.float32)
    target = data[:, 0] * data[:, 1] + np.abs(data[:, 2])
    parameters = {"num_leaves": 8, "verbosity": -1, "seed": 1, "num_threads": 1, "min_data_in_leaf": 3}
    booster = lightgbm.train(parameters, lightgbm.Dataset(data, target), 40)
    save_forest(tmp_path, booster.dump_model())
    np.testing.assert_allclose(Forest(tmp_path).score(data), booster.predict(data), rtol=1e-4, atol=1e-4)


def test_a_tree_of_one_leaf(tmp_path: Path) -> None:
    save_forest(tmp_path, {"tree_info": [{"tree_structure": {"leaf_value": 0.5}}]})
    assert Forest(tmp_path).score(np.zeros((3, 2), np.float32)).tolist() == [0.5, 0.5, 0.5]


def test_logistic_regression_finds_the_slope() -> None:
    chance = np.random.default_rng(0)
    given = chance.standard_normal((4000, 1))
    right = chance.random(4000) < 1 / (1 + np.exp(-(2 * given[:, 0] - 1)))
    slope, constant = fit_logistic(given, right)
    assert slope == pytest.approx(2, abs=0.2)
    assert constant == pytest.approx(-1, abs=0.2)
