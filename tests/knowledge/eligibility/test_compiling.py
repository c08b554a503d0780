"""Rules compiled for a day: benefits, amounts, caps, exclusions, and mistakes told by their place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from city.pack.problems import PackError
from knowledge.eligibility.compiling import CompiledPolicy, compile_gate, compile_policy
from knowledge.eligibility.facts import Fact, Value
from knowledge.eligibility.ir import Arithmetic, Cases, Compare, Constant, Holds, Leaf
from knowledge.eligibility.rowwise import judge, term
from tests.knowledge.eligibility.making import DAY, compiled, rule, small_book

BOOK = small_book()


def _benefit(**fields: Any) -> dict[str, Any]:
    return {"benefits": [{"id": "sum", "name": "奖励", **fields}]}


def _amount(made: CompiledPolicy, **values: Value) -> object:
    amount = made.benefits[0].amount
    assert amount is not None
    return term(amount)({f"firm.{name}": value for name, value in values.items()})


def test_a_rule_holds_where_its_conditions_and_one_benefits_own_do() -> None:
    small = {"id": "a", "name": "甲", "amount": 1, "when": [{"fact": "firm.size", "is": "small"}]}
    large = {"id": "b", "name": "乙", "amount": 2, "when": [{"fact": "firm.size", "is": "large"}]}
    holds = judge(compiled({"benefits": [small, large]}).root)
    assert holds({"firm.in_city": True, "firm.size": "large"}) is True
    assert holds({"firm.in_city": True, "firm.size": "medium"}) is False
    assert holds({"firm.in_city": False, "firm.size": "large"}) is False
    assert holds({"firm.in_city": True}) is None


def test_a_benefit_without_conditions_rests_on_the_rules_own() -> None:
    plain = {"id": "a", "name": "甲", "amount": 1}
    large = {"id": "b", "name": "乙", "amount": 2, "when": [{"fact": "firm.size", "is": "large"}]}
    made = compiled({"benefits": [plain, large]})
    assert made.root is made.conditions
    assert judge(made.root)({"firm.in_city": True}) is True


@pytest.mark.parametrize(
    ("day", "ids"),
    [(date(2025, 12, 31), ["old"]), (date(2026, 1, 1), ["old", "new"]), (date(2026, 6, 30), ["old", "new"]),
     (date(2026, 7, 1), ["new"])],
)  # fmt: skip
def test_a_benefit_counts_on_its_days_only(day: date, ids: list[str]) -> None:
    raw = {"benefits": [{"id": "old", "name": "旧", "amount": 1, "to": "2026-07-01"},
                        {"id": "new", "name": "新", "amount": 2, "from": "2026-01-01"}]}  # fmt: skip
    assert [one.benefit.id for one in compiled(raw, day=day).benefits] == ids


def test_cases_are_tried_in_order_and_the_last_may_stand_alone() -> None:
    cases = [
        {"when": {"fact": "firm.score", "at_least": 85}, "pay": 800},
        {
            "when": [{"fact": "firm.score", "at_least": 60}, {"fact": "firm.in_city", "is": True}],
            "pay": "firm.staff * 10",
        },
        {"pay": 5},
    ]
    made = compiled(_benefit(amount=cases))
    assert isinstance(made.benefits[0].amount, Cases)
    assert _amount(made, score=90.0) == 800
    assert _amount(made, score=60.0, in_city=True, staff=3.0) == 30
    assert _amount(made, score=60.0, in_city=False) == 5
    assert _amount(made, score=60.0) is None
    assert _amount(made, in_city=True) is None


def test_cases_without_a_last_word_come_to_nothing() -> None:
    made = compiled(_benefit(amount=[{"when": {"fact": "firm.score", "at_least": 85}, "pay": 800}]))
    assert _amount(made, score=10.0) == 0


def test_the_least_amount_is_a_condition_after_the_cap() -> None:
    made = compiled(_benefit(amount="firm.staff * 100", cap=500, least=300))
    holds = judge(made.benefits[0].root)
    (least,) = made.benefits[0].when.of
    assert isinstance(least, Leaf)
    assert isinstance(least.test, Compare)
    assert isinstance(least.test.left, Arithmetic)
    assert least.node.path == "benefits[0].least"
    assert holds({"firm.in_city": True, "firm.staff": 3.0}) is True
    assert holds({"firm.in_city": True, "firm.staff": 2.0}) is False
    assert holds({"firm.in_city": True}) is None
    below = compiled(_benefit(amount="firm.staff * 100", cap=200, least=300))
    assert judge(below.benefits[0].root)({"firm.in_city": True, "firm.staff": 9.0}) is False


@pytest.mark.parametrize(("per", "times"), [("once", 1), ("month", 12), ("quarter", 4), ("year", 1), ("item", 1)])
def test_a_benefit_is_paid_as_often_as_its_period_says(per: str, times: float) -> None:
    plain = compiled(_benefit(amount=1, per=per)).benefits[0]
    assert isinstance(plain.times, Constant)
    assert plain.times.value == times
    told = compiled(_benefit(amount=1, per=per, times="6 - firm.staff")).benefits[0]
    assert term(told.times)({"firm.staff": 2.0}) == 4


def test_only_money_and_nothing_else_pays() -> None:
    assert compiled(_benefit(amount=1)).benefits[0].pays
    assert not compiled(_benefit(amount=1, gives="一次服务")).benefits[0].pays
    assert not compiled(_benefit(gives="一次服务")).benefits[0].pays


def test_what_may_not_go_together_must_not_be_received() -> None:
    raw = {"exclusions": [{"with": ["tp-tech", "tp-green"], "kind": "not_together", "clause": "不能同时享受"}]}
    made = compiled(raw)
    last = made.conditions.of[-1]
    assert isinstance(last, Leaf)
    assert isinstance(last.test, Holds)
    assert (last.node.path, last.node.quotes) == ("exclusions[0]", ("不能同时享受",))
    holds = judge(made.root)
    assert holds({"firm.in_city": True, "firm.receiving": frozenset()}) is True
    assert holds({"firm.in_city": True, "firm.receiving": frozenset({"tp-green"})}) is False
    assert holds({"firm.in_city": True}) is None


@pytest.mark.parametrize(
    "exclusion",
    [
        {"with": ["tp-tech"], "kind": "not_together", "scope": "object", "object": "同一笔贷款"},
        {"with": ["tp-tech"], "kind": "deduct"},
        {"with": ["tp-tech"], "kind": "together"},
    ],
)
def test_other_exclusions_stop_nothing(exclusion: dict[str, Any]) -> None:
    assert len(compiled({"exclusions": [exclusion]}).conditions.of) == 1


def test_a_joint_cap_is_a_formula() -> None:
    (joint,) = compiled({"exclusions": [{"with": ["tp-tech"], "kind": "joint_cap", "cap": "firm.staff * 10"}]}).joint
    assert term(joint.cap)({"firm.staff": 3.0}) == 30


def test_a_rule_reads_the_facts_of_conditions_amounts_and_caps() -> None:
    benefit = {
        "id": "sum",
        "name": "奖励",
        "when": [{"fact": "firm.exporter", "is": True}],
        "amount": "firm.staff * 5",
        "cap": "firm.revenue",
        "times": "months_since(firm.certified_on)",
    }
    raw = {
        "conditions": [{"fact": "firm.rd_share", "at_least": "firm.score / 100"}],
        "benefits": [benefit],
        "cap": "firm.export_value",
    }
    assert compiled(raw).facts == {
        f"firm.{name}"
        for name in ("rd_share", "rd_expense", "revenue", "score", "staff", "exporter", "export_value", "certified_on")
    }


def test_materials_have_conditions_of_their_own() -> None:
    made = compiled({"materials": [{"name": "甲"}, {"name": "乙", "when": [{"fact": "firm.exporter", "is": True}]}]})
    plain, other = made.materials
    assert judge(plain)({}) is True
    assert judge(other)({}) is None
    assert "firm.exporter" not in made.facts


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    (_benefit(amount="firm.nothing"), "benefits[0].amount", "there is no fact"),
    (_benefit(amount="award"), "benefits[0].amount", "there is no parameter 'award'"),
    (_benefit(amount="firm.registered_on"), "benefits[0].amount", "is a date, where a number is needed"),
    (_benefit(amount={"pay": 5}), "benefits[0].amount", "is no formula"),
    (_benefit(amount=True), "benefits[0].amount", "is no formula"),
    (_benefit(amount=[]), "benefits[0].amount", "has no cases"),
    (_benefit(amount=[5]), "benefits[0].amount[0]", "is no case"),
    (_benefit(amount=[{"when": {"fact": "firm.in_city", "is": True}}]), "benefits[0].amount[0]", "is no case"),
    (_benefit(amount=[{"pay": 5, "if": {}}]), "benefits[0].amount[0]", "is no case"),
    (_benefit(amount=[{"pay": 5}, {"pay": 6}]), "benefits[0].amount[0]", "the cases after it never count"),
    (_benefit(amount=[{"pay": "five"}]), "benefits[0].amount[0].pay", "there is no parameter 'five'"),
    (_benefit(amount=[{"when": [], "pay": 5}]), "benefits[0].amount[0]", "has no condition that counts"),
    (
        _benefit(amount=[{"when": {"fact": "firm.in_city", "is": True, "to": DAY}, "pay": 5}]),
        "benefits[0].amount[0]",
        f"has no condition that counts (on {DAY})",
    ),
    (_benefit(amount=[{"when": "firm.in_city", "pay": 5}]), "benefits[0].amount[0].when[0]", "is no condition"),
    (_benefit(amount=[{"when": None, "pay": 5}]), "benefits[0].amount[0].when[0]", "is no condition"),
    (_benefit(amount=1, cap="firm.size"), "benefits[0].cap", "neither a number nor a date"),
    (_benefit(amount=1, least="least"), "benefits[0].least", "there is no parameter 'least'"),
    (_benefit(amount=1, times="(2"), "benefits[0].times", "cannot be read"),
    (_benefit(amount=1, when=[{"fact": "firm.x", "is": True}]), "benefits[0].when[0].is", "there is no fact"),
    ({"cap": "cap"}, "cap", "there is no parameter 'cap'"),
    ({"conditions": [{"fact": "firm.x", "is": True}]}, "conditions[0].is", "there is no fact 'firm.x'"),
    ({"materials": [{"name": "甲", "when": [{"is": True}]}]}, "materials[0].when[0].is", "there is no fact"),
    (
        {"exclusions": [{"with": ["tp-tech"], "kind": "joint_cap", "cap": "firm.y"}]},
        "exclusions[0].cap",
        "there is no fact 'firm.y'",
    ),
    (
        {"parameters": {"p": {"values": [{"from": "2027-01-01", "value": 5}]}}, **_benefit(amount="p")},
        "benefits[0].amount",
        f"has no value on {DAY}",
    ),
]


@pytest.mark.parametrize(("raw", "where", "message"), MISTAKES)
def test_a_mistake_is_told_with_file_path_and_remedy(raw: dict[str, Any], where: str, message: str) -> None:
    with pytest.raises(PackError) as caught:
        compiled(raw)
    problems = caught.value.problems
    assert [one for one in problems if one.where == where and message in one.message], problems
    assert all(one.file == "rules/tp-try.yaml" and one.remedy for one in problems)


def test_every_mistake_of_a_rule_is_told_at_once() -> None:
    raw = {"conditions": [{"fact": "firm.x", "is": True}, {"fact": "firm.in_city"}], "cap": "cap"}
    _, problems = compile_policy(rule(raw), DAY, BOOK.facts, BOOK.lists)
    assert [one.where for one in problems] == ["conditions[0].is", "conditions[1]", "cap"]


def test_a_question_makes_sense_under_its_condition() -> None:
    gate, problems = compile_gate(BOOK.facts["firm.export_value"], DAY, BOOK.facts, BOOK.lists)
    assert problems == []
    assert [judge(gate)({"firm.exporter": truth}) for truth in (True, False)] == [True, False]
    assert judge(gate)({}) is None


def test_a_question_without_a_condition_always_makes_sense() -> None:
    assert judge(compile_gate(BOOK.facts["firm.staff"], DAY, BOOK.facts, BOOK.lists)[0])({}) is True


def test_a_question_whose_condition_cannot_be_read_is_told() -> None:
    fact = Fact.model_validate({"id": "firm.x", "label": "某", "type": "number", "question": "？",
                                "asked_when": {"fact": "firm.nothing", "is": True}})  # fmt: skip
    (problem,) = compile_gate(fact, DAY, BOOK.facts, BOOK.lists)[1]
    assert problem.where == "firm.x.asked_when[0].is"
    assert "there is no fact 'firm.nothing'" in problem.message
