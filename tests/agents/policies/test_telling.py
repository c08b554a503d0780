"""The sentences of a matching: questions, choices, results, reasons, papers, pairs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from agents.context import House
from agents.policies import telling
from agents.policies.talk import Matching
from knowledge.eligibility.explaining import Explanation, Gives, Named, When
from knowledge.eligibility.facts import Fact, FactType
from knowledge.eligibility.matching import Status
from knowledge.eligibility.profiles import Profile
from tests.agents.making import context_of
from tests.agents.policies.making import ELDER, GREEN, TECH, small_context, small_rules, text_of
from tests.knowledge.eligibility.making import DAY

SKIP = "不清楚，跳过"


def _explained(name: str, facts: dict[str, Any], day: date = DAY) -> Explanation:
    rules = small_rules()
    subject = rules.book.policies[name].subject
    return rules.explain(name, Matching(subject=subject, facts=facts).profile(rules.every), day)


def _results(house: House, facts: dict[str, Any], day: date = DAY) -> str:
    rules = small_rules()
    matching = Matching(subject="firm", facts=facts)
    matches = rules.match(matching.profile(rules.every), day)
    return text_of(telling.results(small_context(house), rules, matching, matches, day))


def _fact(name: str) -> Fact:
    return small_rules().every.facts[name]


def test_a_sensitive_fact_is_asked_for_with_what_it_is_for(house: House) -> None:
    told = text_of(telling.question(small_context(house), _fact("person.disabled"), again=False))
    assert "持残疾人证吗？" in told
    assert "敏感个人信息" in told
    assert "可以不回答" in told
    assert "敏感个人信息" not in text_of(telling.question(small_context(house), _fact("person.in_city"), again=False))


def test_every_sensitive_fact_of_the_city_says_so(house: House) -> None:
    assert house.policies
    context = context_of(house)
    sensitive = [one for one in house.policies.every.facts.values() if one.sensitivity == "sensitive" and one.question]
    assert len(sensitive) >= 5
    for fact in sensitive:
        assert context.say("policy_sensitive") in text_of(telling.question(context, fact, again=False)), fact.id


def test_a_hint_stands_beside_the_question(house: House) -> None:
    fact = _fact("firm.revenue").model_copy(update={"hint": "看报表"})
    (only,) = telling.question(small_context(house), fact, again=False)
    assert only.text == "收入多少？（看报表）"
    assert only.kind == "frame"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("firm.in_city", ["是", "不是", SKIP]),
        ("firm.size", ["小型", "中型", "大型", SKIP]),
        ("firm.industry", ["农业", "制造业", "批发", SKIP]),
        ("firm.revenue", [SKIP]),
        ("firm.registered_on", [SKIP]),
    ],
)
def test_choices_are_offered_where_they_are_few(house: House, name: str, options: list[str]) -> None:
    assert telling.choices(small_context(house), small_rules(), _fact(name)) == options


def test_every_choice_that_is_offered_is_understood_as_that_choice(house: House) -> None:
    assert house.policies
    rules, context, tried = house.policies, context_of(house), 0
    for fact in (one for one in rules.every.facts.values() if one.question):
        listener = rules.listener(fact.subject)
        *labels, skip = telling.choices(context, rules, fact)
        assert listener.is_unknown(skip)
        values = [listener.answer(fact.id, label) for label in labels]
        assert None not in values, (fact.id, labels)
        assert len(set(values)) == len(labels), (fact.id, values)
        tried += len(labels)
    assert tried > 200


def test_too_many_choices_are_not_offered(house: House) -> None:
    options = {f"c{number}": f"第{number}种" for number in range(telling.MOST_OPTIONS + 1)}
    fact = _fact("firm.size").model_copy(update={"options": options, "type": FactType.CHOICE})
    assert telling.choices(small_context(house), small_rules(), fact) == [SKIP]


def test_facts_that_were_heard_are_told_in_words(house: House) -> None:
    rules = small_rules()
    heard = rules.listener("firm").facts("登记日期：2020年1月1日；研发费用100万元")
    (told,) = telling.heard(small_context(house), rules, heard)
    assert "登记日期：2020年1月1日" in told.text
    assert "研发费用：100万元" in told.text
    assert telling.heard(small_context(house), rules, []) == []


def test_nothing_fits_and_nothing_is_open(house: House) -> None:
    told = _results(house, {"firm.in_city": False, "firm.industry": "A"})
    assert "没有找到您现在符合的政策" in told
    assert "还差" not in told


def test_nothing_fits_yet_but_something_may(house: House) -> None:
    told = _results(house, {})
    assert "还不能确定您符合哪一项" in told
    assert "《绿色企业补贴》还差这些情况才能判断：行业、受限资金" in told


def test_what_fits_comes_before_what_is_open(house: House) -> None:
    told = _results(house, GREEN)
    assert told.index("符合《绿色企业补贴》") < told.index("《科技企业奖励》还差")


def test_what_is_only_taken_for_granted_is_named(house: House) -> None:
    told = _results(house, {**TECH, "firm.receiving": []})
    assert "基本符合《科技企业奖励》：一次性奖励一次性10万元；房租补贴每月2,000元，最多6期" in told
    assert "还要由受理单位核对：没有失信记录" in told


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (When(state="open"), "常年可以申请。"),
        (When(state="open", until=date(2026, 6, 30)), "现在可以申请，截止2026年6月30日。"),
        (When(state="automatic"), "免申即享，一般不用自己申请。"),
        (When(state="later", opens=date(2027, 5, 1)), "现在不在申报期，下一次2027年5月1日开始。"),
        (When(state="over"), "本轮申报期已经结束，下一次时间请留意通知。"),
        (When(state="told", note="看通知"), "看通知。"),
    ],
)
def test_when_one_may_apply(house: House, when: When, told: str) -> None:
    made = _explained("tp-elder", ELDER).model_copy(update={"when": when})
    assert telling.when(small_context(house), made) == told


def test_where_one_may_apply(house: House) -> None:
    assert telling.when(small_context(house), _explained("tp-tech", TECH)).endswith("办理：大厅一号；12345。")


@pytest.mark.parametrize(
    ("benefit", "told"),
    [
        (Gives(id="a", name="奖励", status="eligible", amount=1000, per="once"), "奖励一次性1,000元"),
        (Gives(id="a", name="津贴", status="eligible", amount=80, per="month", times=6), "津贴每月80元，最多6期"),
        (Gives(id="a", name="津贴", status="eligible", amount=80, per="month", times=1), "津贴每月80元"),
        (
            Gives(id="a", name="贴息", status="eligible", at_most=2e5, per="year"),
            "贴息最高20万元（具体金额要看票据或者核定结果）",
        ),
        (
            Gives(id="a", name="贴息", status="eligible", per="year", needs=(Named(fact="f", label="利率"),)),
            "贴息（金额还要看：利率）",
        ),
        (Gives(id="a", name="服务", status="eligible", per="once", gives="上门办"), "服务（上门办）"),
        (Gives(id="a", name="服务", status="eligible", per="once"), "服务"),
    ],
)  # fmt: skip
def test_a_benefit_in_a_few_words(house: House, benefit: Gives, told: str) -> None:
    assert telling.gives(small_context(house), benefit) == told


def test_reasons_quote_the_clause_and_say_what_would_change_them(house: House) -> None:
    said = telling.reasons(small_context(house), _explained("tp-elder", {**ELDER, "person.in_city": False}))
    assert [sentence.text for sentence in said] == [
        "不符合《高龄津贴》，原因是：",
        "· 要求“本市户籍：是”，您的情况是：否。",
        "要变成符合，需要：本市户籍：是。",
    ]
    assert [evidence.quote for evidence in said[1].evidence] == ["具有本市户籍"]
    assert {one.policy for sentence in said for one in sentence.reckoned} == {"tp-elder"}


def test_a_part_that_is_asked_for_twice_is_told_once_with_its_clause(house: House) -> None:
    made = _explained("tp-elder", {**ELDER, "person.born_on": "1970-01-01"})
    (failed,) = (step for step in made.steps if step.truth is False and step.kind == "test")
    bare = failed.model_copy(update={"clause": None})
    twice = made.model_copy(update={"steps": (bare, failed, bare), "changes": ((failed, bare),)})
    said = telling.reasons(small_context(house), twice)
    assert text_of(said).count("要求“年龄不低于80岁”") == 1
    assert said[1].evidence
    assert said[-1].text == "要变成符合，需要：年龄不低于80岁。"


def test_papers_tell_what_to_bring_and_what_offices_hold(house: House) -> None:
    told = telling.papers(small_context(house), _explained("tp-tech", TECH))
    assert told[0].text == "《科技企业奖励》要交的材料：无；不用交、由部门共享的：营业执照（市场局）。"
    assert len(told) == 2


def test_each_pair_is_told_once(house: House) -> None:
    rules = small_rules()
    made = [_explained("tp-green", GREEN), _explained("tp-tech", TECH)]
    told = telling.comparison(small_context(house), rules, made)
    assert [s.text for s in told if "不能同时享受" in s.text] == [
        "《科技企业奖励》与《绿色企业补贴》不能同时享受，只能选一项。"
    ]
    assert telling.comparison(small_context(house), rules, []) == []


def test_a_long_list_is_cut_and_the_rest_is_named(house: House) -> None:
    assert house.policies
    rules, context = house.policies, context_of(house)
    day = context.as_of
    matches = rules.match(Profile("person", {}), day)
    eight = [replace(one, status=Status.LIKELY) for one in matches[:8]]
    said = telling.results(context, rules, Matching(subject="person"), eight, day)
    titles = [rules.book.policies[one.policy].title for one in eight]
    (more,) = (sentence.text for sentence in said if sentence.text.startswith("另外还符合"))
    assert all(f"《{title}》" in more for title in titles[6:])
    assert not any(f"《{title}》" in more for title in titles[:6])


def test_english_readers_get_english_frames(house: House) -> None:
    context = small_context(house)
    context.language = "en"
    told = text_of(telling.reasons(context, _explained("tp-elder", {**ELDER, "person.in_city": False})))
    assert told.startswith("You do not qualify for 《高龄津贴》, because:")
