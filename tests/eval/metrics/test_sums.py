"""Figures that follow from sums: by hand, and against scikit-learn on random rows."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.errors import BadInput
from eval.metrics import HOW
from tests.eval.metrics.tables import UNTIMED, table

LABELS = st.sampled_from(["noise", "water", "parking", "other"])
PAIRS = st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=60)
SURE = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def figure(how: str, columns: dict[str, Any], **options: Any) -> float:
    return HOW[how](table(columns), tuple(columns), options)


def test_means_and_shares_leave_out_what_does_not_apply() -> None:
    assert figure("mean", {"x": [1, None, 0, 0.5]}) == 0.5
    assert figure("share_below", {"x": [1, None, 3, 2]}, limit=2) == pytest.approx(1 / 3)
    assert figure("rate", {"alarms": [1, 2, None], "days": [4, 2, 100]}) == 0.5
    assert math.isnan(figure("mean", {"x": [None, None]}))
    assert math.isnan(figure("rate", {"alarms": [1], "days": [0]}))


def test_counts_are_summed_before_they_are_divided() -> None:
    counts = {"tp": [3, 0, None], "fp": [1, 0, 5], "fn": [0, 4, 5]}
    assert figure("precision", counts) == 0.75
    assert figure("recall", counts) == pytest.approx(3 / 7)
    assert figure("f1", counts) == pytest.approx(6 / 11)
    assert math.isnan(figure("precision", {"tp": [0], "fp": [0], "fn": [2]}))


@UNTIMED
@given(PAIRS)
def test_scores_of_classes_are_those_of_sklearn(pairs: list[tuple[str, str]]) -> None:
    from sklearn.metrics import accuracy_score, f1_score

    truth, said = (list(column) for column in zip(*pairs, strict=True))
    columns = {"truth": truth, "said": said}
    assert figure("accuracy", columns) == pytest.approx(accuracy_score(truth, said))
    assert figure("macro_f1", columns) == pytest.approx(f1_score(truth, said, average="macro", zero_division=0))
    assert figure("micro_f1", columns) == pytest.approx(f1_score(truth, said, average="micro", zero_division=0))
    some = sorted({*truth, *said})[:2]
    wanted = f1_score(truth, said, average="micro", labels=some, zero_division=0)
    assert figure("micro_f1", columns, labels=some) == pytest.approx(wanted)


@UNTIMED
@given(PAIRS, st.sampled_from([None, "linear", "quadratic"]))
def test_kappa_is_that_of_sklearn(pairs: list[tuple[str, str]], weights: str | None) -> None:
    from sklearn.metrics import cohen_kappa_score

    one, two = (list(column) for column in zip(*pairs, strict=True))
    mine = figure("kappa", {"a": one, "b": two}, **({"weights": weights} if weights else {}))
    if len({*one, *two}) == 1:
        assert math.isnan(mine)
    else:
        assert mine == pytest.approx(cohen_kappa_score(one, two, weights=weights))


def test_kappa_of_grades_goes_by_their_order() -> None:
    from sklearn.metrics import cohen_kappa_score

    one, two = [1, 2, 10, 10, 3, 1], [2, 2, 10, 3, 3, 10]
    wanted = cohen_kappa_score(one, two, weights="quadratic")
    assert figure("kappa", {"a": one, "b": two}, weights="quadratic") == pytest.approx(wanted)
    words = {"a": ["low", "mid", "high", "low"], "b": ["mid", "mid", "high", "high"]}
    order = ["low", "mid", "high"]
    wanted = cohen_kappa_score(words["a"], words["b"], labels=order, weights="linear")
    assert figure("kappa", words, weights="linear", order=order) == pytest.approx(wanted)
    with pytest.raises(BadInput, match="'order' lacks high"):
        figure("kappa", words, order=["low", "mid"])
    with pytest.raises(BadInput, match="weights is 'cubic'"):
        figure("kappa", words, weights="cubic")


@UNTIMED
@given(SURE)
def test_brier_and_calibration(rows: list[tuple[float, bool]]) -> None:
    from sklearn.metrics import brier_score_loss

    from tools.petitions.calibration import error_of_equal_width

    sure, right = [one for one, _ in rows], [two for _, two in rows]
    columns = {"sure": sure, "right": right}
    if len(set(right)) > 1:
        assert figure("brier", columns) == pytest.approx(brier_score_loss(right, sure))
    wanted = error_of_equal_width(np.array(sure), np.array(right))
    assert figure("ece_equal_width", columns) == pytest.approx(wanted)


def test_nothing_said_is_a_miss_of_the_true_class_alone() -> None:
    columns = {"truth": ["a", "a", "b", None], "said": ["a", None, "b", "a"]}
    assert figure("accuracy", columns) == pytest.approx(2 / 3)
    assert figure("macro_f1", columns) == pytest.approx((2 / 3 + 1) / 2)
    assert figure("micro_f1", columns) == pytest.approx(4 / 5)


def test_mistakes_cost_what_is_said_they_cost() -> None:
    columns = {"truth": ["a", "a", "b", "a"], "said": ["a", "b", "a", None]}
    assert figure("confusion_cost", columns, costs={}) == pytest.approx(3 / 4)
    costs = {"a": {"b": 10, "": 0.5}}
    assert figure("confusion_cost", columns, costs=costs, other=2) == pytest.approx((0 + 10 + 2 + 0.5) / 4)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_pass_k_is_the_share_of_draws_of_k_trials_that_are_all_right(k: int) -> None:
    chance = np.random.default_rng(k)
    trials = [chance.integers(2, size=4).tolist() for _ in range(25)]
    wanted = np.mean([np.mean([all(drawn) for drawn in combinations(case, k)]) for case in trials])
    made = table({"right": [right for case in trials for right in case]}, trial=[0, 1, 2, 3] * 25)
    assert HOW["pass_k"](made, ("right",), {"k": k}) == pytest.approx(wanted)


def test_pass_k_leaves_out_cases_with_too_few_trials() -> None:
    made = table({"right": [1, 1, 1, 0, None]}, trial=[0, 1, 0, 0, 1])
    assert HOW["pass_k"](made, ("right",), {"k": 2}) == 1
    assert HOW["pass_k"](made, ("right",), {"k": 1}) == pytest.approx(2 / 3)
    assert math.isnan(HOW["pass_k"](made, ("right",), {"k": 3}))
    with pytest.raises(BadInput, match="k is 0"):
        HOW["pass_k"](made, ("right",), {"k": 0})


@pytest.mark.parametrize(
    ("how", "of", "options", "says"),
    [
        ("mean", ("a", "b"), {}, "takes 1 value"),
        ("share_below", ("a",), {}, "needs the option.* limit"),
        ("share_below", ("a",), {"limit": "low"}, "limit is 'low'"),
        ("mean", ("a",), {"q": 1}, "no option 'q'; it has: none"),
    ],
)
def test_wrong_use_is_told(how: str, of: tuple[str, ...], options: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        HOW[how](table({"a": [1.0], "b": [2.0]}), of, options)
