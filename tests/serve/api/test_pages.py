"""Paragraphs of an answer as words and chips."""

from __future__ import annotations

import pytest

from serve.api.html import provision_link
from serve.api.pages import Piece, pieces


@pytest.mark.parametrize(
    ("line", "citations", "expected"),
    [
        ("没有引用", 0, [Piece("没有引用")]),
        ("一句。[1]", 1, [Piece("一句。"), Piece("[1]", 1)]),
        ("[2][1]完", 2, [Piece("[2]", 2), Piece("[1]", 1), Piece("完")]),
        ("原文里的[3]不是引用[1]", 2, [Piece("原文里的[3]不是引用"), Piece("[1]", 1)]),
        ("[0]", 1, [Piece("[0]")]),
    ],
)
def test_a_number_is_a_chip_only_where_there_is_such_a_citation(
    line: str, citations: int, expected: list[Piece]
) -> None:
    assert pieces(line, citations) == expected


def test_the_link_of_a_provision_escapes_its_number_sign() -> None:
    assert provision_link("yl-a#12-1", 0, 9, "en") == "/provisions/yl-a%2312-1?start=0&end=9&lang=en"
    assert provision_link("yl-a#12") == "/provisions/yl-a%2312"
