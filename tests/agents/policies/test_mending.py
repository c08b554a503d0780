"""What is mended and kept in a matching: corrections, the open question, words that the question itself offers."""

from __future__ import annotations

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agents.context import House
from agents.desk import Desk
from agents.outcomes import Outcome
from agents.policies.naming import corrects, offered, tells_plainly
from agents.policies.talk import Matching
from tests.agents.policies.making import matching_of, say, small_rules
from tests.conftest import TODAY
from tests.knowledge.eligibility.making import small_book

MOTHER = "我妈82岁，云澜户口，能领什么补贴"


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house, checkpointer=InMemorySaver(), today=TODAY)


@pytest.mark.parametrize("answer", ["在校学生", "已退休", "登记失业", "其他"])
async def test_an_answer_that_the_question_offers_raises_no_alarm(desk: Desk, answer: str) -> None:
    first = await say(desk, MOTHER)
    assert answer in first.options
    second = await say(desk, answer)
    assert second.outcome not in (Outcome.EMERGENCY, Outcome.CRISIS)
    assert "person.employment" in (await matching_of(desk))["facts"]


async def test_danger_in_the_middle_stays_danger(desk: Desk) -> None:
    answer = await say(desk, MOTHER, "家里着火了，烟很大，我妈还在里面")
    assert answer.outcome is Outcome.EMERGENCY


async def test_a_correction_takes_the_place_of_what_was_told(desk: Desk) -> None:
    await say(desk, MOTHER, "说错了，出生日期是1940年5月1日")
    facts = (await matching_of(desk))["facts"]
    assert facts["person.birth_date"] == "1940-05-01"
    assert "person.age" not in facts  # it would contradict the day of birth next year


async def test_the_open_question_comes_back_after_another_wish(desk: Desk) -> None:
    first = await say(desk, MOTHER)
    question = (await matching_of(desk))["asking"]
    second = await say(desk, "高龄津贴要什么材料")
    assert second.outcome is Outcome.ANSWERED
    assert (await matching_of(desk))["asking"] == question
    assert second.options == first.options


async def test_english_choices_are_understood(desk: Desk) -> None:
    first = await say(desk, "check it for my case")
    assert first.outcome is Outcome.NEEDS_FACT
    await say(desk, "For a business")
    assert (await matching_of(desk))["subject"] == "firm"


def test_facts_that_rest_on_each_other_replace_each_other() -> None:
    book = small_book()
    assert book.depend("firm.staff", "firm.staff")
    assert not book.depend("firm.staff", "firm.size")
    derived = next(fact for fact in book.facts.values() if fact.derive)
    base = next(name for name in book.facts if name in derived.derive)
    assert book.depend(derived.id, base)
    assert book.depend(base, derived.id)
    told = Matching(subject=derived.subject, facts={derived.id: 3}).with_facts({base: 5.0}, book)
    assert derived.id not in told.facts


def test_only_words_of_the_question_are_offered(house: House) -> None:
    rules = house.policies
    assert rules is not None
    assert offered(rules, "person.employment", "在校学生")
    assert offered(rules, "person.employment", "不知道")
    assert not offered(rules, "person.employment", "我是在校学生，楼里着火了")
    assert not offered(rules, "person.no_such_fact", "在校学生")


def test_a_long_story_is_no_plain_answer(house: House) -> None:
    rules = house.policies
    assert rules is not None
    opened = {"subject": "person", "asking": "person.birth_date", "facts": {}}
    assert tells_plainly(rules, opened, "1940年5月1日")
    assert not tells_plainly(rules, opened, "1940年5月1日，我妈一个人在家，刚才摔了一跤起不来，电话也没人接")


def test_nothing_is_corrected_where_nothing_was_told() -> None:
    assert not corrects(small_rules(), {"subject": "firm", "facts": {}}, "说错了，职工人数：20人")
    assert not corrects(small_rules(), {}, "说错了")
