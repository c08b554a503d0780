"""Lines of a document, each told by its looks: heading, article, numbered item, annex, table row or text.

A line's span runs to the start of the next line that says something, so blank lines and comments belong to
the line above them (those at the very top to the first line) and the spans tile the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from knowledge.ingest.numerals import NUMERAL, to_int

LineKind = Literal["part", "subpart", "chapter", "section", "heading", "article", "annex", "item", "table", "text"]


@dataclass(slots=True)
class Line:
    """One line and what it looks like. ``rank`` orders what can contain what: smaller contains larger."""

    kind: LineKind
    start: int
    end: int
    label: str = ""
    number: int | None = None
    sub: int = 0
    heading: str = ""
    depth: int = 0
    form: str = ""
    rank: int = 0


_UNIT_KINDS: dict[str, LineKind] = {
    "编": "part",
    "篇": "part",
    "部分": "part",
    "分编": "subpart",
    "章": "chapter",
    "节": "section",
}
_ROW = re.compile(r"[^\n]+")
_GAP = r"[ \t\u3000\u00a0\u2000-\u200a]"
_COMMENT = re.compile(r"(?:\s*<!--(?:[^-]|-(?!->)){0,500}-->)+\s*")
_ARTICLE = re.compile(
    rf"第{_GAP}?({NUMERAL}){_GAP}?条(?:之({NUMERAL}))?"
    rf"(?:(?={_GAP}|$|\*|【|[(（\[](?![一二三四五六七八九十0-9]{{1,3}}[)）])))"
)
_TIGHT_ARTICLE = re.compile(rf"第({NUMERAL})条(?:之({NUMERAL}))?")
#: What follows 第X条 in running text, so that a line beginning so is a sentence, not an article.
_RUNNING = re.compile(
    "[的第、至到及和或与，,。；;）)》〉”]|规定|所[称列指述]|之外|以[内外前后]|[款项]|修改|中[“的]|增加|删去|改为"
)
_UNIT = re.compile(rf"第{_GAP}?({NUMERAL}){_GAP}?(分编|编|篇|部分|章|节)(?:之({NUMERAL}))?({_GAP}*)(.*)$")
_SENTENCE_END = re.compile("[。；;，,、：:！？!?]$")
_ANNEX = re.compile(
    rf"附{_GAP}{{0,4}}(?:[件录表图注]|则)?{_GAP}{{0,4}}([一二三四五六七八九十0-9０-９]{{0,3}})(?={_GAP}|[:：．.]|$|[^一-龥])(.*)$"
)
_BARE_SUPPLEMENT = re.compile(rf"附{_GAP}{{0,9}}则{_GAP}*$")
_FORMS = (
    ("han", re.compile(r"([一二三四五六七八九十百]{1,4})[、．]")),
    ("han_paren", re.compile(rf"[（(]{_GAP}?([一二三四五六七八九十百]{{1,4}}){_GAP}?[)）]")),
    ("decimal", re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2}){1,4})(?=[ \t\u3000])")),
    ("digit", re.compile(r"([0-9０-９]{1,3})(?:[.．、](?![0-9]))")),
    ("digit_paren", re.compile(r"[（(]([0-9０-９]{1,3})[)）]")),
    ("digit_half", re.compile(r"([0-9０-９]{1,3})[)）]")),
    ("circled", re.compile(r"([①-⑳])")),
    ("letter", re.compile(r"([a-zA-Z])[.)）]")),
)
_ITEM_START = frozenset("（(一二三四五六七八九十百0123456789０１２３４５６７８９") | frozenset(
    map(chr, range(0x2460, 0x2474))
)
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
#: An article that follows the last sentence of another on the same line, as some converters leave them.
_INLINE = re.compile(r"(?<=[。；])[ \t\u3000]{1,4}(?=第[^\s条]{1,9}条)")
_INDENT = " \t\u3000\u00a0\u2002\u2003"
_MAX_HEADING = 48
_MAX_WORDS = 200
#: Rank of each numbering form in a text without articles: 一、 holds （一） holds 1. and so on.
FORM_RANKS = {
    "han": 62,
    "decimal": 63,
    "han_paren": 64,
    "digit": 66,
    "digit_paren": 68,
    "digit_half": 68,
    "circled": 70,
    "letter": 72,
}
UNIT_RANKS: dict[str, int] = {
    "annex": 5,
    "part": 10,
    "subpart": 20,
    "chapter": 30,
    "section": 40,
    "article": 60,
}


def split_lines(text: str) -> list[Line]:
    """Every line of ``text`` that says something, in order, with spans that tile ``text``."""
    lines: list[Line] = []
    for match in _ROW.finditer(text):
        row = match.group()
        body = row.strip(_INDENT)
        if not body or (body.startswith("<!--") and _COMMENT.fullmatch(body)):
            continue
        line = classify(body)
        line.start = match.start() if lines else 0
        if lines:
            lines[-1].end = line.start
        lines.append(line)
        if line.kind in ("article", "text") and "。" in row and _INLINE.search(row):
            lines.extend(_inline_articles(row, match.start(), line))
    if lines:
        lines[-1].end = len(text)
    return lines


def _inline_articles(row: str, offset: int, host: Line) -> list[Line]:
    """Articles inside one line, as lines of their own; ``mark`` keeps those whose number is due."""
    found: list[Line] = []
    for gap in _INLINE.finditer(row):
        line = _article(row[gap.end() :].rstrip())
        if line is None:
            continue
        line.form, line.start = "inline", offset + gap.end()
        (found[-1] if found else host).end = line.start
        found.append(line)
    return found


def classify(body: str) -> Line:
    """What one line without its indent looks like; the span is left for the caller."""
    first = body[0]
    if first == "#":
        return _markdown_heading(body)
    if first == "*" and body.startswith("**"):
        inner = _structural(body.lstrip("*"), emphasised=True)
        return inner or Line("text", 0, 0)
    if first == "|":
        return Line("table", 0, 0)
    return _structural(body) or Line("text", 0, 0)


def _structural(body: str, *, emphasised: bool = False) -> Line | None:
    if not body:
        return None
    first = body[0]
    if first == "第":
        return _article(body) or _unit(body)
    if first == "附":
        return _annex(body)
    if first in _ITEM_START or (first in _LETTERS and not emphasised):
        return _item(body)
    return None


def _markdown_heading(body: str) -> Line:
    words = body.lstrip("#")
    depth = len(body) - len(words)
    words = words.strip(_INDENT + "*")
    inner = _structural(words) if words and depth <= 6 else None
    if inner is None or inner.kind == "item":
        label, number = (inner.label, inner.number) if inner else ("", None)
        return Line("heading", 0, 0, label=label, number=number, heading=tidy(words), depth=min(depth, 6))
    inner.depth = depth
    if inner.kind != "article":
        inner.heading = inner.heading or tidy(words)
    return inner


def _article(body: str) -> Line | None:
    match = _ARTICLE.match(body)
    form = "spaced"
    if match is None:
        match = _TIGHT_ARTICLE.match(body)
        form = "tight"
        if match is None:
            return None
    number = to_int(match[1])
    if number is None or _RUNNING.match(body, match.end()):
        return None
    rest = body[match.end() :].lstrip(_INDENT)
    if form == "spaced" and rest and _RUNNING.match(rest) and rest[0] not in "“（(":
        form = "doubtful"
    sub = to_int(match[2]) or 0 if match[2] else 0
    label = re.sub(rf"{_GAP}", "", match.group())
    return Line("article", 0, 0, label=label, number=number, sub=sub, form=form, rank=UNIT_RANKS["article"])


def _unit(body: str) -> Line | None:
    match = _UNIT.match(body)
    if match is None:
        return None
    title = match[5].strip(_INDENT + "*")
    if (
        len(body) > _MAX_HEADING
        or _SENTENCE_END.search(title)
        or "。" in title
        or (not match[4] and _RUNNING.match(title))
    ):
        return None
    number = to_int(match[1])
    if number is None:
        return None
    kind = _UNIT_KINDS[match[2]]
    label = re.sub(rf"{_GAP}", "", body[: match.start(4)])
    heading = f"{label} {tidy(title)}".strip()
    sub = (to_int(match[3]) or 0) if match[3] else 0
    return Line(kind, 0, 0, label=label, number=number, sub=sub, heading=heading, rank=UNIT_RANKS[kind])


def _annex(body: str) -> Line | None:
    if _BARE_SUPPLEMENT.match(body):
        return Line("chapter", 0, 0, label="附则", heading="附则", rank=UNIT_RANKS["chapter"])
    match = _ANNEX.match(body)
    if match is None or len(body) > 80 or "。" in body or body.endswith(("；", "，", ",")):
        return None
    label = re.sub(rf"{_GAP}", "", body[: match.start(2)])
    number = to_int(match[1]) if match[1] else None
    return Line("annex", 0, 0, label=label, number=number, heading=tidy(body), rank=UNIT_RANKS["annex"])


def _item(body: str) -> Line | None:
    for form, pattern in _FORMS:
        match = pattern.match(body)
        if match is None:
            continue
        number = _ordinal(match[1], form)
        rest = body[match.end() :].strip(_INDENT + "*")
        short = len(body) <= _MAX_HEADING and not _SENTENCE_END.search(rest) and "。" not in rest
        heading = tidy(body.rstrip("*")) if short else ""
        label = match.group().strip()
        return Line("item", 0, 0, label=label, number=number, heading=heading, form=form, rank=FORM_RANKS[form])
    return None


def _ordinal(numeral: str, form: str) -> int | None:
    if form == "letter":
        return ord(numeral.lower()) - ord("a") + 1
    if form == "decimal":
        return int(numeral.rsplit(".", 1)[1])
    return to_int(numeral)


def tidy(words: str) -> str:
    """A heading's words on one line with single spaces; letters set wide apart (附 则) come together."""
    parts = words[:_MAX_WORDS].replace("<!--", " <!--").split("<!--", 1)[0].split()
    if parts and all(len(part) == 1 for part in parts):
        return "".join(parts)
    joined: list[str] = []
    previous_single = False
    for part in parts:
        single = len(part) == 1 and "一" <= part <= "龥"
        if joined and single and previous_single:
            joined[-1] += part
        else:
            joined.append(part)
        previous_single = single
    return " ".join(joined)
