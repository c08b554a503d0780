from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from eval.place import Place
from eval.suites.judged_answers.suite import SUITE
from tests.eval.suites.conftest import Put, cases_of, judge, put

NAME = "judged_answers"
NAMES = ("faithfulness", "relevancy", "context_precision", "grounded", "answers", "tone")


class Listening:
    """Notes what it is shown, and finds all well."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str, Sequence[str]]] = []

    async def answer(self, measures: Sequence[str], question: str, answer: str, contexts: Sequence[str]) -> Any:
        self.shown.append((question, answer, contexts))
        return {name: {"value": 1.0, "why": ""} for name in NAMES}


@pytest.fixture
async def answered(place: Place) -> Put:
    return await put(NAME, SUITE.open(place), cases_of(NAME, place)["rq-001"])


def test_the_sample_is_even_and_the_whole_is_larger(place: Place) -> None:
    sample, whole = cases_of(NAME, place), SUITE.cases(replace(place, small=False))
    assert len(sample) == 60 < len(whole)
    assert len({case.slices["set"] for case in sample.values()}) == 5


async def test_the_judge_is_shown_question_answer_and_evidence(answered: Put) -> None:
    listening = Listening()
    judged = await SUITE.judge(listening, answered.case, answered.said)  # type: ignore[arg-type]  # it answers as one
    ((question, answer, contexts),) = listening.shown
    assert question == answered.case.given["text"]
    assert "十五分钟" in answer
    assert "[1]" in answered.said["text"]
    assert "[1]" not in answer
    assert any("第十五条：" in one and "十五分钟" in one for one in contexts)
    scored = judge(NAME, answered.case, {**answered.said, "judged": judged})
    assert scored.why == ""
    assert {value for name, value in scored.values.items() if name != "judge_failed"} == {1}


async def test_earlier_turns_belong_to_the_question(answered: Put) -> None:
    listening = Listening()
    case = answered.case.model_copy(update={"given": {**answered.case.given, "history": ["装修", {"text": "平时呢"}]}})
    await SUITE.judge(listening, case, answered.said)  # type: ignore[arg-type]
    assert listening.shown[0][0].startswith("装修\n平时呢\n")


async def test_a_refusal_is_not_judged(answered: Put) -> None:
    listening = Listening()
    refused = {**answered.said, "outcome": "not_found"}
    assert await SUITE.judge(listening, answered.case, refused) == {}  # type: ignore[arg-type]
    assert listening.shown == []
    scored = judge(NAME, answered.case, {**refused, "judged": {}})
    assert scored.values["told"] == 0
    assert {scored.values[name] for name in NAMES} == {None}


async def test_poor_and_failed_judgements_are_told(answered: Put) -> None:
    judged = {name: {"value": 1.0, "why": ""} for name in NAMES}
    judged["grounded"] = {"value": 0.0, "why": "no JSON"}
    judged["faithfulness"] = {"value": 0.25, "why": ""}
    scored = judge(NAME, answered.case, {**answered.said, "judged": judged})
    assert "grounded: no JSON" in scored.why
    assert "faithfulness 0.25" in scored.why
    assert scored.values["judge_failed"] == pytest.approx(1 / 6)
