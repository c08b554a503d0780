from __future__ import annotations

import pytest

from eval.place import Place
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "retrieval"


async def test_a_question_finds_its_provision(place: Place) -> None:
    found = await put(NAME, place.house, cases_of(NAME, place)["rq-001"])
    assert len(found.said["found"]) == 20
    assert (found.values["hit_5"], found.values["recall_20"]) == (1, 1)
    assert found.values["mrr_10"] > 0


@pytest.mark.parametrize(("place_in", "hit", "rank"), [(1, 1, 1.0), (4, 1, 0.25), (8, 0, 0.125), (15, 0, 0.0)])
def test_ranks_are_measured(place: Place, place_in: int, hit: float, rank: float) -> None:
    case = next(c for c in cases_of(NAME, place).values() if len(c.expect["provisions"]) == 1)
    found = [f"x#{number}" for number in range(20)]
    found[place_in - 1] = case.expect["provisions"][0]
    scored = judge(NAME, case, {"found": found})
    assert (scored.values["hit_5"], scored.values["mrr_10"], scored.values["recall_20"]) == (hit, rank, 1)
    assert bool(scored.why) == (place_in > 10)


def test_the_day_of_a_question_is_the_case_s_own_or_the_place_s(place: Place) -> None:
    cases = cases_of(NAME, place)
    assert cases["rq-001"].given["as_of"] == place.day.isoformat()
    assert cases["rq-002"].given["as_of"] == "2023-05-10"
