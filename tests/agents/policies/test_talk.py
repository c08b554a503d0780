"""What a matching remembers, and whole talks at the desk in which policies are matched."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import ValidationError

from agents.context import House
from agents.desk import Desk
from agents.outcomes import Outcome
from agents.policies.talk import Matching, plain_value
from tests.agents.policies.making import matching_of, say, small_house, small_rules, state_of
from tests.conftest import TODAY
from tests.knowledge.eligibility.making import small_book

ELDER = "我妈能申请高龄津贴吗"
FIRM = "我们公司能享受哪些补贴"
BORN = "1940年5月1日"
PARKING = "路边停车前多少分钟不收费？"
PILING = "沧浦区阳光花园旁边的工地昨晚十一点多还在打桩，吵得老人睡不着，希望管管"
PHONE = "13900001234"


# What is remembered.


def test_values_are_remembered_as_json_holds_them() -> None:
    found = Matching(subject="firm").with_facts(
        {"firm.bans": frozenset({"tech", "farm"}), "firm.registered_on": date(2020, 1, 2), "firm.staff": 3},
        small_book(),
    )
    assert found.facts == {"firm.bans": ["farm", "tech"], "firm.registered_on": "2020-01-02", "firm.staff": 3}
    assert Matching.model_validate(json.loads(found.model_dump_json())) == found
    profile = found.profile(small_book())
    assert profile.values["firm.bans"] == frozenset({"farm", "tech"})
    assert profile.values["firm.registered_on"] == date(2020, 1, 2)


@pytest.mark.parametrize("value", [True, 3, 0.5, "B", ""])
def test_plain_values_stay_as_they_are(value: bool | float | str) -> None:
    assert plain_value(value) == value


def test_the_newer_word_wins_and_the_old_matching_is_left_alone() -> None:
    old = Matching(subject="firm", facts={"firm.staff": 3, "firm.score": 60})
    assert old.with_facts({"firm.staff": 5}, small_book()).facts == {"firm.staff": 5, "firm.score": 60}
    assert old.facts["firm.staff"] == 3


def test_rounds_are_counted_from_the_last_result() -> None:
    assert Matching(asked=["a", "b", "c"], before=2).rounds == 1
    assert Matching().rounds == 0


def test_what_the_rules_no_longer_have_is_left_out() -> None:
    old = Matching(
        subject="firm",
        facts={"firm.gone": 1, "firm.staff": 3, "firm.industry": "Z9", "firm.score": "viel", "person.age": 80},
        policies=["tp-gone", "tp-tech"],
    )
    kept = old.still_known(small_rules().book, small_rules().every)
    assert kept.facts == {"firm.staff": 3, "person.age": 80}
    assert kept.policies == ["tp-tech"]
    assert Matching(subject="firm", facts={"firm.gone": 1}).profile(small_book()).values == {}


def test_a_state_of_other_shape_is_refused() -> None:
    with pytest.raises(ValidationError):
        Matching.model_validate({"subject": "firm", "hidden": 1})
    with pytest.raises(ValidationError):
        Matching.model_validate({"subject": "dog"})


# Whole talks.


async def test_a_talk_ends_with_a_checked_result_that_cites_the_text(desk: Desk) -> None:
    first = await say(desk, ELDER)
    assert (first.outcome, first.route, first.specialists) == (Outcome.NEEDS_FACT, "A0_ANSWER", ["policy"])
    found = await matching_of(desk)
    assert found["policies"] == ["yl-pol-elderage"]
    answer = first
    while answer.outcome is Outcome.NEEDS_FACT:
        asking = (await matching_of(desk))["asking"]
        answer = await say(desk, BORN if asking == "person.birth_date" else "是")
    assert answer.outcome is Outcome.ANSWERED
    assert "符合《高龄津贴》" in answer.text
    assert "不是审批结果" in answer.text
    assert answer.citations
    for citation in answer.citations:
        provision = desk.house.library.get(citation.provision)
        begin = citation.start - provision.start
        assert provision.text[begin : begin + len(citation.quote)] == citation.quote
        assert citation.in_force
    assert [step.note.get("dropped") for step in answer.trace if step.step == "verify"] == [[]]


async def test_at_most_five_questions_in_one_go_and_more_on_request(desk: Desk) -> None:
    answer, asked = await say(desk, FIRM), 0
    while answer.outcome is Outcome.NEEDS_FACT:
        asked += 1
        answer = await say(desk, "跳过")
    assert asked == 5
    assert answer.options == ["再核对几项"]
    more = await say(desk, "再核对几项")
    found = await matching_of(desk)
    assert more.outcome is Outcome.NEEDS_FACT
    assert found["asking"] not in found["asked"][:5]


async def test_a_result_says_what_is_missing_by_name_and_drops_nothing(desk: Desk) -> None:
    answer = await say(desk, FIRM, *["跳过"] * 5)
    assert "还差这些情况才能判断" in answer.text
    assert "符合《" not in answer.text.replace("不符合《", "")
    assert [step.note.get("dropped") for step in answer.trace if step.step == "verify"] == [[]]


async def test_the_matching_is_remembered_by_another_desk(house: House) -> None:
    saver = InMemorySaver()
    await say(Desk(house, checkpointer=saver, today=TODAY), ELDER, BORN)
    other = Desk(house, checkpointer=saver, today=TODAY)
    before = await matching_of(other)
    assert before["facts"] == {"person.birth_date": "1940-05-01"}
    answer = await say(other, "是")
    assert "符合《高龄津贴》" in answer.text
    assert (await matching_of(other))["facts"]["person.hukou_in_city"] is True


async def test_talks_do_not_mix(desk: Desk) -> None:
    await say(desk, ELDER, thread="one")
    await say(desk, FIRM, thread="two")
    assert (await matching_of(desk, "one"))["subject"] == "person"
    assert (await matching_of(desk, "two"))["subject"] == "firm"
    assert await matching_of(desk, "three") == {}


async def test_stop_forgets_the_facts_and_the_next_word_begins_anew(desk: Desk) -> None:
    stopped = await say(desk, ELDER, BORN, "不查了")
    assert stopped.outcome is Outcome.SMALLTALK
    assert await matching_of(desk) == {}
    again = await say(desk, "按我的情况算一算")
    assert again.options == ["为企业查", "为个人或家庭查"]
    assert (await matching_of(desk))["facts"] == {}


async def test_an_emergency_in_the_middle_is_answered_and_the_matching_goes_on_afterwards(filing_desk: Desk) -> None:
    await say(filing_desk, ELDER, BORN)
    before = await matching_of(filing_desk)
    alarm = await say(filing_desk, "我家厨房着火了，烟很大")
    assert (alarm.outcome, alarm.route) == (Outcome.EMERGENCY, "R1_EMERGENCY")
    assert "119" in alarm.lines
    assert alarm.options == []
    assert await matching_of(filing_desk) == before
    await say(filing_desk, "没有危险")
    answer = await say(filing_desk, "是")
    assert "符合《高龄津贴》" in answer.text


async def test_talk_of_death_in_the_middle_is_a_crisis_and_no_answer(desk: Desk) -> None:
    await say(desk, ELDER, BORN)
    crisis = await say(desk, "活着没什么意思了")
    assert crisis.outcome is Outcome.CRISIS
    assert "person.hukou_in_city" not in (await matching_of(desk))["facts"]


async def test_a_petition_in_the_middle_is_filed_as_a_petition(filing_desk: Desk) -> None:
    await say(filing_desk, ELDER, BORN)
    before = await matching_of(filing_desk)
    draft = await say(filing_desk, PILING)
    assert draft.specialists == ["petition"]
    filed = await say(filing_desk, PHONE, "提交")
    assert filed.outcome is Outcome.FILED
    orders = filing_desk.house.orders
    assert orders
    assert orders.store.get(filed.orders[-1]).narrative == PILING
    assert await matching_of(filing_desk) == before
    answer = await say(filing_desk, "在云澜")
    assert "符合《高龄津贴》" in answer.text
    assert answer.orders == []


async def test_a_yes_to_a_question_is_no_word_on_an_order_that_was_filed_before(filing_desk: Desk) -> None:
    filed = await say(filing_desk, PILING, PHONE, "提交")
    assert filed.outcome is Outcome.FILED
    answer = await say(filing_desk, ELDER, BORN, "是")
    assert "符合《高龄津贴》" in answer.text
    assert answer.orders == []
    assert (await say(filing_desk, "到哪一步了")).orders == filed.orders


async def test_a_question_of_law_in_the_middle_is_answered_and_the_matching_waits(desk: Desk) -> None:
    await say(desk, ELDER, BORN)
    before = await matching_of(desk)
    law = await say(desk, PARKING)
    assert law.outcome is Outcome.ANSWERED
    assert any(citation.provision == "yl-parking-2024#15" for citation in law.citations)
    assert await matching_of(desk) == before
    assert "符合《高龄津贴》" in (await say(desk, "是")).text


async def test_why_not_papers_and_comparison_follow_a_result(desk: Desk) -> None:
    answer = await say(desk, ELDER, "1970年5月1日")
    while answer.outcome is Outcome.NEEDS_FACT:
        answer = await say(desk, "是")
    assert "不符合《高龄津贴》" in answer.text
    why = await say(desk, "为什么我妈不能领高龄津贴")
    assert why.outcome is Outcome.ANSWERED
    assert "年龄不低于80周岁" in why.text
    assert why.text.count("要求“年龄不低于80周岁”") == 1
    papers = await say(desk, "高龄津贴要交什么材料")
    assert "身份证、户籍信息（云澜市公安局）" in papers.text
    pair = await say(desk, "高龄津贴和残疾人两项补贴能不能一起领")
    assert "可以同时享受" in pair.text
    assert pair.citations
    assert (await matching_of(desk))["facts"]["person.birth_date"] == "1970-05-01"


async def test_the_day_asked_for_decides_what_is_in_force(desk: Desk) -> None:
    answer = await say(desk, ELDER, as_of=date(2020, 1, 1))
    assert answer.text == "《高龄津贴》在2020年1月1日不在有效期内，不能申请。"
    assert answer.outcome is Outcome.ANSWERED


async def test_a_pasted_licence_begins_a_matching_with_its_facts(desk: Desk) -> None:
    answer = await say(desk, "类型：有限责任公司\n成立日期：2019年3月1日\n住所：云澜市云城区")
    assert answer.outcome is Outcome.NEEDS_FACT
    found = await matching_of(desk)
    assert found["subject"] == "firm"
    assert found["facts"]["firm.registered_on"] == "2019-03-01"
    assert found["facts"]["firm.registered_place"] == "yuncheng"
    assert "有不对的，直接告诉我" in answer.text


@pytest.mark.parametrize("text", [ELDER, FIRM, "帮我算一算能拿多少补贴"])
async def test_without_memory_nothing_is_begun_and_nothing_is_promised(house: House, text: str) -> None:
    answer = await say(Desk(house, today=TODAY), text)
    for key in ("policy_option_match", "policy_option_firm", "policy_option_skip", "policy_option_more"):
        assert house.pack.say(key) not in answer.options
        assert house.pack.say(key) not in answer.text
    assert "我记下了" not in answer.text
    assert "逐条核对" not in answer.text


async def test_an_answer_from_a_policys_text_offers_to_match_where_it_is_remembered(desk: Desk) -> None:
    answer = await say(desk, "高龄津贴每月多少钱")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.citations
    assert "按我的情况算一算" in answer.options
    assert await matching_of(desk) == {}


@pytest.mark.parametrize("text", ["高新技术企业认定奖励标准是多少", "高龄津贴每月多少钱", "残疾人两项补贴有哪些"])
async def test_questions_about_a_text_are_answered_from_it(desk: Desk, text: str) -> None:
    answer = await say(desk, text)
    assert answer.outcome in {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED}
    assert answer.specialists == ["policy"]
    assert any(citation.provision.startswith("yl-pol-") for citation in answer.citations)


async def test_a_city_without_rules_answers_from_texts_only(house: House) -> None:
    bare = Desk(replace(house, policies=None), checkpointer=InMemorySaver(), today=TODAY)
    answer = await say(bare, ELDER)
    assert "按我的情况算一算" not in answer.options
    assert "哪年哪月哪日出生" not in answer.text
    assert await matching_of(bare) == {}


async def test_personal_data_does_not_reach_the_state(desk: Desk) -> None:
    secret = "我叫王小明，身份证11010119400501001X，电话13912345678，我妈能申请高龄津贴吗"
    await say(desk, secret)
    await say(desk, "户口是云澜的，电话13912345678，身份证11010119400501001X")
    kept = json.dumps(await state_of(desk), ensure_ascii=False, default=str)
    assert (await matching_of(desk))["policies"] == ["yl-pol-elderage"]
    for value in ("11010119400501001X", "13912345678", "王小明"):
        assert value not in kept


async def test_rules_that_nobody_signed_are_never_used_in_a_talk(house: House) -> None:
    desk = Desk(small_house(house, ("tp-green",)), checkpointer=InMemorySaver(), today=TODAY)
    answer = await say(desk, "我们公司能申请科技企业奖励吗")
    asked = set()
    while answer.outcome is Outcome.NEEDS_FACT:
        asked.add((await matching_of(desk))["asking"])
        answer = await say(desk, "跳过")
    assert asked == {"firm.industry", "firm.bans"}
    assert "科技企业奖励" not in answer.text
    assert "《绿色企业补贴》还差" in answer.text
