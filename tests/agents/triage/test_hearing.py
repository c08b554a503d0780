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


CALM_HINTS = ("12356", "119")


@pytest.mark.parametrize("words", ["13812345678，我姓赵", "那个我记不清", "就我一个人", "是我一个人"])
async def test_a_bare_answer_to_our_question_is_no_cry_for_help(filing_desk: Desk, words: str) -> None:
    answer = await talk(filing_desk, f"bare-{words}", LAMP, words)
    assert answer.outcome not in ALARMS
    assert not any(number in answer.text for number in CALM_HINTS)


async def test_an_answer_that_tells_of_danger_is_heard(filing_desk: Desk) -> None:
    answer = await talk(filing_desk, "bare-danger", LAMP, "不清楚，对面楼里好像着火了")
    assert answer.outcome is Outcome.EMERGENCY


@pytest.mark.parametrize("words", ["我的工单办到哪了", "我报的那件事有进展没有", "单号忘了，能查一下我的单子吗"])
async def test_who_asks_about_an_order_after_a_crisis_is_answered(filing_desk: Desk, words: str) -> None:
    first = await talk(filing_desk, f"after-{words}", "我真的不想活了")
    assert first.outcome is Outcome.CRISIS
    assert (await talk(filing_desk, f"after-{words}", words)).outcome not in ALARMS
    assert (await talk(filing_desk, f"after-{words}", "我还是想去死")).outcome in ALARMS


@pytest.mark.parametrize("words", ["明火已经灭了，没有人受伤", "火灭了，大家都没事了", "已经灭了，没有危险了，谢谢"])
async def test_what_is_over_is_over(filing_desk: Desk, words: str) -> None:
    answer = await talk(filing_desk, f"over-{words}", "我家阳台着火了", words)
    assert answer.outcome not in ALARMS
    assert not any(number in answer.text for number in CALM_HINTS)


@pytest.mark.parametrize("words", ["火灭了，可是孩子被呛昏了", "火灭了但是我爸没出来", "火灭了，我爸没气了"])
async def test_who_is_still_in_danger_is_heard_after_the_fire(filing_desk: Desk, words: str) -> None:
    answer = await talk(filing_desk, f"still-{words}", "我家阳台着火了", words)
    assert answer.outcome in ALARMS


async def test_thanks_after_a_refused_draft_are_no_new_matter(filing_desk: Desk) -> None:
    answer = await talk(filing_desk, "thanks", LAMP, "不留", "算了，辛苦你们")
    assert answer.outcome is Outcome.SMALLTALK
    assert filing_desk.house.pack.say("petition_dropped") in answer.text
    for words in ("多谢你们", "好的，多谢，再见"):
        answer = await talk(filing_desk, "thanks", words)
        assert answer.outcome is Outcome.SMALLTALK
        assert not answer.orders


async def test_the_name_of_a_place_raises_no_alarm_and_hides_none(filing_desk: Desk) -> None:
    assert (await talk(filing_desk, "name", "轧钢社区垃圾堆在路边没有人收")).outcome not in ALARMS
    assert (await talk(filing_desk, "named", "轧钢社区路口有人被车轧了腿")).outcome is Outcome.EMERGENCY
