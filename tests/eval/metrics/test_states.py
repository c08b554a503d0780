"""States and clocks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.errors import BadInput
from eval.metrics.states import clock_differences, differences
from tests.eval.metrics.tables import UNTIMED

STATES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "open", "done"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def test_differences_name_the_path() -> None:
    found = {"orders": [{"status": "open", "at": "1"}, {}], "more": 1, "flag": True}
    right = {"orders": [{"status": "done", "at": "2"}], "phone": None, "flag": 1}
    assert differences(found, right, ignore={"at"}) == [
        "orders[0].status: 'open', not 'done'",
        "orders: 2 entries, not 1",
        "phone: missing, not None",
        "flag: True, not 1",
        "more: 1, not missing",
    ]
    assert differences(1, "a" * 100) == [f"the whole: 1, not '{'a' * 79}…"]
    assert differences({"a": 1}, {"a": 1.0}) == []


@UNTIMED
@given(STATES, STATES)
def test_there_is_a_difference_just_where_states_differ(one: Any, two: Any) -> None:
    def typed(state: Any) -> Any:
        if isinstance(state, dict):
            return {key: typed(value) for key, value in state.items()}
        return [typed(value) for value in state] if isinstance(state, list) else (type(state).__name__, state)

    assert differences(one, one) == []
    assert (not differences(one, two)) == (typed(one) == typed(two))


def test_clocks_are_equal_to_the_second() -> None:
    right = {"due": "2026-03-02T12:00:00+08:00", "paused": None, "reply": "2026-03-02T09:00:00+08:00"}
    assert clock_differences({**right, "due": "2026-03-02T04:00:00.900Z", "other": "2026-03-02"}, right) == []
    assert clock_differences({"due": "2026-03-02T12:00:01+08:00", "paused": right["due"]}, right) == [
        "due: 1 s late (2026-03-02T12:00:01+08:00, not 2026-03-02T12:00:00+08:00)",
        "paused: 2026-03-02T12:00:00+08:00, not no moment",
        "reply: no moment, not 2026-03-02T09:00:00+08:00",
    ]
    assert clock_differences({"due": "2026-03-02T11:00:00+08:00"}, {"due": right["due"]})[0].startswith(
        "due: 3600 s early"
    )


@pytest.mark.parametrize("given_moment", ["soon", "2026-03-02T12:00:00"])
def test_a_moment_that_cannot_be_compared_is_refused(given_moment: str) -> None:
    with pytest.raises(BadInput, match="'due' has"):
        clock_differences({"due": given_moment}, {"due": "2026-03-02T12:00:00+08:00"})
