from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents.context import House
from agents.desk import Desk
from city.errors import BadInput
from eval.answers import read_cases, run_answers
from tests.conftest import TODAY, YUNLAN


def write(path: Path, *cases: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n", encoding="utf-8")
    return path


def case(name: str, text: str, **expect: object) -> dict[str, Any]:
    return {"id": name, "text": text, "expect": expect}


def test_right_and_wrong_are_told_apart(house: House, tmp_path: Path) -> None:
    fire = "我家厨房着火了，烟很大"
    path = write(
        tmp_path / "cases.jsonl",
        case("right", fire, outcome="emergency", must_contain=["119"]),
        case("either", fire, outcome=["refused", "emergency"], must_contain=["119", "请您耐心等待"]),
        case("wrong", fire, provisions=["yl-parking-2024#2"]),
        case("silent", fire, outcome="not_found"),
        {**case("guide", "再说细一点", guide="sg-residence-permit"), "history": ["居住证怎么办"]},
    )
    report = run_answers(Desk(house, today=TODAY), path)
    judged = {j.id: j for j in report.judgements}
    assert report.cases == 5
    assert [judged[n].ended_right for n in ("right", "either", "wrong", "silent")] == [True, True, False, False]
    assert (judged["right"].contains, judged["either"].contains, judged["wrong"].contains) == (True, False, None)
    assert (judged["right"].evidence_right, judged["wrong"].evidence_right) == (None, False)
    assert report.contains == 0.5
    assert report.answered_without_basis == 0.0
    assert report.refused_wrongly >= 0.5
    assert judged["wrong"].cited == []
    assert 0 < report.p50_ms <= report.p95_ms


def test_an_answer_counts_when_its_evidence_is_cited(house: House, tmp_path: Path) -> None:
    asked = "居住证怎么办"
    path = write(
        tmp_path / "cases.jsonl",
        case("guide", asked, guide="sg-residence-permit"),
        case("other", asked, guide="sg-dog"),
        case("nothing", asked, outcome="not_found"),
    )
    report = run_answers(Desk(house, today=TODAY), path)
    assert [j.evidence_right for j in report.judgements] == [True, False, None]
    assert report.answered_without_basis == 1.0
    assert report.evidence_right == 0.5


def test_an_empty_file_gives_a_report_of_nothing(house: House, tmp_path: Path) -> None:
    report = run_answers(Desk(house), write(tmp_path / "cases.jsonl"))
    assert (report.cases, report.ended_right, report.p95_ms) == (0, 0.0, 0.0)


@pytest.mark.parametrize("line", ["{", '{"id": "2"}', '["2"]', '{"id": "2", "text": "x", "expect": []}'])
def test_a_bad_case_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case("1", "x")) + "\n\n" + line, encoding="utf-8")
    with pytest.raises(BadInput, match=r"cases\.jsonl, line 3: "):
        read_cases(path)


def test_a_file_that_is_not_there_or_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.jsonl"):
        read_cases(tmp_path / "gone.jsonl")
    path = tmp_path / "cases.jsonl"
    path.write_bytes('{"id": "停车"}'.encode("gb18030"))
    with pytest.raises(BadInput, match=r"cases\.jsonl, line 1"):
        read_cases(path)


@pytest.mark.parametrize("name", ["regulation_questions", "service_questions", "policy_questions"])
def test_the_example_citys_questions_expect_what_exists(house: House, name: str) -> None:
    from agents.outcomes import Outcome

    endings = {outcome.value for outcome in Outcome} | {"conflict"}
    for asked in read_cases(YUNLAN / "evaluation" / f"{name}.jsonl"):
        wanted = asked.expect.get("outcome", "answered")
        assert {wanted} if isinstance(wanted, str) else set(wanted) <= endings
        for provision in asked.expect.get("provisions") or ():
            assert house.library.get(provision, role="staff").id == provision
        if guide := asked.expect.get("guide"):
            assert house.library.meta(guide, role="staff").id == guide
