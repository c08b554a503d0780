"""One message after another of a matching, over the small pack's rules."""

from __future__ import annotations

from datetime import date

import pytest

from agents.context import House
from agents.outcomes import Outcome
from agents.policies.talk import Matching
from agents.policies.turn import Told
from knowledge.eligibility.asking import MOST_QUESTIONS
from knowledge.eligibility.eligibility import Eligibility
from tests.agents.policies.making import ELDER, GREEN, TECH, going_on, small_rules, take, text_of, walk
from tests.knowledge.eligibility.making import DAY

NOT_UNDERSTOOD = "没有听懂"
FIRM = Matching(subject="firm")
PERSON = Matching(subject="person")


def _asks(told: Told, fact: str) -> bool:
    question = small_rules().every.facts[fact].question
    return going_on(told).asking == fact and question in text_of(told.sentences)


def _open(matching: Matching, fact: str) -> Matching:
    return matching.model_copy(update={"asking": fact, "asked": [*matching.asked, fact]})


def test_who_does_not_say_for_whom_is_asked_and_then_gets_a_question(house: House) -> None:
    told = take(house, "我能享受哪些补贴")
    assert told.outcome is Outcome.NEEDS_FACT
    assert told.options == ["为企业查", "为个人或家庭查"]
    assert going_on(told) == Matching()
    asked = take(house, told.options[0], told.matching)
    assert going_on(asked).subject == "firm"
    assert going_on(asked).asking.startswith("firm.")
    assert going_on(take(house, told.options[1], told.matching)).asking.startswith("person.")


def test_a_named_policy_decides_whom_and_what_is_asked(house: House) -> None:
    told = take(house, "我能申请高龄津贴吗")
    found = going_on(told)
    assert (found.subject, found.policies) == ("person", ["tp-elder"])
    assert found.asking in {"person.in_city", "person.born_on"}


def test_a_named_policy_of_the_other_subject_wins_over_the_words(house: House) -> None:
    found = going_on(take(house, "我妈能申请科技企业奖励吗"))
    assert (found.subject, found.policies) == ("firm", ["tp-tech"])


def test_persons_are_told_once_who_is_meant(house: House) -> None:
    first = take(house, "我妈能申请高龄津贴吗")
    assert "指要享受政策的那个人" in text_of(first.sentences)
    assert "指要享受政策的那个人" not in text_of(take(house, "跳过", first.matching).sentences)
    assert "指要享受政策的那个人" not in text_of(take(house, "我们公司能享受哪些补贴").sentences)


def test_five_questions_at_most_then_the_result(house: House) -> None:
    told = take(house, "我们公司能享受哪些补贴")
    questions = []
    while told.outcome is Outcome.NEEDS_FACT:
        questions.append(going_on(told).asking)
        assert len(questions) <= MOST_QUESTIONS
        told = take(house, "跳过", told.matching)
    assert len(set(questions)) == MOST_QUESTIONS
    assert told.outcome is Outcome.ANSWERED
    found = going_on(told)
    assert (found.told, found.asking, found.rounds, found.facts) == (True, "", 0, {})
    assert told.options == ["再核对几项"]


def test_more_questions_are_new_ones_and_end_where_nothing_is_open(house: House) -> None:
    told = walk(house, "我们公司能享受哪些补贴", *["跳过"] * 5)
    before = going_on(told).asked
    told = take(house, told.options[0], told.matching)
    assert going_on(told).asking not in before
    while told.outcome is Outcome.NEEDS_FACT:
        told = take(house, "跳过", told.matching)
    assert told.options == []
    assert len(set(going_on(told).asked)) == len(going_on(told).asked)


def test_an_answer_that_is_not_understood_is_asked_for_once_more_and_then_left(house: House) -> None:
    opened = _open(FIRM, "firm.industry")
    once = take(house, "哈哈呵呵", opened)
    assert _asks(once, "firm.industry")
    assert going_on(once).again
    assert going_on(once).rounds == 1
    assert NOT_UNDERSTOOD in text_of(once.sentences)
    twice = take(house, "嘿嘿哈哈", once.matching)
    assert going_on(twice).asking not in {"", "firm.industry"}
    assert NOT_UNDERSTOOD not in text_of(twice.sentences)
    assert not going_on(twice).again
    assert going_on(twice).facts == {}


def test_a_second_try_may_be_understood(house: House) -> None:
    told = walk(house, "哈哈呵呵", "制造业", matching=_open(FIRM, "firm.industry"))
    assert going_on(told).facts == {"firm.industry": "B"}
    assert not going_on(told).again


