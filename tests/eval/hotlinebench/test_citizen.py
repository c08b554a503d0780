"""Scripted citizens: what they say, and above all what they do not."""

from __future__ import annotations

import pytest

from eval.hotlinebench.asked import CHOICE, CONFIRM, OFFER, WITHDRAW
from eval.hotlinebench.citizen import AGREES, ANSWERS, CORRECTS, REFUSES, SAYS, UNKNOWN, Scripted
from eval.hotlinebench.tasks import Step
from tests.eval.hotlinebench.making import PHONE, heard, task

FACTS = {
    "place": {"say": ["文庙街12号"], "volunteer": True},
    "contact": {"say": [PHONE, f"我电话{PHONE}"]},
    "policy.person.age": {"say": ["八十五"]},
}


@pytest.mark.parametrize("seed", [f"7/{trial}" for trial in range(12)])
async def test_what_is_not_volunteered_is_said_only_when_asked(seed: str) -> None:
    citizen = Scripted(task(facts=FACTS), seed)
    first = await citizen.opening()
    assert "文庙街12号" in first.text
    assert PHONE not in first.text
    assert "八十五" not in first.text
    said = await citizen.answer(heard("petition.time"))
    assert said is not None
    assert (said.meant, said.fact) == (UNKNOWN, "petition.time")
    assert PHONE not in said.text
    told = await citizen.answer(heard("petition.contact"))
    assert told is not None
    assert PHONE in told.text
    assert (told.meant, told.fact) == (ANSWERS, "petition.contact")
    assert await citizen.answer(heard()) is None


async def test_a_question_is_known_by_its_whole_name_or_its_last_part() -> None:
    citizen = Scripted(task(facts=FACTS), "1")
    said = [await citizen.answer(heard(name)) for name in ("policy.person.age", "petition.contact_again")]
    assert [line.meant for line in said if line] == [ANSWERS, ANSWERS]


async def test_a_reply_without_a_name_is_known_by_its_words() -> None:
    citizen = Scripted(task(facts={"floor": {"say": ["三楼"], "words": ["几(楼|层)"]}}), "1")
    said = await citizen.answer(heard("", "您家住几层？"))
    assert said is not None
    assert "三楼" in said.text
    assert await citizen.answer(heard("", "您家有几个人？")) is None


async def test_the_same_question_gets_other_words_and_then_none() -> None:
    citizen = Scripted(task(facts={"contact": {"say": ["甲", "乙"]}}), "1")
    said = [await citizen.answer(heard("petition.contact")) for _ in range(3)]
    assert {line.text[-1] for line in said[:2] if line} == {"甲", "乙"}
    assert said[2] is None


async def test_at_a_draft_they_correct_first_and_then_agree() -> None:
    citizen = Scripted(task(confirm=[{"say": ["电话改成13900005678"]}, "agree"]), "1")
    said = [await citizen.answer(heard(CONFIRM)) for _ in range(3)]
    assert [line.meant for line in said if line] == [CORRECTS, AGREES, AGREES]
    assert said[2] is not None
    assert said[2].text == "提交"  # what was not understood is tapped
    assert await citizen.answer(heard(CONFIRM)) is not None
    assert await citizen.answer(heard(CONFIRM)) is None


async def test_who_refuses_goes_on_refusing() -> None:
    citizen = Scripted(task(confirm=["refuse"]), "1")
    said = [await citizen.answer(heard(CONFIRM)) for _ in range(2)]
    assert [line.meant for line in said if line] == [REFUSES, REFUSES]


async def test_an_aside_comes_once_in_place_of_the_answer() -> None:
    given = task(asides=[{"when": "contact", "name": "fee", "say": ["修路灯要钱吗？"]}])
    citizen = Scripted(given, "1")
    aside = await citizen.answer(heard("petition.contact"))
    assert aside is not None
    assert (aside.step, aside.meant) == ("fee", SAYS)
    told = await citizen.answer(heard("petition.contact", waits=True))
    assert told is not None
    assert PHONE in told.text


async def test_offers_and_choices_are_let_pass_and_a_withdrawal_is_confirmed() -> None:
    citizen = Scripted(task(), "1")
    assert await citizen.answer(heard(OFFER)) is None
    assert await citizen.answer(heard(CHOICE, "哪个？", "甲", "乙")) is None
    sure = await citizen.answer(heard(WITHDRAW, "真的？", "确认撤回工单1"))
    assert sure is not None
    assert (sure.text, sure.meant) == ("确认撤回工单1", AGREES)


async def test_the_seed_decides_the_words() -> None:
    given = task(
        opening=["甲甲甲甲甲甲", "乙乙乙乙乙乙", "丙丙丙丙丙丙"],
        persona={"mood": "angry", "speech": "formal"},
        facts={name: {"say": [name * 3], "volunteer": True} for name in "abc"},
    )
    said = [(await Scripted(given, f"7/{trial}").opening()).text for trial in range(20)]
    assert said == [(await Scripted(given, f"7/{trial}").opening()).text for trial in range(20)]
    assert len(set(said)) > 8
    assert {tuple(sorted("abc", key=text.index)) for text in said} != {("a", "b", "c")}


async def test_slips_touch_neither_facts_nor_kept_words() -> None:
    place = "再在的得地做作那哪像座账很候帮们经现直反"
    given = task(
        opening=["我们那的路在在在在在在在在再再再再，的的的的的的的的地地地地地地地地，已经很久了"],
        facts={"place": {"say": [place], "volunteer": True}},
        keep=["已经很久"],
        persona={"typos": "many"},
    )
    said = [(await Scripted(given, str(trial)).opening()).text for trial in range(40)]
    assert all(place in text and "已经很久" in text for text in said)
    assert len(set(said)) > 10
    plain = task(**{**given.model_dump(mode="json", exclude={"persona"}), "persona": {"typos": "none"}})
    typed = [(await Scripted(plain, str(trial)).opening()).text for trial in range(10)]
    assert all(given.opening[0] in text for text in typed)


async def test_what_is_known_only_at_run_time_is_filled_in() -> None:
    citizen = Scripted(task(opening=["查{order}"]), "1", lambda text: text.replace("{order}", "YL-1"))
    assert (await citizen.opening()).text.endswith("查YL-1")
    step = await citizen.step(Step(name="later", say=("还是{order}",), agrees=True))
    assert step is not None
    assert (step.text[-6:], step.meant, step.step) == ("还是YL-1", AGREES, "later")
    assert await citizen.step(Step(name="silent")) is None
