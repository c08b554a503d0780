from __future__ import annotations

from itertools import permutations

import pytest

from knowledge.library.rank import outranks
from knowledge.model import Level


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        (Level.CONSTITUTION, Level.LAW),
        (Level.LAW, Level.ADMIN_REGULATION),
        (Level.ADMIN_REGULATION, Level.PROVINCIAL_REGULATION),
        (Level.ADMIN_REGULATION, Level.DEPARTMENT_RULE),
        (Level.PROVINCIAL_REGULATION, Level.CITY_REGULATION),
        (Level.PROVINCIAL_REGULATION, Level.CITY_RULE),
        (Level.PROVINCIAL_RULE, Level.CITY_RULE),
        (Level.CITY_REGULATION, Level.CITY_RULE),
        (Level.CITY_RULE, Level.NORMATIVE_DOCUMENT),
        (Level.POLICY, Level.FAQ),
    ],
)
def test_the_ladder(higher: Level, lower: Level) -> None:
    assert outranks(higher, lower)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Level.DEPARTMENT_RULE, Level.PROVINCIAL_REGULATION),
        (Level.DEPARTMENT_RULE, Level.CITY_RULE),
        (Level.PROVINCIAL_RULE, Level.CITY_REGULATION),
        (Level.PLAN, Level.POLICY),
        (Level.GUIDE, Level.FAQ),
    ],
)
def test_what_the_law_leaves_to_an_authority(one: Level, other: Level) -> None:
    assert not outranks(one, other)
    assert not outranks(other, one)


def test_no_two_levels_outrank_each_other_and_rank_is_transitive() -> None:
    for a, b in permutations(Level, 2):
        assert not (outranks(a, b) and outranks(b, a))
    for a, b, c in permutations(Level, 3):
        assert not (outranks(a, b) and outranks(b, c)) or outranks(a, c), (a, b, c)
    assert not any(outranks(level, level) for level in Level)
