from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.workorders.figures.intervals import quantile, wilson


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    # By hand from Wilson's formula with z = 1.959964.
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (50, 100, 0.4038, 0.5962)],
)
def test_wilson_is_what_the_tables_say(numerator: int, denominator: int, low: float, high: float) -> None:
    found = wilson(numerator, denominator)
    assert found is not None
    assert found == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_there_is_no_interval() -> None:
    assert wilson(0, 0) is None
    assert quantile([], 0.5) is None


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, 2 * n), st.just(n))))
def test_the_share_lies_within_its_interval(case: tuple[int, int]) -> None:
    halves, denominator = case
    found = wilson(halves / 2, denominator)
    assert found is not None
    assert 0 <= found.low <= halves / 2 / denominator + 1e-12
    assert halves / 2 / denominator - 1e-12 <= found.high <= 1


def test_quantiles_lie_on_a_straight_line_between_values() -> None:
    assert quantile([7.0], 0.9) == 7.0
    assert quantile([1.0, 3.0], 0.5) == 2.0
    assert quantile([0.0, 10.0, 20.0, 30.0], 0.9) == 27.0
