from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.patrols.assigning import assign


def test_the_sum_counts_and_not_the_first_come() -> None:
    # a to its own nearest would leave 100 minutes for the other.
    assert assign([{"a": 1, "b": 2}, {"a": 3, "b": 100}]) == ["b", "a"]


def test_more_events_than_units() -> None:
    assert assign([{"a": 5}, {"a": 3}, {}]) == [None, "a", None]
    assert assign([{}, {}]) == [None, None]
    assert assign([]) == []


def test_as_many_as_possible_are_served() -> None:
    assert assign([{"a": 1, "b": 90}, {"a": 2}]) == ["b", "a"]


ROWS = st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 60)), min_size=1, max_size=4)


@given(ROWS)
def test_no_other_way_is_better(costs: list[dict[str, float]]) -> None:
    def worth(ways: tuple[str | None, ...] | list[str | None]) -> tuple[int, float]:
        served = [row[unit] for row, unit in zip(costs, ways, strict=True) if unit is not None]
        return -len(served), sum(served)

    best = (1, math.inf)
    for ways in itertools.product([None, *"abcd"], repeat=len(costs)):
        used = [unit for unit in ways if unit]
        possible = all(unit is None or unit in row for row, unit in zip(costs, ways, strict=True))
        if possible and len(used) == len(set(used)):
            best = min(best, worth(ways))
    chosen = assign(costs)
    assert all(unit is None or unit in row for row, unit in zip(costs, chosen, strict=True))
    assert worth(chosen) == pytest.approx(best)
