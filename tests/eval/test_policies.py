from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from city.errors import BadInput, NotFound
from eval.policies import Case, PolicyReport, read_cases, run_policies
from tests.knowledge.eligibility.making_profiles import small_rules

FACTS: dict[str, Any] = {
    "in_city": True, "没有失信记录": True, "registered_on": "2020-03-01", "rd_expense": 60_000, "revenue": 1_000_000,
    "size": "小型", "staff": 12, "receiving": [],
}  # fmt: skip


def case(**changed: Any) -> Case:
    raw = {
        "id": "c1", "policy": "tp-tech", "as_of": "2026-06-15", "facts": FACTS, "status": "eligible",
        "benefits": {"award": 100_000, "rent": 1_200}, "why": "都符合",
    }  # fmt: skip
    return Case.model_validate({**raw, **changed})


def green(score: int | None, status: str, benefits: dict[str, Any] | None) -> Case:
    facts = {"industry": "B05", "bans": []} | ({} if score is None else {"score": score})
    return case(id="g1", policy="tp-green", facts=facts, status=status, benefits=benefits)


def run(*cases: Case) -> PolicyReport:
    return run_policies(small_rules(), cases)


def test_cases_that_come_out_right() -> None:
    found = run(
        case(),
        case(id="c2", facts={**FACTS, "in_city": False}, status="not", benefits={}),
        case(id="c3", facts={**FACTS, "没有失信记录": None}, status="likely", benefits=None),
        green(90, "eligible", {"grant": 80_000}),
    )
    assert (found.profiles, found.cases, found.exact, found.misses) == (4, 4, 4, [])
    assert (found.yes, found.no, found.unknown) == (2, 1, 1)
    assert found.by_policy == {"tp-green": "1/1", "tp-tech": "3/3"}
    assert (found.policies, found.without) == (2, ["tp-elder"])


@pytest.mark.parametrize(
    ("changed", "expected", "got"),
    [
        ({"status": "not", "benefits": None}, "not", "eligible"),
        ({"benefits": {"award": 100_000}}, "eligible award=100000.00", "eligible award=100000.00, rent=1200.00"),
        ({"benefits": {"award": 100_000.01, "rent": 1_200}}, "eligible award=100000.01, rent=1200.00",
         "eligible award=100000.00, rent=1200.00"),
        ({"benefits": {"award": None, "rent": 1_200}}, "eligible award=?, rent=1200.00",
         "eligible award=100000.00, rent=1200.00"),
    ],
)  # fmt: skip
def test_a_case_that_comes_out_otherwise_is_a_miss(changed: dict[str, Any], expected: str, got: str) -> None:
    found = run(case(**changed))
    assert (found.cases, found.exact, found.by_policy) == (1, 0, {"tp-tech": "0/1"})
    (miss,) = found.misses
    assert (miss.id, miss.expected, miss.got, miss.why) == ("c1", expected, got, "都符合")


def test_an_amount_that_is_not_known_is_told_apart_from_none() -> None:
    assert run(green(None, "eligible", {"grant": None})).misses == []
    assert run(green(None, "eligible", {"grant": 30_000})).misses != []
    assert run(green(10, "not", {})).misses == []


def test_true_stands_for_what_is_given_whatever_it_comes_to() -> None:
    assert run(case(benefits={"award": True, "rent": True})).misses == []


def test_every_fact_that_is_left_out_is_a_case_of_its_own() -> None:
    found = run(case(unknown={
        "in_city": "needs_facts", "没有失信记录": "likely", "staff": "eligible",
        "revenue": {"status": "needs_facts", "missing": ["营业收入"]},
    }))  # fmt: skip
    assert (found.profiles, found.cases, found.exact, found.unknown) == (1, 5, 5, 3)


@pytest.mark.parametrize(
    ("unknown", "expected", "got"),
    [
        ({"in_city": "eligible"}, "eligible", "needs_facts"),
        (
            {"revenue": {"status": "needs_facts", "missing": ["staff"]}},
            "needs_facts ['firm.staff']",
            "needs_facts ['firm.revenue']",
        ),
    ],
)
def test_a_left_out_fact_that_comes_out_otherwise(unknown: dict[str, Any], expected: str, got: str) -> None:
    (miss,) = run(case(unknown=unknown)).misses
    assert miss.id.startswith("c1 without firm.")
    assert miss.expected == expected
    assert miss.got.startswith(got)


def test_what_is_wrong_with_a_case_is_named() -> None:
    with pytest.raises(BadInput, match=r"c1: unknown\.score: is no fact of the profile"):
        run(case(unknown={"score": "likely"}))
    with pytest.raises(BadInput, match=r"c1: facts\.size"):
        run(case(facts={"size": "huge"}))
    with pytest.raises(NotFound, match="no policy 'tp-none'"):
        run(case(policy="tp-none"))


def test_cases_are_read_from_files_and_folders(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(case(id=name).model_dump(mode="json")) + "\n\n", "utf-8")
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    assert [one.id for one in read_cases([tmp_path])] == ["a", "b"]
    assert [one.id for one in read_cases([tmp_path / "b.jsonl"])] == ["b"]
    (tmp_path / "a.jsonl").write_text("{torn", "utf-8")
    with pytest.raises(BadInput, match=r"a\.jsonl, line 1"):
        read_cases([tmp_path])
    (tmp_path / "a.jsonl").write_text('{"id": "x"}', "utf-8")
    with pytest.raises(ValidationError):
        read_cases([tmp_path])
