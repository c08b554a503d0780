"""A provision cut into sentences that can be picked and quoted: spans in the provision's own text."""

from __future__ import annotations

import re
from typing import NamedTuple

_BREAK = re.compile(r"[。！？!?；;](?:[”’」』）)]*)|\n+")
_LIST_ITEM = re.compile(r"\s*(?:[（(][一二三四五六七八九十百\d]+[）)]|\d+[.．、]|[-*]\s)")
_ARTICLE = re.compile(r"^\s*(?:#+\s*)?第[〇零一二三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十]+)?[ 　\t]*")


class SentenceSpan(NamedTuple):
    """One sentence: half-open span in the provision's text, and whether it is an item of a list or a table's row."""

    start: int
    end: int
    item: bool
    row: bool = False


def split_sentences(text: str) -> list[SentenceSpan]:
    """The sentences of ``text`` without the article's number and outer blanks; blank pieces are left out."""
    label = _ARTICLE.match(text)
    start = label.end() if label else 0
    spans: list[SentenceSpan] = []
    for match in _BREAK.finditer(text, start):
        # A table's cells may hold full stops; only the line's end ends a row.
        if text[start : match.end()].lstrip().startswith("|") and not match[0].isspace():
            continue
        _add(spans, text, start, match.end())
        start = match.end()
    _add(spans, text, start, len(text))
    return spans


def _add(spans: list[SentenceSpan], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if not any(char.isalnum() for char in piece):
        return
    lead = len(piece) - len(piece.lstrip())
    tail = len(piece) - len(piece.rstrip())
    row = piece.strip().startswith("|")
    spans.append(SentenceSpan(start + lead, end - tail, bool(_LIST_ITEM.match(piece)) and not row, row))


def with_lead(spans: list[SentenceSpan], text: str, picked: list[int]) -> list[int]:
    """Add to picked list items the sentence that opens their list (…：), and to rows of a table its head; without
    these they read wrongly."""
    wanted = set(picked)
    for index in picked:
        if spans[index].row:
            wanted.add(_head(spans, index))
        if not spans[index].item:
            continue
        for before in range(index - 1, -1, -1):
            if not spans[before].item:
                if text[spans[before].start : spans[before].end].endswith(("：", ":")):
                    wanted.add(before)
                break
    return sorted(wanted)


def _head(spans: list[SentenceSpan], row: int) -> int:
    """The first row of the table that ``row`` stands in."""
    while row > 0 and spans[row - 1].row:
        row -= 1
    return row
