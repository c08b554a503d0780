from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from city.errors import BadInput
from eval.place import Place
from eval.suite import Case
from eval.suites.judge_agreement.suite import SUITE
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "judge_agreement"
YES = {name: {"value": 1.0, "why": ""} for name in ("faithfulness", "relevancy", "grounded", "answers", "tone")}


def _case(faithful: bool, relevant: bool) -> Case:
    given = {"question": "问", "answer": "答", "evidence": ["据"]}
    return Case(id="a", given=given, expect={"faithful": faithful, "relevant": relevant}, slices={"sort": "true"})


def test_the_labelled_answers_are_of_all_sorts(place: Place) -> None:
    cases = cases_of(NAME, place)
    labels = Counter((case.expect["faithful"], case.expect["relevant"]) for case in cases.values())
    assert labels.total() == 60
    assert min(labels[True, True], labels[False, True], labels[True, False]) >= 10
    # Every label but a plain yes says why.
    for case in cases.values():
        assert case.expect["note"] or (case.expect["faithful"] and case.expect["relevant"]), case.id


async def test_nothing_is_asked_but_what_was_labelled(place: Place) -> None:
    asked = await put(NAME, None, cases_of(NAME, place)["ja-001"])
    assert asked.said == asked.case.given
    assert asked.scored.why == ""
    assert asked.values["judge_grounded"] is None


def test_a_judge_that_agrees_has_nothing_against_it() -> None:
    scored = judge(NAME, _case(True, True), {"judged": YES})
    assert scored.why == ""
    assert scored.values["judge_failed"] == 0
    assert scored.values["judge_faithful"] == scored.values["people_faithful"] == 1


@pytest.mark.parametrize(
    ("changed", "name", "why"),
    [
        ({"faithfulness": {"value": 0.9, "why": ""}}, "judge_faithful", "judge_faithful 0, people 1"),
        ({"grounded": {"value": 0.0, "why": ""}}, "judge_grounded", "judge_grounded 0, people 1"),
        ({"answers": {"value": 0.0, "why": "HTTP 503"}}, "judge_answers", "answers: HTTP 503"),
    ],
)
def test_a_judge_that_sees_otherwise_is_told(changed: dict[str, object], name: str, why: str) -> None:
    scored = judge(NAME, _case(True, True), {"judged": {**YES, **changed}})
    assert scored.values[name] == 0
    assert why in scored.why
    assert (scored.values["judge_failed"] or 0) == pytest.approx(0.2 if "HTTP" in why else 0)


def test_a_line_that_is_wrong_is_named(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "evaluation"
    folder.mkdir()
    (folder / "judged_answers.jsonl").write_text(json.dumps({"id": "x", "question": "问"}), encoding="utf-8")
    bent = Place(
        settings=place.settings.model_copy(update={"city": tmp_path}),
        day=place.day,
        seed=7,
        small=True,
        scratch=tmp_path,
    )
    with pytest.raises(BadInput, match=r"judged_answers\.jsonl, x"):
        SUITE.cases(bent)
