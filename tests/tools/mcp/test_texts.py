"""What outside servers say, made harmless to show."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.mcp.texts import ALL_CHARS, LINE_CHARS, LINES, clean, clean_data, lines_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  多\t云  转 晴 ", "多 云 转 晴"),
        ("\x1b[31m红\x1b[0m", "[31m红[0m"),
        ("abc\u202edcba", "abcdcba"),
        ("a\u200bb\U000e0041c", "abc"),
        ("\ue000lots\ue0019个\ue002", "lots9个"),
        ("a\ud800b", "ab"),
        ("", ""),
    ],
)
def test_a_line_holds_what_a_reader_sees(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_lines_are_counted_and_cut() -> None:
    assert lines_of(["一\n\n二", "三"]) == (("一", "二", "三"), False)
    assert lines_of([]) == ((), False)
    assert lines_of(["\u200b\n \n"]) == ((), False)
    many = lines_of(["x\n" * (LINES + 1)])
    assert (len(many.lines), many.cut) == (LINES, True)
    assert lines_of(["x\n" * LINES]).cut is False
    long = lines_of(["长" * (LINE_CHARS + 1)])
    assert (len(long.lines[0]), long.cut) == (LINE_CHARS, True)
    assert lines_of(["长" * LINE_CHARS]).cut is False
    whole = lines_of([("长" * LINE_CHARS + "\n") * 40])
    assert (sum(map(len, whole.lines)), whole.cut) == (ALL_CHARS, True)


@given(st.lists(st.text(alphabet=st.characters(codec=None), max_size=700), max_size=5))
def test_nothing_invisible_and_nothing_endless_comes_through(texts: list[str]) -> None:
    lines, _ = lines_of(texts)
    assert sum(map(len, lines)) <= ALL_CHARS
    assert len(lines) <= LINES
    for line in lines:
        assert line
        assert len(line) <= LINE_CHARS
        assert all(unicodedata.category(char)[0] != "C" for char in line)


@pytest.mark.parametrize(
    "value",
    [
        [0] * 201,
        {str(number): 0 for number in range(201)},
        [[[[[[[[0]]]]]]]],
    ],
)
def test_data_may_not_be_large_or_deep(value: Any) -> None:
    with pytest.raises(ValueError, match=r"items|nested"):
        clean_data(value)


def test_texts_within_data_are_cleaned() -> None:
    assert clean_data({"a\u200b": ["b\u202e", 1, None, True, 2.5]}) == {"a": ["b", 1, None, True, 2.5]}
