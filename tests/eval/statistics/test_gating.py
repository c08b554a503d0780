"""The gate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.statistics import Difference, gate, holm


def change(name: str, p: float, **other: Any) -> Difference:
    values: dict[str, Any] = {
        "better": "higher", "before": 0.9, "after": 0.8, "change": -0.1, "low": -0.15, "high": -0.05, "level": 0.95,
        "test": "exact", "n": 100, "groups": 100, "moved": 10, "only_before": (), "only_after": (),
    }  # fmt: skip
    return Difference.model_validate({"name": name, "p_worse": p, **values, **other})


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.floats(0.01, 0.5))
def test_holm_rejects_what_its_steps_reject(ps: list[float], alpha: float) -> None:
    adjusted = holm(ps)
    rejected, left = set[int](), len(ps)
    for place in np.argsort(ps, kind="stable").tolist():
        if ps[place] * left >= alpha:
            break
        rejected.add(place)
        left -= 1
    assert {place for place, p in enumerate(adjusted) if p < alpha} == rejected


def test_a_regression_beyond_chance_fails() -> None:
    found = gate([change("a.share", 0.0001), change("b.share", 0.4)])
    assert not found.passed
    assert [own.alarm for own in found.verdicts] == [True, False]
    assert found.verdicts[0].p_adjusted == pytest.approx(0.0002)
    assert found.verdicts[0].why.startswith("from 0.9 to 0.8 on 100 pairs; the change lies between -0.15 and -0.05")


def test_many_figures_make_it_harder_to_alarm() -> None:
    assert not gate([change("a", 0.01)]).passed
    assert gate([change("a", 0.01), *(change(f"f{n}", 0.5) for n in range(3))]).passed


@pytest.mark.parametrize(
    "other", [{"high": 0.01}, {"low": None, "high": None}, {"better": "lower", "low": -0.1, "high": -0.01}]
)
def test_it_passes_where_the_interval_is_not_all_on_the_bad_side(other: dict[str, Any]) -> None:
    assert gate([change("a", 0.0001, **other)]).passed


def test_what_cannot_be_told_any_more_fails() -> None:
    gone = change("a", 1.0, after=None, change=None, low=None, high=None)
    assert gate([gone]).verdicts[0].why == "it was 0.9 and is undefined now"
    none = change("a", 1.0, n=0, before=None, after=None, change=None, low=None, high=None, only_before=("c1", "c2"))
    assert gate([none]).verdicts[0].why == "none of its 2 cases was run again"
    assert gate([]).passed
