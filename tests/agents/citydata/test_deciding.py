from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.citydata.deciding import KINDS, Evidence, decide

NOTHING = (0,) * len(KINDS)
SCORES = st.floats(-2, 2)
COUNTS = st.tuples(*[st.integers(0, 2)] * len(KINDS))


def heard(**counts: int) -> tuple[int, ...]:
    return tuple(counts.get(kind, 0) for kind in KINDS)


@given(st.lists(st.tuples(SCORES, COUNTS), max_size=5), SCORES, SCORES)
def test_chances_are_shares_of_one(found: list[tuple[float, tuple[int, ...]]], other: float, nowhere: float) -> None:
    scores = {str(at): score for at, (score, _) in enumerate(found)}
    made = decide(scores, [Evidence(str(at), counts) for at, (_, counts) in enumerate(found)], other, nowhere)
    chances = [chance for _, chance in made.tools]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) + made.other + made.nowhere == pytest.approx(1)
    assert all(chance >= 0 for chance in (*chances, made.other, made.nowhere))


def test_what_is_heard_decides_between_equals() -> None:
    scores = {"line": 0.4, "stop": 0.4}
    made = decide(scores, [Evidence("line", heard(missing=1)), Evidence("stop", heard(entity=1))], -0.8, -0.8)
    assert made.tools[0][0] == "stop"
    assert made.tools[0][1] > 2 * made.tools[1][1]


def test_a_surer_wish_is_likelier_and_others_take_from_it() -> None:
    def chance(score: float, other: float) -> float:
        return decide({"a": score}, [Evidence("a", NOTHING)], other, -1.0).tools[0][1]

    assert chance(1.0, -1.0) > chance(0.0, -1.0) > chance(0.0, 0.5)
    assert chance(1.0, -1.0) > 0.9
    assert chance(-0.5, 0.5) < 0.1


def test_without_tools_only_none_is_left() -> None:
    made = decide({}, [], 1.0, -1.0)
    assert made.tools == []
    assert made.other > 0.99
    assert decide({}, [], -1.0, 1.0).nowhere > 0.99
