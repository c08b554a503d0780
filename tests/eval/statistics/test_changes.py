"""Differences between two runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from city.errors import BadInput
from eval.statistics import Statistic, difference
from tests.eval.metrics.tables import table

SHARE = Statistic(name="made-up.share", how="mean", of=("x",))
MEDIAN = Statistic(name="made-up.median", how="quantile", of=("x",), options={"q": 0.5}, better="lower")


def runs(broken: int, mended: int, same: int) -> tuple[list[float], list[float]]:
    before = [1.0] * broken + [0.0] * mended + [1.0] * same
    return before, [0.0] * broken + [1.0] * mended + [1.0] * same


@pytest.mark.parametrize(("broken", "mended"), [(5, 1), (1, 5), (3, 3), (12, 0), (0, 0)])
def test_of_right_and_wrong_it_is_mcnemars_exact_test(broken: int, mended: int) -> None:
    from scipy.stats import binomtest

    before, after = runs(broken, mended, 40)
    found = difference(table({"x": before}), table({"x": after}), SHARE)
    wanted = binomtest(broken, broken + mended, alternative="greater").pvalue if broken + mended else 1
    assert found.p_worse == pytest.approx(wanted)
    assert found.test == "exact"
    assert found.moved == broken + mended


def test_of_many_that_moved_the_chance_is_drawn() -> None:
    from scipy.stats import binomtest

    before, after = runs(30, 15, 200)
    found = difference(table({"x": before}), table({"x": after}), SHARE)
    assert found.test == "permutation"
    assert found.p_worse == pytest.approx(binomtest(30, 45, alternative="greater").pvalue, abs=0.005)


def test_a_small_chance_is_drawn_more_finely() -> None:
    before, after = runs(40, 0, 200)
    found = difference(table({"x": before}), table({"x": after}), SHARE)
    assert found.p_worse == pytest.approx(1e-5)


def test_of_means_it_is_the_permutation_test_of_scipy() -> None:
    from scipy.stats import permutation_test

    chance = np.random.default_rng(2)
    before, shift = chance.random(11), chance.normal(-0.1, 0.2, size=11)

    def mean_of_differences(one: Sequence[float], two: Sequence[float]) -> float:
        return float(np.mean(np.asarray(one) - np.asarray(two)))

    wanted = permutation_test(
        (before + shift, before), mean_of_differences, permutation_type="samples", alternative="less"
    )
    found = difference(table({"x": before.tolist()}), table({"x": (before + shift).tolist()}), SHARE)
    assert found.p_worse == pytest.approx(wanted.pvalue)


def test_groups_are_exchanged_whole() -> None:
    before, after = runs(12, 0, 0)
    three = [f"g{number // 4}" for number in range(12)]
    found = difference(table({"x": before}, group=three), table({"x": after}, group=three), SHARE)
    assert (found.p_worse, found.groups, found.moved) == (1 / 8, 3, 3)


def test_worse_is_lower_or_higher_as_the_figure_has_it() -> None:
    before, after = runs(8, 0, 20)
    lower = SHARE.model_copy(update={"better": "lower"})
    worse, better = (difference(table({"x": before}), table({"x": after}), one) for one in (SHARE, lower))
    assert worse.p_worse == pytest.approx(2**-8)
    assert better.p_worse == 1
    assert worse.worsened
    assert not better.worsened


def test_only_cases_that_both_have_are_compared() -> None:
    before = table({"x": [1.0, 0.0, 1.0]}, trial=[0, 1, 0])  # c0000 twice, c0001
    after = table({"x": [1.0, 1.0, 0.0]})  # c0000, c0001, c0002
    found = difference(before, after, SHARE)
    assert (found.only_before, found.only_after, found.n) == (("c0000/1",), ("c0002",), 2)
    assert (found.before, found.after, found.change) == (1, 1, 0)


def test_a_value_that_applies_in_one_run_only_counts_there() -> None:
    before, after = [1.0, 0.0, None, 1.0], [1.0, None, 0.0, 1.0]
    found = difference(table({"x": before}), table({"x": after}), SHARE)
    assert [found.before, found.after] == pytest.approx([2 / 3, 2 / 3])
    assert (found.n, found.moved) == (4, 2)


def test_what_is_undefined_has_no_test() -> None:
    found = difference(table({"x": [1.0, 0.0]}), table({"x": [None, None]}), SHARE)
    assert (found.before, found.after, found.change, found.low) == (0.5, None, None, None)
    assert (found.p_worse, found.test, found.worsened) == (1, "none", False)
    apart = difference(table({"x": [1.0]}), table({"x": [1.0]}, group=["g"]), SHARE)
    assert (apart.n, apart.test) == (1, "none")
    with pytest.raises(BadInput, match="no case has a value 'x'"):
        difference(table({"x": [1.0]}), table({"y": [1.0]}), SHARE)


def test_figures_of_all_rows_are_judged_by_draws() -> None:
    before = np.random.default_rng(0).normal(10, 1, size=150)
    slower = difference(table({"x": before.tolist()}), table({"x": (before + 0.5).tolist()}), MEDIAN)
    assert slower.change == pytest.approx(0.5)
    assert slower.test == "bootstrap"
    assert slower.worsened
    assert slower.p_worse < 0.01
    same = difference(table({"x": before.tolist()}), table({"x": before.tolist()}), MEDIAN)
    assert (same.change, same.p_worse, same.low, same.high, same.moved) == (0, 1, 0, 0, 0)


def test_scores_of_classes_and_trials_are_compared_too() -> None:
    chance = np.random.default_rng(5)
    truth = chance.choice(["a", "b", "c"], size=200).tolist()
    said = [name if n % 10 else "other" for n, name in enumerate(truth)]
    worse = ["other" if n % 5 == 0 else name for n, name in enumerate(truth)]
    score = Statistic(name="f1", how="macro_f1", of=("truth", "said"))
    found = difference(table({"truth": truth, "said": said}), table({"truth": truth, "said": worse}), score)
    assert found.p_worse < 0.001
    assert found.worsened
    passes = Statistic(name="pass", how="pass_k", of=("x",), options={"k": 2})
    one, two = (table({"x": hits}, trial=[0, 1] * 10) for hits in ([1.0, 1.0] * 10, [1.0, 0.0] * 10))
    trials = difference(one, two, passes)
    assert (trials.before, trials.after) == (1, 0)
    assert trials.p_worse == pytest.approx(2**-10)


def test_the_chance_is_the_same_in_two_runs() -> None:
    before, after = runs(30, 15, 200)
    first, again = (difference(table({"x": before}), table({"x": after}), SHARE) for _ in range(2))
    assert first == again


def test_without_a_change_small_chances_are_as_rare_as_they_say() -> None:
    found = []
    for seed in range(300):
        chance = np.random.default_rng(seed)
        truth = chance.random(120) < 0.8
        one, two = ((truth ^ (chance.random(120) < 0.15)).astype(float).tolist() for _ in range(2))
        found.append(difference(table({"x": one}), table({"x": two}), SHARE, draws=50).p_worse)
    assert np.mean(np.array(found) <= 0.1) <= 0.14
    assert 0.4 < np.mean(found) < 0.65
