from __future__ import annotations

import pytest

from eval.place import Place
from eval.suites.policy_matching.suite import SUITE
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "policy_matching"
WHOLE, LEFT = "jobless-startup-01", "jobless-startup-01 without person.biz_first"


async def test_a_profile_and_one_without_a_fact(place: Place) -> None:
    cases, rules = cases_of(NAME, place), SUITE.open(place)
    whole, left = await put(NAME, rules, cases[WHOLE]), await put(NAME, rules, cases[LEFT])
    assert (whole.values["exact"], whole.values["benefits_right"], whole.values["missing_right"]) == (1, 1, None)
    assert (left.values["exact"], left.values["missing_right"], left.values["status_said"]) == (1, 1, "needs_facts")
    assert whole.case.group == left.case.group == WHOLE
    assert "status" not in whole.case.given["profile"]


@pytest.mark.parametrize(
    ("name", "changed", "wrong"),
    [
        (WHOLE, {"status": "not"}, {"status_right": 0.0, "benefits_right": None}),
        (WHOLE, {"benefits": {"startup": {"amount": 8000.01, "is_money": True}}}, {"benefits_right": 0.0}),
        (WHOLE, {"benefits": {}}, {"benefits_right": 0.0, "status_right": 1.0}),
        (LEFT, {"missing": ["person.gender"]}, {"missing_right": 0.0, "status_right": 1.0}),
        (LEFT, {"status": "eligible", "missing": []}, {"missing_right": None, "status_right": 0.0}),
    ],
)
async def test_a_wrong_result_is_seen(
    place: Place, name: str, changed: dict[str, object], wrong: dict[str, float | None]
) -> None:
    right = await put(NAME, SUITE.open(place), cases_of(NAME, place)[name])
    scored = judge(NAME, right.case, {**right.said, **changed})
    assert scored.values["exact"] == 0
    assert {key: scored.values[key] for key in wrong} == wrong
    assert scored.why