def test_a_skipped_fact_stays_unknown_and_is_not_asked_for_again(house: House) -> None:
    told = walk(house, "我妈能申请高龄津贴吗", "不清楚", "跳过")
    found = going_on(told)
    assert told.outcome is Outcome.ANSWERED
    assert found.facts == {}
    assert "还差" in text_of(told.sentences)
    assert "符合《" not in text_of(told.sentences)


def test_facts_volunteered_beside_the_answer_are_taken_and_told(house: House) -> None:
    told = take(house, "在本市登记，营业收入是500万元，职工人数30人", _open(FIRM, "firm.in_city"))
    assert going_on(told).facts == {"firm.in_city": True, "firm.revenue": 5_000_000.0, "firm.staff": 30.0}
    assert "营业收入：500万元" in text_of(told.sentences)
    assert "在本市登记：是" not in text_of(told.sentences)


def test_facts_of_the_first_message_are_taken_and_not_asked_for(house: House) -> None:
    told = take(house, "我妈的出生日期是1940年5月1日，能申请高龄津贴吗")
    assert going_on(told).facts == {"person.born_on": "1940-05-01"}
    assert "出生日期：1940年5月1日" in text_of(told.sentences)
    assert _asks(told, "person.in_city")


def test_another_fact_in_place_of_the_answer_leaves_the_question_behind(house: House) -> None:
    told = take(house, "营业收入500万元", _open(FIRM, "firm.industry"))
    assert going_on(told).facts == {"firm.revenue": 5_000_000.0}
    assert going_on(told).asking != "firm.industry"


def test_a_correction_wins_over_what_was_said_before(house: House) -> None:
    opened = _open(Matching(subject="person", facts=ELDER, policies=["tp-elder"]), "person.in_city")
    told = take(house, "说错了，出生日期是1970年5月1日", opened)
    assert going_on(told).facts["person.born_on"] == "1970-05-01"
    assert "出生日期：1970年5月1日" in text_of(told.sentences)
    assert "不符合《高龄津贴》" in text_of(told.sentences)


def test_a_result_names_what_fits_and_what_it_comes_to(house: House) -> None:
    told = walk(house, "我妈能申请高龄津贴吗", "1940年5月1日", "是")
    said = text_of(told.sentences)
    assert told.outcome is Outcome.ANSWERED
    assert "符合《高龄津贴》：高龄津贴每月200元" in said
    assert "2026年6月15日" in said
    assert "不是审批结果" in said
    assert going_on(told).policies == []


def test_who_does_not_fit_hears_why(house: House) -> None:
    told = take(house, "我妈能申请高龄津贴吗", Matching(subject="person", facts={**ELDER, "person.in_city": False}))
    said = text_of(told.sentences)
    assert "不符合《高龄津贴》" in said
    assert "本市户籍" in said
    assert "要变成符合" in said


def test_why_not_asks_on_where_facts_are_missing_and_tells_where_they_are_known(house: House) -> None:
    asked = take(house, "为什么不能领高龄津贴")
    assert asked.outcome is Outcome.NEEDS_FACT
    assert going_on(asked).policies == ["tp-elder"]
    known = Matching(subject="firm", facts={**TECH, "firm.rd_expense": 100_000})
    told = take(house, "科技奖为什么不符合", known)
    assert told.outcome is Outcome.ANSWERED
    assert "研发占比不低于3%”，您的情况是：1%" in text_of(told.sentences)
    assert [s.kind for s in told.sentences] == ["reckoned"] * len(told.sentences)
    assert going_on(told).facts == known.facts


def test_why_not_of_what_does_fit_tells_that_it_fits(house: House) -> None:
    told = take(house, "为什么不给我高龄津贴", Matching(subject="person", facts=ELDER))
    assert text_of(told.sentences).startswith("符合《高龄津贴》")


def test_after_five_questions_why_not_tells_what_is_missing(house: House) -> None:
    spent = Matching(subject="person", asked=[f"person.{n}" for n in "abcde"])
    told = take(house, "为什么不能领高龄津贴", spent)
    assert told.outcome is Outcome.ANSWERED
    assert "还差这些情况" in text_of(told.sentences)


def test_papers_are_told_without_a_question(house: House) -> None:
    told = take(house, "科技企业奖励要交什么材料", _open(FIRM, "firm.industry"))
    said = text_of(told.sentences)
    assert told.outcome is Outcome.ANSWERED
    assert "营业执照（市场局）" in said
    assert "现在可以申请，截止2026年6月30日" in said
    assert "大厅一号" in said


