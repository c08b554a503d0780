from __future__ import annotations

from typing import Any

import pytest

from eval.place import Place
from eval.suites.answers.suite import SUITE
from tests.eval.suites.conftest import Put, cases_of, judge, put

NAME = "answers"


@pytest.fixture
async def answered(place: Place) -> Put:
    return await put(NAME, SUITE.open(place), cases_of(NAME, place)["rq-001"])


async def test_an_answer_stands_on_its_provision(answered: Put) -> None:
    assert answered.scored.why == ""
    assert {value for value in answered.values.values() if value is not None} == {1}
    assert answered.said["citations"][0]["source"] == answered.said["citations"][0]["quote"]
    assert "thread" not in answered.said
    assert answered.said["steps"]["verify"] == {"dropped": []}


async def test_asking_again_says_the_same(place: Place, answered: Put) -> None:
    again = await put(NAME, SUITE.open(place), answered.case)
    assert again.said == answered.said


@pytest.mark.parametrize(
    ("changed", "wrong", "why"),
    [
        ({"outcome": "not_found"}, "ended_right", "ended as not_found"),
        ({"citations": []}, "cited_right", "cites nothing"),
        ({"text": "路边停车一直免费。"}, "contains", "does not say"),
        ({"unshown": ["40分钟"]}, "numbers_shown", "numbers from nowhere: 40分钟"),
        ({"as_of": "2020-01-01"}, "in_force", "not in force"),
    ],
)
async def test_a_wrong_answer_is_seen(answered: Put, changed: dict[str, Any], wrong: str, why: str) -> None:
    scored = judge(NAME, answered.case, {**answered.said, **changed})
    assert scored.values[wrong] == 0
    assert why in scored.why


async def test_a_quote_that_differs_by_one_character_is_seen(answered: Put) -> None:
    first, *others = answered.said["citations"]
    bent = {**first, "quote": first["quote"].replace("分", "秒", 1)}
    scored = judge(NAME, answered.case, {**answered.said, "citations": [bent, *others]})
    assert (scored.values["quotes_exact"], scored.values["cited_right"]) == (0, 1)


def test_questions_that_nothing_answers_are_left_to_another_suite(place: Place) -> None:
    cases = cases_of(NAME, place)
    assert all(case.expect.get("provisions") or case.expect.get("guide") for case in cases.values())
    assert {case.slices["kind"] for case in cases.values()} >= {"guide", "policy", "rule"}
    assert {case.slices["language"] for case in cases.values()} == {"zh", "en"}
