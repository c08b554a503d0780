"""Measures of ranked lists: by hand and against scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.errors import BadInput
from eval.metrics.ranking import average_precision, hit, ndcg, precision, recall, reciprocal_rank
from tests.eval.metrics.tables import UNTIMED

KEYS = [f"k{number}" for number in range(12)]
LISTS = st.permutations(KEYS)
GRADES = st.lists(st.integers(0, 3), min_size=12, max_size=12).filter(any)


def test_by_hand() -> None:
    assert recall(["a", "b", "c"], ["c", "x"], 3) == 0.5
    assert precision(["a", "b"], ["a"], 5) == 0.2
    assert (hit(["a", "b"], ["b"], 1), hit(["a", "b"], ["b"], 2)) == (0, 1)
    assert reciprocal_rank(["a", "b"], ["b"], 10) == 0.5
    assert reciprocal_rank(["a", "b"], ["b"], 1) == 0
    assert average_precision(["a", "x", "b"], ["a", "b", "c"], 10) == pytest.approx((1 + 2 / 3) / 3)


@UNTIMED
@given(LISTS, GRADES, st.integers(1, 12))
def test_ndcg_is_that_of_sklearn(found: list[str], grades: list[int], depth: int) -> None:
    from sklearn.metrics import ndcg_score

    right = {key: float(grade) for key, grade in zip(KEYS, grades, strict=True) if grade}
    scores = [[-float(found.index(key)) for key in KEYS]]
    assert ndcg(found, right, depth) == pytest.approx(ndcg_score([grades], scores, k=depth))
    alike = [[float(bool(grade)) for grade in grades]]
    assert ndcg(found, list(right), depth) == pytest.approx(ndcg_score(alike, scores, k=depth))


@UNTIMED
@given(LISTS, GRADES)
def test_average_precision_of_the_whole_list_is_that_of_sklearn(found: list[str], grades: list[int]) -> None:
    from sklearn.metrics import average_precision_score

    right = {key for key, grade in zip(KEYS, grades, strict=True) if grade}
    truth = np.array([key in right for key in KEYS])
    wanted = average_precision_score(truth, [-found.index(key) for key in KEYS])
    assert average_precision(found, right, 12) == pytest.approx(wanted)


@UNTIMED
@given(LISTS, st.sets(st.sampled_from(KEYS), min_size=1), st.integers(1, 12))
def test_a_repeated_key_counts_once(found: list[str], right: set[str], depth: int) -> None:
    twice = [found[0], *found]
    for measure in (recall, precision, average_precision, ndcg):
        assert 0 <= measure(twice, right, depth) <= 1
    assert average_precision(twice[:2], [found[0]], 2) == 1
    assert ndcg(twice[:2], [found[0]], 2) == 1


@pytest.mark.parametrize("measure", [recall, precision, hit, reciprocal_rank, average_precision, ndcg])
def test_a_question_that_nothing_answers_has_no_measure(
    measure: Callable[[Sequence[str], Collection[str], int], float],
) -> None:
    with pytest.raises(BadInput, match="nothing is right"):
        measure(["a"], [], 5)
