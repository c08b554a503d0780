from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agents.context import House
from agents.contract import HistoryTurn
from agents.desk import Desk
from eval.asking import ask, contains, ended_right, evidence_right, filing_desk, is_answer, told
from eval.place import Place
from serve.settings import Settings
from tests.conftest import TODAY


def said(**changed: Any) -> dict[str, Any]:
    return {"outcome": "answered", "text": "", "citations": [], **changed}


async def test_the_same_question_gets_the_same_json(house: House) -> None:
    desk = Desk(house, today=TODAY)
    once, twice = await ask(desk, "居住证怎么办"), await ask(desk, "居住证怎么办")
    assert once == twice
    assert is_answer(once)
    assert once["unshown"] == []
    assert {"trace", "thread"} & once.keys() == set()
    assert once["steps"]["gate"]["route"] == once["route"]
    first = once["citations"][0]
    assert first["source"] == first["quote"]
    assert first["provision"].startswith(f"{first['document']}#")


async def test_a_history_is_given_as_words_or_as_turns(house: House) -> None:
    desk = Desk(house, today=TODAY)
    asked, before = "那满了一百岁的呢", "我外公八十六，高龄津贴一个月多少钱？"
    words = await ask(desk, asked, history=[before])
    assert words == await ask(desk, asked, history=[HistoryTurn(text=before)])
    alone = await ask(desk, asked)
    assert words["steps"]["route"] != alone["steps"]["route"]
    assert "高龄津贴" in str(words["steps"]["route"])


async def test_a_number_from_nowhere_is_seen(house: House) -> None:
    from agents.contract import TurnRequest

    desk = Desk(house, today=TODAY)
    answer = await desk.ask(TurnRequest(text="路边停车多久开始收费"))
    assert told(desk, answer, "路边停车多久开始收费")["unshown"] == []
    answer.text += "\n超过以后每小时收37元。"
    assert told(desk, answer, "路边停车多久开始收费")["unshown"] == ["37元"]
    assert told(desk, answer, "路边停车多久开始收费，是37元吗")["unshown"] == []


async def test_a_quote_of_what_is_not_there_has_no_source(house: House) -> None:
    from agents.contract import TurnRequest

    desk = Desk(house, today=TODAY)
    answer = await desk.ask(TurnRequest(text="路边停车多久开始收费"))
    gone = answer.citations[0].model_copy(update={"provision": "nothing#1"})
    answer.citations = [gone]
    [cited] = told(desk, answer, "")["citations"]
    assert (cited["source"], cited["level"], cited["rests_on"]) == ("", "", [])


async def test_a_desk_that_files_writes_into_the_scratch_folder_only(
    settings: Settings, house: House, tmp_path: Path
) -> None:
    place = Place(settings=settings, day=TODAY, seed=0, small=True, scratch=tmp_path)
    vars(place)["house"] = house
    desk = filing_desk(place)
    assert desk.house.orders is not None
    made = await ask(desk, "星河湾花园门口路灯坏了三盏，晚上看不见路，麻烦派人来修", thread="one")
    assert "petition" in made["specialists"]
    assert (tmp_path / "orders.sqlite").is_file()
    assert house.orders is None
    desk.house.orders.store.close()


@pytest.mark.parametrize(
    ("outcome", "wanted", "right"),
    [
        ("partly_answered", "answered", True),
        ("conflict_reported", "conflict", True),
        ("answered", "conflict", False),
        ("no_data", "not_found", True),
        ("not_found", ["refused", "not_found"], True),
        ("answered", "not_found", False),
    ],
)
def test_endings(outcome: str, wanted: str | list[str], right: bool) -> None:
    assert ended_right(said(outcome=outcome), {"outcome": wanted}) is right


def test_evidence_counts_directly_or_through_a_text_that_rests_on_it() -> None:
    faq = {"provision": "faq-1#answer", "rests_on": ["law#3"]}
    assert evidence_right(said(citations=[faq]), {"provisions": ["law#3", "law#4"]}) is True
    assert evidence_right(said(citations=[faq]), {"provisions": ["law#4"]}) is False
    assert evidence_right(said(citations=[faq]), {}) is None


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("不超过15分钟免费", "十五分钟", True),
        ("处50元以上200元以下罚款", "五十元以上二百元以下", True),
        ("处50元以上300元以下罚款", "五十元以上二百元以下", False),
        ("由15个部门办理", "十五分钟", False),
        ("应当满15天", "满十五日", False),
        ("监护人陪同", "监护人", True),
    ],
)
def test_amounts_are_the_same_however_written(text: str, words: str, right: bool) -> None:
    assert contains(said(text=text), {"must_contain": [words]}) is right
    assert contains(said(text=text), {}) is None
