from __future__ import annotations

from typing import Any

import pytest

from agents.engines.base import EngineUnavailable
from agents.engines.embedded import EmbeddedEngine, Statistics
from agents.engines.embedded.route import Cues
from agents.engines.scripted import ScriptedEngine
from agents.engines.tasks import (
    DraftedBenefit,
    DraftedCode,
    DraftedCondition,
    DraftedRule,
    DraftedTest,
    DraftRuleGiven,
)
from agents.policies.drafting import MOST_FACTS, draft, told
from knowledge.eligibility.drafting.drafting import Draft, lost_quotes
from knowledge.eligibility.facts import Subject
from tests.knowledge.eligibility.drafting.making import documents, drafted, drafter

NAME = "qh-water-2025"
STAFF = DraftedCondition(
    quote="职工不足300人", branches=[[DraftedTest(fact="firm.staff", test="less_than", value=300)]]
)
GRADE = DraftedBenefit(
    quote="国家级、省级节水型企业分别奖励50万元、20万元", name="节水型企业奖励", by="firm.grade",
    table=[DraftedCode(code="nation", amount=500_000), DraftedCode(code="province", amount=200_000)],
)  # fmt: skip
SAVING = DraftedBenefit(
    quote="按年节水量每吨3元补助，单户每年最高8万元",
    name="节水量补助",
    amount="firm.saved * 3",
    cap="80000",
    per="year",
)


def condition(quote: str, fact: str, test: Any, value: Any, unit: Any = "") -> DraftedCondition:
    return DraftedCondition(quote=quote, branches=[[DraftedTest(fact=fact, test=test, value=value, unit=unit)]])


async def scripted(*answers: DraftedRule, name: str = NAME) -> tuple[Draft, list[DraftRuleGiven]]:
    engine = ScriptedEngine({"draft_rule": answers})
    made = await draft(engine, drafter(), documents()[name])
    return made, [given for _, given in engine.asked if isinstance(given, DraftRuleGiven)]


@pytest.mark.parametrize(("name", "subject"), [(NAME, "firm"), ("qh-care-2025", "person"), ("qh-odd-2025", "firm")])
async def test_the_embedded_engine_drafts_by_the_patterns(name: str, subject: Subject) -> None:
    engine = EmbeddedEngine(Statistics(), Cues({}), {"zh": {}})
    made = await draft(engine, drafter(), documents()[name], subject)
    assert made == drafted(name, subject)


async def test_the_engine_is_given_clauses_candidates_and_what_patterns_read() -> None:
    _, (asked,) = await scripted(told(*drafter().read(documents()[NAME], "firm")[:2]))
    assert "职工不足300人" in asked.clauses[5].text
    assert {fact.id for fact in asked.facts} >= {"firm.staff", "firm.grade", "firm.licensed_on"}
    assert len(asked.facts) <= MOST_FACTS
    assert all(fact.id.startswith("firm.") for fact in asked.facts)
    (grade,) = [fact for fact in asked.facts if fact.id == "firm.grade"]
    assert grade.codes["nation"] == "国家级节水型企业"
    assert asked.proposed.conditions
    assert asked.complaints == []


