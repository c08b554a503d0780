from __future__ import annotations

import pytest

from city.errors import NotFound
from city.wording import Wording, template_fault

WORDS = Wording({"bye": "再见，{name}\n", "plain": " 好的 ", "braces": "写成{{这样}}，{name}"}, "zh")


def test_a_reply_is_filled_and_trimmed() -> None:
    assert WORDS.text("bye", name="张女士") == "再见，张女士"
    assert WORDS.text("plain", unused=1) == "好的"
    assert WORDS.text("braces", name="李") == "写成{这样}，李"
    assert WORDS.raw("bye") == "再见，{name}"


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert WORDS.text("bye", name="{name}{0}") == "再见，{name}{0}"


def test_a_missing_reply_is_told_by_key_language_and_file() -> None:
    for ask in (WORDS.text, WORDS.raw):
        with pytest.raises(NotFound, match=r"'hello'.*'zh'.*wording/zh\.yaml"):
            ask("hello")


def test_a_placeholder_nobody_fills_is_told() -> None:
    with pytest.raises(NotFound, match=r"'bye'.*'name'"):
        WORDS.text("bye", nmae="张")


def test_placeholders_and_keys() -> None:
    assert WORDS.placeholders("braces") == {"name"}
    assert WORDS.placeholders("plain") == set()
    assert WORDS.keys() == {"bye", "plain", "braces"}
    assert "bye" in WORDS
    assert "zh" not in WORDS


def test_the_texts_given_may_change_afterwards() -> None:
    texts = {"a": "甲"}
    words = Wording(texts, "zh")
    texts["a"] = "乙"
    assert words.text("a") == "甲"


@pytest.mark.parametrize("text", ["{", "}", "{name", "{}", "{0}", "{a.b}", "{a[0]}", "a } b", "{a b}"])
def test_a_template_that_cannot_be_filled_is_told_before_it_is_used(text: str) -> None:
    assert template_fault(text)


@pytest.mark.parametrize("text", ["", "好", "{name}", "{{好}}", "{电话}", "{a}{b}"])
def test_a_sound_template_has_no_fault(text: str) -> None:
    assert template_fault(text) == ""
