from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from city.errors import NotFound
from city.pack.record import read_record
from eval.policies import Case, run_policies
from eval.policy_drafts import PARTS, Share, facts_tested, numbers, run_policy_drafts
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.drafting.cases import cases
from knowledge.eligibility.eligibility import WORDS, Eligibility
from knowledge.eligibility.reading import Words
from knowledge.eligibility.rules import Policy
from tests.knowledge.eligibility.drafting.making import YUNLAN, book, documents, drafted, drafter, words
from tests.knowledge.eligibility.making import rule

DAY = date(2025, 6, 1)


def opened(*policies: Policy) -> Eligibility:
    made = RuleBook(book().facts, book().lists, {one.id: one for one in policies}, book().documents)
    texts, units = documents(), {"market": "清河市市场监督管理局"}
    return Eligibility(made, made, texts, read_record(YUNLAN, WORDS, Words), units, today=DAY)


def water(**more: Any) -> Policy:
    raw = {**drafted("qh-water-2025").rule, **more}
    return Policy.model_validate(raw)


def test_a_rule_that_says_what_the_draft_says_is_found_whole() -> None:
    report = run_policy_drafts(opened(water(materials=[])), words())
    assert report.texts == report.subjects_right == 1
    assert report.lost_quotes == 0
    for part in set(PARTS) - {"materials"}:
        assert (report.recall[part], report.precision[part]) == (1.0, 1.0)
    assert (report.recall["materials"], report.precision["materials"]) == (1.0, 0.0)


def test_what_is_missed_and_what_is_too_much_is_told() -> None:
    conditions = [{"fact": "firm.in_city", "is": True}, {"fact": "firm.staff", "less_than": 300}]
    benefits = [{"id": "b", "name": "补贴", "amount": "min(firm.meter_cost * 20%, 123456789)", "cap": 300000}]
    report = run_policy_drafts(opened(water(conditions=conditions, benefits=benefits, parameters={})), words())
    (text,) = report.by_text
    assert text.missed == ["firm.in_city"]
    assert "firm.turnover" in text.extra
    share = report.counts["facts"]
    assert (share.expected, share.right) == (2, 1)
    assert report.counts["amounts"].expected == 2, "a number that the text does not state is not looked for"
    assert report.recall["amounts"] == 1.0


def test_another_subject_finds_nothing() -> None:
    other = rule(
        {"subject": "person", "documents": ["qh-water-2025"], "conditions": [{"fact": "person.hukou", "is": True}]}
    )
    report = run_policy_drafts(opened(other), words())
    assert (report.subjects_right, report.recall["facts"], report.precision["facts"]) == (0, 0.0, 0.0)


def test_without_a_text_that_has_a_rule_there_is_nothing_to_measure() -> None:
    with pytest.raises(NotFound):
        run_policy_drafts(opened(water()), words(), only=["qh-care-2025"])


def test_only_what_counts_on_the_day_is_expected() -> None:
    made = rule({
        "parameters": {
            "sum": {"values": [{"from": date(2024, 1, 1), "value": 5}, {"from": date(2026, 1, 1), "value": 9}]}
        },
        "conditions": [
            {"any": [{"fact": "firm.a", "is": True}, {"not": {"fact": "firm.b", "is": True}}]},
            {"fact": "firm.c", "is": True, "from": date(2026, 1, 1)},
            {"count": {"at_least": 1, "of": [{"value": "firm.d * 2", "at_least": 3}]}},
        ],
        "benefits": [
            {"id": "b", "name": "奖", "amount": [{"pay": "sum * 20%"}], "when": [{"fact": "firm.e", "is": True}]}
        ],
        "cap": 70,
    })  # fmt: skip
    assert facts_tested(made, DAY) == {"firm.a", "firm.b", "firm.d", "firm.e"}
    assert numbers(made, DAY) == {5.0, 0.2, 70.0}


def test_shares_of_nothing() -> None:
    share = Share()
    assert (share.recall, share.precision) == (1.0, 1.0)
    share.add({1, 2}, {2, 3, 4})
    assert (share.recall, share.precision) == (0.5, 0.3333)


@pytest.mark.parametrize("name", ["qh-water-2025", "qh-care-2025"])
def test_draft_cases_are_cases_of_the_evaluation(name: str) -> None:
    draft = drafted(name)
    written = [Case.model_validate(row) for row in cases(drafter(), draft)]
    report = run_policies(opened(draft.policy), written)
    assert (report.exact, report.misses) == (report.cases, [])
    assert report.cases > len(written) > 3
