"""Variance by layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from city.errors import BadInput
from eval.statistics import Layers, layers


def made(
    sizes: tuple[int, int, int, int], deviations: tuple[float, float, float, float], *, keep: float = 1, seed: int = 0
) -> list[dict[str, Any]]:
    """Nested rows with the given numbers of settings and standard deviations at each layer."""
    chance = np.random.default_rng(seed)
    rows = []
    for case in range(sizes[0]):
        of_case = chance.normal(0, deviations[0])
        for snapshot in range(sizes[1]):
            of_snapshot = of_case + chance.normal(0, deviations[1])
            for model in range(sizes[2]):
                of_model = of_snapshot + chance.normal(0, deviations[2])
                for judge in range(sizes[3]):
                    value = 5 + of_model + chance.normal(0, deviations[3])
                    row = {"case": case, "retrieval": snapshot, "model": model, "judge": judge, "value": value}
                    if chance.random() < keep:
                        rows.append(row)
    return rows


def shares(found: Layers) -> dict[str, float | None]:
    return {layer.name: layer.share for layer in found.layers}


@pytest.mark.parametrize("keep", [1, 0.7])
def test_known_variances_are_found_balanced_or_not(keep: float) -> None:
    found = layers(made((150, 4, 4, 4), (2, 1, 1.5, 0.5), keep=keep))
    variances = [layer.variance for layer in found.layers]
    assert variances == pytest.approx([4, 1, 2.25, 0.25], rel=0.25)
    assert found.variance == pytest.approx(sum(own or 0 for own in variances))
    assert sum(share or 0 for share in shares(found).values()) == pytest.approx(1)
    assert found.mean == pytest.approx(5, abs=0.5)


def test_estimates_are_right_on_average() -> None:
    found = [layers(made((12, 3, 2, 3), (1, 1, 1, 1), keep=0.8, seed=seed)) for seed in range(100)]
    means = np.mean([[layer.variance or 0 for layer in one.layers] for one in found], axis=0)
    assert means.tolist() == pytest.approx([1, 1, 1, 1], abs=0.2)


def test_two_layers_are_the_analysis_of_variance() -> None:
    from scipy.stats import f_oneway

    values = np.random.default_rng(4).normal(size=(6, 5)) + np.arange(6)[:, None]
    rows = [{"case": n, "value": value} for n, line in enumerate(values) for value in line]
    found = layers(rows, order=("case",))
    within = float(values.var(axis=1, ddof=1).mean())
    between = f_oneway(*values).statistic * within
    assert [(own.name, own.degrees, own.cells) for own in found.layers] == [("case", 5, 6), ("rest", 24, 30)]
    assert [own.variance for own in found.layers] == pytest.approx([(between - within) / 5, within])


def test_a_layer_that_was_not_varied_is_in_the_one_above() -> None:
    rows = made((30, 1, 3, 1), (1, 0, 1, 1))
    found = layers(rows)
    assert [(own.name, own.degrees, own.holds) for own in found.layers] == [
        ("case", 29, ("retrieval",)),
        ("retrieval", 0, ()),
        ("model", 60, ("judge",)),
        ("judge", 0, ()),
    ]
    assert shares(found)["judge"] is None
    assert found.layers[2].variance == pytest.approx(2, rel=0.4)


def test_no_variance_has_no_shares() -> None:
    same = layers([{"case": n, "value": 1.0} for n in range(3)], order=("case",))
    assert (same.variance, same.layers[0].variance, same.layers[0].share) == (0, 0, None)
    single = layers([{"case": 1, "value": 1.0}], order=("case",))
    assert (single.variance, single.mean, single.layers[0].variance) == (None, 1, None)
    assert layers([]).mean is None


def test_an_estimate_below_0_is_0() -> None:
    rows = [{"case": n, "value": value} for n in range(4) for value in (-1.0, 1.0)]
    assert layers(rows, order=("case",)).layers[0].variance == 0


def test_rows_must_be_whole() -> None:
    with pytest.raises(BadInput, match="row 2 has no model, judge"):
        layers([*made((1, 1, 1, 1), (1, 1, 1, 1)), {"case": 1, "retrieval": 1, "value": 1.0}])
    with pytest.raises(BadInput, match="name each once"):
        layers([], order=("case", "case"))
