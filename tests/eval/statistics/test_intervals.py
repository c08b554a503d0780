"""Intervals of figures."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest

from city.errors import BadInput
from eval.metrics import Table
from eval.metrics.tables import take
from eval.statistics import Interval, Statistic, interval
from tests.eval.metrics.tables import table

MEAN = Statistic(name="made-up.mean", how="mean", of=("x",))


def noise(many: int, seed: int = 0) -> list[float]:
    return [float(value) for value in np.random.default_rng(seed).normal(size=many)]


def bounds(found: Interval) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def test_the_interval_of_a_mean_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap

    values = noise(400)
    low, high = bounds(interval(table({"x": values}), MEAN, draws=20_000))
    wanted = bootstrap((values,), np.mean, method="percentile", n_resamples=20_000, rng=1).confidence_interval
    assert (low, high) == pytest.approx((wanted.low, wanted.high), abs=0.004)


def test_groups_are_drawn_whole() -> None:
    values = noise(50)
    apart = interval(table({"x": values}), MEAN)
    copied = table({"x": [v for v in values for _ in range(9)]}, group=[f"g{n}" for n in range(50) for _ in range(9)])
    together = interval(copied, MEAN)
    assert (together.n, together.groups) == (450, 50)
    assert bounds(together) == pytest.approx(bounds(apart), abs=0.05)
    alone = interval(table({"x": [v for v in values for _ in range(9)]}), MEAN)
    assert np.diff(bounds(alone)) < np.diff(bounds(together)) / 2


@pytest.mark.parametrize(
    ("how", "of", "options"),
    [
        ("quantile", ("x",), {"q": 0.5}),
        ("auroc", ("x", "hit"), {}),
        ("macro_f1", ("truth", "said"), {}),
        ("kappa", ("truth", "said"), {}),
        ("pass_k", ("hit",), {"k": 2}),
        ("ece_equal_width", ("p", "hit"), {}),
    ],
)
def test_draws_by_sums_and_by_rows_are_those_of_rows_repeated(
    how: str, of: tuple[str, ...], options: dict[str, Any]
) -> None:
    from eval.metrics import HOW
    from eval.statistics.draws import Groups, counts, generator, redraw

    chance = np.random.default_rng(3)
    kinds = chance.choice(["a", "b", "c"], size=(2, 60)).tolist()
    columns = {"x": noise(60), "p": chance.random(60).tolist(), "hit": chance.integers(2, size=60).tolist()}
    made = table(
        {**columns, "truth": kinds[0], "said": kinds[1]},
        trial=[0, 1, 2] * 20,
        group=[f"g{n // 6}" for n in range(60)],
    )
    groups = Groups.named(made["group"])
    drawn = next(counts(generator(0, "x"), 5, groups.many))
    figures = redraw(HOW[how], made, Statistic(name="x", how=how, of=of, options=options), groups)(drawn)
    for line, figure in zip(drawn.astype(int), figures, strict=True):
        parts = [take(made, groups.of == group) for group, times in enumerate(line) for _ in range(times)]
        copies = [{**part, "case": np.char.add(f"{n}-", part["case"].astype(str))} for n, part in enumerate(parts)]
        repeated: Table = {name: np.concatenate([part[name] for part in copies]) for name in made}
        assert figure == pytest.approx(HOW[how](repeated, of, options))


def test_it_covers_the_truth_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(200):
        chance = np.random.default_rng(seed)
        shared = chance.normal(size=60).repeat(3)
        values = (shared + chance.normal(size=180)).tolist()
        made = table({"x": values}, group=[f"g{n // 3}" for n in range(180)])
        low, high = bounds(interval(made, MEAN, draws=300, seed=seed))
        held += low <= 0 <= high
    assert 180 <= held <= 198


def test_where_all_are_right_there_is_still_doubt() -> None:
    found = interval(table({"x": [1.0] * 30}), MEAN)
    assert (found.value, found.high, found.method) == (1, 1, "exact")
    assert found.low == pytest.approx(0.025 ** (1 / 30))
    none = interval(table({"x": [0.0] * 30}), MEAN)
    assert none.low == 0
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 30))
    assert interval(table({"x": [0.5] * 30}), MEAN).method == "bootstrap"


def test_no_interval_without_two_groups() -> None:
    one = interval(table({"x": [0.2, 0.4]}, group=["g", "g"]), MEAN)
    assert one.value == pytest.approx(0.3)
    assert (one.low, one.high, one.groups, one.method) == (None, None, 1, "none")
    nothing = interval(table({"x": [None, None]}), MEAN)
    assert (nothing.value, nothing.low, nothing.n, nothing.method) == (None, None, 0, "none")


def test_figures_do_not_depend_on_the_order_of_rows_or_of_figures() -> None:
    made = table({"x": noise(90)}, group=[f"g{n // 3}" for n in range(90)])
    mixed = take(made, np.random.default_rng(1).permutation(90))
    first = interval(made, MEAN)
    interval(made, MEAN.model_copy(update={"name": "other"}))
    assert interval(mixed, MEAN) == first
    assert interval(made, MEAN.model_copy(update={"name": "other"})).low != first.low
    assert interval(made, MEAN, seed=1).low != first.low


def test_a_hundred_figures_over_two_thousand_cases_take_seconds() -> None:
    chance = np.random.default_rng(0)
    kinds = chance.choice(["a", "b", "c", "d"], size=(2, 2000)).tolist()
    made = table({"x": chance.random(2000).tolist(), "truth": kinds[0], "said": kinds[1]})
    begun = time.process_time()
    for number in range(10):
        interval(made, Statistic(name=f"mean-{number}", how="mean", of=("x",)))
        interval(made, Statistic(name=f"f1-{number}", how="macro_f1", of=("truth", "said")))
    assert time.process_time() - begun < 5  # twenty; measured: 0.9 s


def test_wrong_statistics_are_told() -> None:
    made = table({"x": [1.0, 2.0]})
    with pytest.raises(BadInput, match=r"made-up\.mean: there is no way 'average'"):
        interval(made, MEAN.model_copy(update={"how": "average"}))
    with pytest.raises(BadInput, match=r"made-up\.mean: quantile: it needs the option"):
        interval(made, MEAN.model_copy(update={"how": "quantile"}))
    with pytest.raises(BadInput, match="the level is 95"):
        interval(made, MEAN, level=95)


def test_results_are_json() -> None:
    found = interval(table({"x": [None, 1.0]}), MEAN)
    assert Interval.model_validate_json(found.model_dump_json()) == found
    assert not any(isinstance(value, float) and math.isnan(value) for value in found.model_dump().values())
