"""Figures that need all rows, against scikit-learn, SciPy and NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.errors import BadInput
from eval.metrics import HOW
from eval.metrics.wholes import ranks
from tests.eval.metrics.tables import UNTIMED, table
from tools.petitions.calibration import error_of_equal_mass, reach

SCORES = st.floats(0, 1).map(lambda score: round(score, 2))  # rounded, so that there are ties
ROWS = st.lists(st.tuples(SCORES, st.booleans()), min_size=1, max_size=60)
NUMBERS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=40)


def figure(how: str, columns: dict[str, Any], **options: Any) -> float:
    return HOW[how](table(columns), tuple(columns), options)


@UNTIMED
@given(ROWS)
def test_ranking_measures_are_those_of_sklearn(rows: list[tuple[float, bool]]) -> None:
    from sklearn.metrics import average_precision_score, roc_auc_score

    score, right = [one for one, _ in rows], [two for _, two in rows]
    columns = {"score": score, "right": right}
    if any(right):
        assert figure("average_precision", columns) == pytest.approx(average_precision_score(right, score))
    else:
        assert math.isnan(figure("average_precision", columns))
    if any(right) and not all(right):
        assert figure("auroc", columns) == pytest.approx(roc_auc_score(right, score))
    else:
        assert math.isnan(figure("auroc", columns))


@UNTIMED
@given(NUMBERS)
def test_correlations_are_those_of_scipy(rows: list[tuple[int, int]]) -> None:
    from scipy.stats import kendalltau, rankdata, spearmanr

    one, two = ([float(v) for v in column] for column in zip(*rows, strict=True))
    assert ranks(np.array(one)).tolist() == rankdata(one).tolist()
    columns = {"a": one, "b": two}
    if len(set(one)) == 1 or len(set(two)) == 1:
        assert math.isnan(figure("spearman", columns))
        assert math.isnan(figure("kendall", columns))
    else:
        assert figure("spearman", columns) == pytest.approx(spearmanr(one, two).statistic)
        assert figure("kendall", columns) == pytest.approx(kendalltau(one, two).statistic)


@UNTIMED
@given(ROWS, st.floats(0, 1))
def test_trust_and_quantiles(rows: list[tuple[float, bool]], share: float) -> None:
    score, right = np.array([one for one, _ in rows]), np.array([two for _, two in rows])
    columns = {"score": score, "right": right}
    assert figure("ece_equal_mass", columns) == pytest.approx(error_of_equal_mass(score, right))
    assert figure("coverage_at_precision", columns, precision=share) == reach(score, right, share).coverage
    assert figure("quantile", {"score": score}, q=share) == pytest.approx(np.quantile(score, share))


@pytest.mark.parametrize("how", ["ece_equal_mass", "coverage_at_precision", "auroc", "spearman", "kendall"])
def test_nothing_has_no_figure(how: str) -> None:
    assert math.isnan(figure(how, {"a": [None, 1.0], "b": [1.0, None]}))


def test_a_quantile_beyond_all_is_refused() -> None:
    with pytest.raises(BadInput, match="q is 95"):
        figure("quantile", {"a": [1.0]}, q=95)
