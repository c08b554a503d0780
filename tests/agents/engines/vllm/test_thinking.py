from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engines.vllm.thinking import Spoken, without_thinking

_PARTS = st.one_of(
    st.text(alphabet="好的<>/think想 \n", max_size=8),
    st.sampled_from(["<think>", "</think>", "<thi", "nk>", "<", "</"]),
)
_TEXTS = st.lists(_PARTS, max_size=12).map("".join)


def _spoken(pieces: list[str]) -> str:
    spoken = Spoken()
    return "".join(spoken.take(piece) for piece in pieces) + spoken.rest()


def _plainly(text: str) -> str:
    """What is meant for the reader, the slow and obvious way: an open mark hides up to its end mark or to the end."""
    return re.sub(r"<think>.*?(?:</think>|\Z)", "", text, flags=re.DOTALL)


@given(text=_TEXTS, cuts=st.lists(st.integers(0, 200), max_size=20))
def test_however_a_text_is_cut_the_same_is_said(text: str, cuts: list[int]) -> None:
    edges = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    pieces = [text[start:end] for start, end in pairwise(edges)]
    assert _spoken(pieces) == _plainly(text)


@given(text=_TEXTS)
def test_thinking_is_never_shown(text: str) -> None:
    thought = f"<think>{text.replace('</think>', '')}秘密</think>答"
    assert _spoken(list(thought)) == "答"
    assert "秘密" not in without_thinking(thought)


@given(text=st.text(alphabet="好的<>/thin k想\n", max_size=30).filter(lambda text: "<think>" not in text))
def test_what_is_no_thinking_is_said_in_full(text: str) -> None:
    assert _spoken(list(text)) == text


def test_text_is_not_held_back_but_for_the_beginning_of_a_mark() -> None:
    spoken = Spoken()
    assert [spoken.take(piece) for piece in ("好", "的<", "b", "<thi", "s>", "吧")] == [
        "好",
        "的",
        "<b",
        "",
        "<this>",
        "吧",
    ]
    assert spoken.rest() == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<think>嗯</think>\n\n{}", "{}"),
        ("<think>没有写完", ""),
        ("嗯，模板已经开了头</think>\n{}", "{}"),
        ("一<think>二</think>三<think>四</think>五", "一三五"),
        ("没有想", "没有想"),
    ],
)
def test_a_whole_text(text: str, said: str) -> None:
    assert without_thinking(text) == said
