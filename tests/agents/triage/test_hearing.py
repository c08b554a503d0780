from __future__ import annotations

import pytest

from agents.contract import Answer, TurnRequest
from agents.desk import Desk
from agents.outcomes import Outcome

LAMP = "解放新村门口的路灯坏了半个月，晚上看不见"
ALARMS = (Outcome.EMERGENCY, Outcome.CRISIS)


async def talk(desk: Desk, thread: str, *texts: str) -> Answer:
    for text in texts:
        answer = await desk.ask(TurnRequest(text=text), thread)
    return answer


@pytest.mark.parametrize("words", ["不想留", "好嘞", "我再想想", "忘了", "是的 没错", "不想说"])
async def test_words_that_lead_the_talk_are_no_cry_for_help(filing_desk: Desk, words: str) -> None:
    answer = await talk(filing_desk, f"lead-{words}", LAMP, words)
    assert answer.outcome not in ALARMS
    assert "12356" not in answer.text


@pytest.mark.parametrize("words", ["我不想活了", "着火了", "有人拿刀砍人"])
async def test_danger_in_the_middle_is_heard_all_the_same(filing_desk: Desk, words: str) -> None:
    assert (await talk(filing_desk, f"danger-{words}", LAMP, words)).outcome in ALARMS


async def test_who_says_nobody_is_in_danger_goes_on(filing_desk: Desk) -> None:
    answer = await talk(filing_desk, "calm", LAMP, "我家厨房着火了，烟很大", "没有危险")
    assert answer.outcome in (Outcome.NEEDS_FACT, Outcome.PETITION)


async def test_english_is_written_down_and_its_category_left_to_a_person(filing_desk: Desk) -> None:
    answer = await talk(filing_desk, "english", "There is a pothole on the road, please repair it", "skip", "skip")
    assert answer.outcome is Outcome.PETITION
    assert "staff will settle it" in answer.text


async def test_a_name_of_this_city_keeps_the_matter_here(filing_desk: Desk) -> None:
    answer = await talk(filing_desk, "here", "我在武汉打工，我老家沧浦区的路灯坏了，没人修")
    assert answer.outcome in (Outcome.NEEDS_FACT, Outcome.PETITION)
    away = await talk(filing_desk, "away", "我在外地，老家那边路灯坏了")
    assert away.outcome is Outcome.REDIRECTED


async def test_what_alarmed_is_part_of_what_is_filed(filing_desk: Desk) -> None:
    answer = await talk(
        filing_desk, "alarm", "我家厨房着火了，烟很大，解放新村", "火灭了，没事了", "请登记，让物业查一查燃气管"
    )
    while answer.outcome is Outcome.NEEDS_FACT:
        answer = await talk(filing_desk, "alarm", "不清楚")
    assert "燃气管" in answer.text
