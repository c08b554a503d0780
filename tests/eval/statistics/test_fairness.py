"""The fairness table."""

from __future__ import annotations

import numpy as np
import pytest

from eval.metrics import Table
from eval.statistics import Statistic, slices
from tests.eval.metrics.tables import table

SHARE = Statistic(name="made-up.share", how="mean", of=("x",))


def town(north: float, *, groups: bool = False, seed: int = 0) -> tuple[Table, dict[str, dict[str, str]]]:
    """400 cases of three dialects, right in 9 of 10 (those of the north in a share ``north``), and of two ages."""
    chance = np.random.default_rng(seed)
    dialects = ["north" if n < 100 else "south" if n < 250 else "east" for n in range(400)]
    hits = [float(chance.random() < (north if dialect == "north" else 0.9)) for dialect in dialects]
    ages = chance.choice(["old", "young"], size=400).tolist()
    labels = {f"c{n:04}": {"dialect": dialects[n], "age": ages[n]} for n in range(400)}
    return table({"x": hits}, group=[f"g{n % 40}" for n in range(400)] if groups else ()), labels


def test_who_fares_worse_is_flagged() -> None:
    made, labels = town(0.6)
    rows = {(row.label, row.slice): row for row in slices(made, SHARE, labels)}
    assert [" ".join(key) for key in rows] == ["age old", "age young", "dialect east", "dialect north", "dialect south"]
    assert [key for key, row in rows.items() if row.flagged] == [("dialect", "north")]
    north = rows["dialect", "north"]
    inside, outside = made["x"][:100].mean(), made["x"][100:].mean()
    assert north.interval.value == pytest.approx(inside)
    assert north.rest == pytest.approx(outside)
    assert north.gap == pytest.approx(inside - outside)
    assert north.low is not None
    assert north.high is not None
    assert north.low < inside - outside < north.high < 0
    assert north.interval.n == 100
    assert north.p_adjusted == pytest.approx(5 * north.p)


def test_chance_agrees_with_fishers_exact_test() -> None:
    from scipy.stats import fisher_exact

    made, labels = town(0.78)
    north = next(row for row in slices(made, SHARE, labels) if row.slice == "north")
    hits = [int(made["x"][:100].sum()), int(made["x"][100:].sum())]
    wanted = fisher_exact([[hits[0], 100 - hits[0]], [hits[1], 300 - hits[1]]]).pvalue
    assert north.p == pytest.approx(wanted, rel=0.5, abs=0.003)


def test_nobody_is_flagged_where_all_fare_alike() -> None:
    flagged = 0
    for seed in range(20):
        made, labels = town(0.9, seed=seed)
        flagged += any(row.flagged for row in slices(made, SHARE, labels, draws=100, seed=seed))
    assert flagged <= 4  # 1 expected at the level of 0.05


def test_groups_that_lie_across_slices_are_judged_by_draws() -> None:
    made, labels = town(0.6, groups=True)
    rows = slices(made, SHARE, labels)
    assert [row.slice for row in rows if row.flagged] == ["north"]


def test_figures_of_all_rows_are_judged_by_draws() -> None:
    made, labels = town(0.9)
    made["x"] = np.random.default_rng(1).normal(size=400) - np.repeat([1.5, 0], [100, 300])
    median = Statistic(name="m", how="quantile", of=("x",), options={"q": 0.5})
    rows = slices(made, median, labels, draws=400)
    assert [row.slice for row in rows if row.flagged] == ["north"]
    assert rows[3].gap == pytest.approx(np.median(made["x"][:100]) - np.median(made["x"][100:]))


def test_what_has_no_rest_or_no_label_has_no_row() -> None:
    made = table({"x": [1.0, 0.0, 1.0, None]})
    labels = {"c0000": {"kind": "a", "all": "same"}, "c0001": {"kind": "b", "all": "same"}, "c0003": {"kind": "c"}}
    assert [(row.label, row.slice, row.interval.n) for row in slices(made, SHARE, labels)] == [
        ("kind", "a", 1),
        ("kind", "b", 1),
    ]
    assert slices(made, SHARE, {}) == ()


def test_an_undefined_gap_is_told_as_such() -> None:
    made = table({"tp": [1.0, 0.0], "fp": [0.0, 0.0], "fn": [0.0, 0.0]})
    labels = {"c0000": {"kind": "a"}, "c0001": {"kind": "b"}}
    rows = slices(made, Statistic(name="f1", how="f1", of=("tp", "fp", "fn")), labels)
    assert [(row.rest, row.gap, row.p, row.flagged) for row in rows] == [(None, None, 1, False), (1, None, 1, False)]
