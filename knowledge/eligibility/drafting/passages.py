"""A policy's text taken apart: sections by their headings, lines of lists, sentences, each with its exact words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.eligibility.drafting.measures import amounts
from knowledge.eligibility.drafting.wording import DraftWords, Kind, has
from knowledge.model import Document

_HEADING = re.compile(r"^#+\s*(.+?)\s*$")
_ORDER = re.compile(r"^(?:[一二三四五六七八九十]+、|第[一二三四五六七八九十]+[章节条部分]+)\s*")
_ITEM = re.compile(r"^(?:（[一二三四五六七八九十]+）|\([一二三四五六七八九十]+\))\s*")
_POINT = re.compile(r"^\d{1,2}[.．、]\s*(?!\d)")
_STOPS = "。；;，,：: \t\u3000"


@dataclass(frozen=True)
class Passage:
    """A run of words as they stand in the text. ``refused``: what it says must not be so, since its list says so."""

    text: str
    kind: Kind | None
    heading: str
    item: str = ""
    refused: bool = False

    def part(self, text: str) -> Passage:
        """A part of it."""
        return Passage(text, self.kind, self.heading, self.item, self.refused)


@dataclass
class Group:
    """Passages under one item. ``any_of``: one of them is enough."""

    kind: Kind | None
    heading: str
    head: str = ""
    any_of: bool = False
    refused: bool = False
    passages: list[Passage] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    level: int
    text: str


def groups(document: Document, words: DraftWords) -> list[Group]:
    """The text as groups of passages, in its order. Tables are left out: `tables` names them."""
    found: list[Group] = []
    for heading, lines in _sections(document):
        kind = words.kind_of(heading)
        if kind is None and any(one.is_money for line in lines for one in amounts(line.text)):
            kind = "benefits"
        for line in lines:
            _put(found, line, kind, heading, words)
    return [group for group in found if group.passages]


def tables(document: Document) -> list[str]:
    """The headings under which there is a table."""
    return [heading for heading, lines in _sections(document, cells=True) if any(x.text[0] == "|" for x in lines)]


def _put(found: list[Group], line: _Line, kind: Kind | None, heading: str, words: DraftWords) -> None:
    """A line into its group: an item opens one, points under it go into it."""
    if line.level < 2 or not found or found[-1].heading != heading:
        found.append(Group(kind, heading))
    group = found[-1]
    if line.text.endswith(("：", ":")) or (line.level < 2 and has(line.text, words.any_of) and "：" in line.text[-1:]):
        group.head = line.text
        group.any_of = has(line.text, words.any_of)
        group.refused = has(line.text, words.refused)
        group.any_of = group.any_of and not group.refused  # none of several is none of each
        return
    for text in sentences(line.text):
        group.passages.append(Passage(text, kind, heading, group.head or line.text, group.refused))


def sentences(text: str) -> Iterator[str]:
    """The sentences of a line without their stops; brackets are not cut."""
    depth, start = 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "（(") - (sign in "）)")
        if sign in "。；;" and depth <= 0:
            if part := text[start:at].strip(_STOPS):
                yield part
            start = at + 1
    if part := text[start:].strip(_STOPS):
        yield part


def _sections(document: Document, *, cells: bool = False) -> Iterator[tuple[str, list[_Line]]]:
    for provision in document.provisions:
        heading, lines = "", list[_Line]()
        for raw in provision.text.split("\n"):
            text = raw.strip()
            if not text:
                continue
            if match := _HEADING.match(text):
                if lines:
                    yield heading, lines
                heading, lines = _ORDER.sub("", match[1]), []
            elif text[0] != "|" or cells:
                lines.append(_line(text))
        if lines:
            yield heading, lines


def _line(text: str) -> _Line:
    if match := _ITEM.match(text):
        return _Line(1, text[match.end() :])
    if match := _POINT.match(text):
        return _Line(2, text[match.end() :])
    return _Line(0, text)


def clauses(text: str) -> list[str]:
    """A sentence cut at its commas; commas inside numbers and brackets do not count."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "（(《「“") - (sign in "）)》」”")
        number = sign == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
        if sign in "，," and depth <= 0 and not number:
            found.append(text[start:at])
            start = at + 1
    found.append(text[start:])
    return [part.strip(_STOPS) for part in found if part.strip(_STOPS)]
