from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools.land.scheme import Scheme


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"colour": "red"}, "Extra inputs"),
        ({"area": 0}, "greater than 0"),
        ({"counted_area": -1}, "greater than or equal to 0"),
        ({"zone": 4}, "Input should be 1, 2 or 3"),
        ({"floor_area": float("nan")}, "finite number"),
        ({"buildings": [{"id": "a"}, {"id": "a"}]}, "the same id"),
        ({"buildings": [{"id": "a"}], "gaps": [{"a": "a", "b": "b"}]}, "name 'b', which is no building"),
        ({"setbacks": [{"building": "", "side": ""}]}, "which is no building or side"),
        ({"buildings": [{"use": "castle"}]}, "Input should be 'dwelling'"),
        ({"buildings": [{"footprint": [[0, 0], [1, 1]]}]}, "at least 3 items"),
        ({"walls": [{}] * 301}, "at most 300 items"),
    ],
)
def test_what_is_no_scheme_is_refused(given_: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Scheme.model_validate(given_)


def test_nothing_need_be_told_and_only_claims_are_false() -> None:
    told = Scheme().model_dump()
    assert {name: value for name, value in told.items() if value is not None} == {
        "green_makeup": False,
        "joint_plan": False,
        "lift_only": False,
        "lake_service": False,
    }


@given(st.dictionaries(st.sampled_from(["area", "floor_area", "green_stars", "ebikes"]), st.integers(1, 10**6)))
def test_a_scheme_comes_back_from_its_json(given_: dict[str, int]) -> None:
    scheme = Scheme.model_validate(given_)
    assert Scheme.model_validate_json(scheme.model_dump_json()) == scheme
