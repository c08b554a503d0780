from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from eval.place import Place
from eval.suites.hot_topics.suite import SUITE, Replayed
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "hot_topics"


@pytest.fixture(scope="module")
def replayed(place: Place) -> Replayed:
    return SUITE.open(place)


async def test_a_burst_pipe_is_seen_within_hours(place: Place, replayed: Replayed) -> None:
    water = await put(NAME, replayed, cases_of(NAME, place)["matter-water"])
    assert water.values["seen"] == 1
    assert 0 < water.values["delay_hours"] < 24
    assert water.values["ahead"] > 0.3
    assert water.values["found"] > water.values["missed"]
    assert (water.values["false_a_week"], water.scored.why) == (None, "")


async def test_most_days_are_quiet(place: Place, replayed: Replayed) -> None:
    days = [case for case in cases_of(NAME, place).values() if case.given["case"] == "day"]
    assert len(days) == 21
    made = [await put(NAME, replayed, case) for case in days]
    assert sum(one.values["false_a_week"] == 0 for one in made) >= 15
    assert {one.values["seen"] for one in made} == {None}


def test_a_late_warning_a_false_one_and_none(place: Place) -> None:
    cases = cases_of(NAME, place)
    water = cases["matter-water"]
    own = water.given["messages"]
    warned = {"rule": "rise", "people": 5, "single": False}
    none = judge(NAME, water, {"warned": [], "together": own})
    assert (none.values["seen"], none.values["delay_hours"], none.values["ahead"]) == (0, None, 0)
    assert none.why == "no warning at all"
    last = water.expect["times"][-1]
    late = judge(NAME, water, {"warned": [{**warned, "at": last, "petitions": own[:5]}], "together": own[:3]})
    hours = (datetime.fromisoformat(last) - datetime.fromisoformat(water.expect["onset"])).total_seconds() / 3600
    assert (late.values["seen"], late.values["ahead"]) == (1, 0)
    assert late.values["delay_hours"] == pytest.approx(hours)
    assert (late.values["found"], late.values["missed"], late.values["wrong"]) == (2, len(own) - 3, 0)
    strangers = {"warned": [{**warned, "at": last, "petitions": [own[0], "x", "y"]}], "together": [*own, "x"]}
    mixed = judge(NAME, water, strangers)
    assert (mixed.values["seen"], mixed.values["wrong"]) == (0, 1)
    day = next(case for case in cases.values() if case.given["case"] == "day")
    said = {"warned": [{**warned, "at": last, "petitions": ["x", "y"]}, {**warned, "at": last, "petitions": own[:3]}]}
    assert judge(NAME, day, said).values["false_a_week"] == 7
    single = {"warned": [{**warned, "at": last, "petitions": ["x"], "single": True}]}
    assert judge(NAME, day, single).values == {**judge(NAME, day, {"warned": []}).values, "single_a_week": 7}


def test_the_stream_is_in_order_and_its_matters_flare_up(place: Place) -> None:
    from eval.material import of_city

    rows = [row for _, row in of_city(NAME, place)]
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    matters = Counter(row["matter"] for row in rows if row["matter"])
    assert len(matters) == 8
    assert min(matters.values()) >= 10
    assert min(row["at"] for row in rows if row["matter"]) > "2026-11-05"
