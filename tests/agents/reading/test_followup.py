from __future__ import annotations

from datetime import date

import pytest

from agents.reading.followup import Earlier, resolve

TODAY = date(2026, 11, 20)
TALK = [Earlier("路边停车怎么收费", "regulation", ("a#1", "b#2"))]


def test_last_year_asks_the_same_question_for_another_day() -> None:
    found = resolve("那去年呢？", TALK, TODAY)
    assert found.question == "路边停车怎么收费"
    assert found.day is not None
    assert found.day.day == date(2025, 12, 31)


def test_an_ordinal_names_a_citation_of_the_last_answer() -> None:
    assert resolve("第二条再说细一点", TALK, TODAY).detail_of == "b#2"
    assert resolve("第九条再说细一点", TALK, TODAY).detail_of is None


@pytest.mark.parametrize("text", ["要多少钱？", "那南坪县呢", "为什么"])
def test_what_is_left_out_comes_from_the_last_question(text: str) -> None:
    found = resolve(text, TALK, TODAY)
    assert found.follows
    assert found.question.startswith("路边停车怎么收费")


@pytest.mark.parametrize("text", ["居住证怎么办", "《停车条例》第二条说什么", "我2019年买的房，物业费怎么收"])
def test_a_complete_question_stands_alone(text: str) -> None:
    found = resolve(text, TALK, TODAY)
    assert found.question == text
    assert not found.follows


def test_the_words_of_the_day_leave_the_question() -> None:
    found = resolve("去年的入学政策是怎么规定的", [], TODAY)
    assert found.question == "入学政策是怎么规定的"
    assert found.day is not None


def test_without_a_talk_nothing_is_filled_in() -> None:
    assert resolve("那去年呢？", [], TODAY).question == "那呢？"