async def test_a_sound_answer_is_taken_and_what_it_leaves_out_is_noted() -> None:
    made, asked = await scripted(DraftedRule(conditions=[STAFF], benefits=[GRADE, SAVING]))
    assert len(asked) == 1
    assert [(one["fact"], one["less_than"]) for one in made.rule["conditions"]] == [("firm.staff", 300)]
    assert [one.get("cap") for one in made.rule["benefits"]] == [None, "80000"]
    assert drafter().compiled(made).benefits
    assert lost_quotes(made, documents()[NAME]) == []
    assert any("没有采用的“开业满1年”" in note for note in made.notes)
    assert made.rule["materials"] == drafted(NAME).rule["materials"], "what stands around is read by patterns"


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (condition("职工少于300人", "firm.staff", "less_than", 300), "does not stand in the text"),
        (condition("职工不足300人", "firm.people", "less_than", 300), "there is no fact"),
        (condition("经营场所位于东岭区柳桥街道", "firm.place", "under", ["moon"]), "not in the list"),
        (condition("职工不足300人", "firm.staff", "is", True), "is tested with"),
        (condition("职工不足300人", "firm.staff", "at_most", "firm.gold * 2"), "there is no fact"),
        (condition("开业满1年", "firm.opened_on", "at_least_ago", 1.5, "years"), "no length of time"),
        (condition("开业满1年", "firm.opened_on", "at_least", "2025-13-40"), "cannot be read"),
        (DraftedCondition(quote="职工不足300人", branches=[]), "says nothing"),
    ],
)
async def test_what_is_unsound_is_told_once_and_then_noted(wrong: DraftedCondition, fault: str) -> None:
    bad = DraftedRule(conditions=[STAFF, wrong], benefits=[SAVING])
    made, asked = await scripted(bad, bad)
    assert len(asked) == 2
    assert len(asked[1].complaints) == 1
    assert fault in asked[1].complaints[0]
    assert asked[1].proposed == bad
    assert [one["clause"] for one in made.rule["conditions"]] == ["职工不足300人"]
    assert any(f"“{wrong.quote}”没有采用" in note for note in made.notes)


async def test_a_repaired_answer_is_taken() -> None:
    bad = DraftedRule(conditions=[condition("不是原文", "firm.staff", "less_than", 300)], benefits=[SAVING])
    made, _ = await scripted(bad, DraftedRule(conditions=[STAFF], benefits=[SAVING]))
    assert [one["fact"] for one in made.rule["conditions"]] == ["firm.staff"]
    assert not any("没有采用（" in note for note in made.notes)


@pytest.mark.parametrize(
    "wrong",
    [
        SAVING.model_copy(update={"quote": "白送一百万"}),
        SAVING.model_copy(update={"amount": "open('x')"}),
        SAVING.model_copy(update={"cap": "firm.gold"}),
        GRADE.model_copy(update={"by": "firm.staff"}),
        SAVING.model_copy(update={"when": [condition("不是原文", "firm.staff", "less_than", 300)]}),
        SAVING.model_copy(update={"when": [DraftedCondition(quote="职工不足300人", branches=[])]}),
    ],
)
async def test_an_unsound_benefit_is_not_taken(wrong: DraftedBenefit) -> None:
    bad = DraftedRule(conditions=[STAFF], benefits=[wrong, GRADE])
    made, _ = await scripted(bad, bad)
    assert [one["clause"] for one in made.rule["benefits"]] == [GRADE.quote]
    assert any(f"“{wrong.quote}”没有采用" in note for note in made.notes)


async def test_branches_days_and_lengths_of_time_come_back_as_conditions() -> None:
    either = DraftedCondition(
        quote="从事纺织业或者餐饮业，职工不足300人",
        branches=[
            [DraftedTest(fact="firm.trade", test="under", value=["T"]), *STAFF.branches[0]],
            [DraftedTest(fact="firm.opened_on", test="within_last", value=6, unit="months")],
            [DraftedTest(fact="firm.licensed_on", test="at_least", value="2025-03-01")],
        ],
    )
    made, _ = await scripted(DraftedRule(conditions=[either], benefits=[SAVING]))
    (found,) = made.rule["conditions"]
    assert [set(one) for one in found["any"]] == [{"all"}, {"fact", "within_last"}, {"fact", "at_least"}]
    assert found["any"][1]["within_last"] == {"months": 6}


def test_patterns_and_answers_are_one_form() -> None:
    """What patterns have read, told as an answer, names the same facts in the same quotes."""
    found, given, _ = drafter().read(documents()["qh-care-2025"], "person")
    rule = told(found, given)
    assert [len(when.branches) for when in rule.benefits[0].when] == [2, 1]
    assert [row.code for row in rule.benefits[1].table] == ["one", "two"]
    assert DraftedRule.model_validate_json(rule.model_dump_json()) == rule


async def test_an_engine_that_fails_is_no_draft() -> None:
    with pytest.raises(EngineUnavailable):
        await draft(ScriptedEngine({}), drafter(), documents()[NAME])