def test_two_policies_are_compared_with_the_word_on_both(house: House) -> None:
    known = Matching(subject="firm", facts={**TECH, **GREEN, "firm.receiving": []})
    told = take(house, "科技企业奖励和绿色企业补贴能不能一起领", known)
    said = text_of(told.sentences)
    assert "基本符合《科技企业奖励》" in said
    assert "符合《绿色企业补贴》：补贴一次性8万元" in said
    assert said.count("不能同时享受") == 1
    assert told.sentences[-1].evidence[0].provision.startswith("tp-tech-2026")


def test_policies_for_others_are_not_compared(house: House) -> None:
    told = take(house, "科技企业奖励和高龄津贴哪个划算", FIRM)
    assert "高龄津贴" not in text_of(told.sentences)


def test_what_may_not_go_together_is_counted_once(house: House) -> None:
    known = Matching(subject="firm", facts={**TECH, **GREEN, "firm.receiving": []})
    said = text_of(take(house, "我们公司能享受哪些补贴", known).sentences)
    assert "《科技企业奖励》与《绿色企业补贴》不能同时享受" in said
    assert "加在一起" not in said


@pytest.mark.parametrize("word", ["不查了", "别问了", "先不查了"])
def test_stop_ends_it_even_in_the_middle_of_a_question(house: House, word: str) -> None:
    told = take(house, word, _open(FIRM, "firm.industry"))
    assert told.matching is None
    assert told.outcome is Outcome.SMALLTALK
    assert [s.kind for s in told.sentences] == ["frame"]


def test_a_policy_that_is_not_in_force_on_the_day_asked_for_is_said_to_be_so(house: House) -> None:
    for text in ("我妈能申请高龄津贴吗", "为什么不能领高龄津贴", "高龄津贴要什么材料"):
        told = take(house, text, PERSON, as_of=date(2020, 1, 1))
        assert told.outcome is Outcome.ANSWERED
        assert text_of(told.sentences) == "《高龄津贴》在2020年1月1日不在有效期内，不能申请。"
        assert going_on(told).policies == []


def test_the_day_asked_for_picks_the_version(house: House) -> None:
    known = Matching(subject="firm", facts={**TECH, "firm.rd_expense": 250_000, "firm.receiving": []})
    now = take(house, "我们能申请科技企业奖励吗", known)
    then = take(house, "我们能申请科技企业奖励吗", known, as_of=date(2025, 6, 15))
    assert "不符合《科技企业奖励》" in text_of(now.sentences)
    assert "基本符合《科技企业奖励》" in text_of(then.sentences)


def test_rules_that_nobody_signed_are_neither_asked_for_nor_told(house: House) -> None:
    rules = small_rules(("tp-green",))
    known = Matching(subject="firm", facts=TECH)
    told = take(house, "我们公司能享受哪些补贴", known, rules=rules)
    facts = set()
    while told.outcome is Outcome.NEEDS_FACT:
        facts.add(going_on(told).asking)
        told = take(house, "跳过", told.matching, rules=rules)
    assert facts == {"firm.industry", "firm.bans"}
    assert "科技" not in text_of(told.sentences)
    named = take(house, "我们能申请科技企业奖励吗", known, rules=rules)
    assert going_on(named).policies == []


def _none_signed() -> Eligibility:
    return small_rules(())


def test_without_any_signed_rule_nothing_is_asked_and_nothing_promised(house: House) -> None:
    told = take(house, "我们公司能享受哪些补贴", rules=_none_signed())
    assert told.outcome is Outcome.ANSWERED
    assert "没有找到您现在符合的政策" in text_of(told.sentences)
    assert told.options == []


def test_a_talk_older_than_the_rules_goes_on_without_what_is_gone(house: House) -> None:
    old = Matching(
        subject="firm",
        facts={"firm.gone": 1, "firm.industry": "Z99", "firm.staff": 30},
        asked=["firm.gone"],
        asking="firm.gone",
        policies=["tp-gone"],
    )
    told = take(house, "是", old)
    assert going_on(told).facts == {"firm.staff": 30}
    assert told.outcome is Outcome.NEEDS_FACT
    assert going_on(told).asking in small_rules().every.facts


def test_the_state_after_each_turn_can_be_written_and_read_again(house: House) -> None:
    told = walk(house, "我们公司能享受哪些补贴", "制造业", "都没有")
    found = going_on(told)
    assert Matching.model_validate_json(found.model_dump_json()) == found
    assert found.facts["firm.bans"] == []
    assert date(2026, 6, 15) == DAY
