from __future__ import annotations

import pytest

from agents.outcomes import Outcome, combine


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([Outcome.ANSWERED, Outcome.ANSWERED], Outcome.ANSWERED),
        ([Outcome.ANSWERED, Outcome.NOT_FOUND], Outcome.PARTLY_ANSWERED),
        ([Outcome.CONFLICT_REPORTED, Outcome.NOT_FOUND], Outcome.CONFLICT_REPORTED),
        ([Outcome.NOT_FOUND], Outcome.NOT_FOUND),
        ([Outcome.ANSWERED, Outcome.SMALLTALK], Outcome.ANSWERED),
        ([Outcome.NEEDS_FACT, Outcome.NOT_FOUND], Outcome.NEEDS_FACT),
        ([], Outcome.NOT_FOUND),
    ],
)
def test_the_ending_of_a_turn_with_parts(parts: list[Outcome], whole: Outcome) -> None:
    assert combine(parts) is whole
