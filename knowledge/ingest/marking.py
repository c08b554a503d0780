"""Second look at the lines of a whole document: what only looked like a heading or an article becomes text.

Three things deceive a line-by-line reading: a table of contents, the articles quoted by an amendment
(“第三条修改为：“第三条 …””), and a sentence that was broken just before 第十条.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.ingest.lines import Line

_QUOTE = re.compile("[“”]")
_CONTENTS = re.compile(r"^[#* \t\u3000]{0,9}目[ \t\u3000]{0,9}[录次][* \t\u3000]{0,9}$", re.MULTILINE)
_LEADER = re.compile(r"[\s\u3000.．·…⋯—\-]*[0-9０-９]*$")
_UNITS = ("part", "subpart", "chapter", "section")


@dataclass
class Marks:
    """The lines after the second look; ``articles`` tells whether the text is made of 第X条."""

    lines: list[Line]
    articles: bool
    notes: list[str] = field(default_factory=list)


def mark(text: str, lines: list[Line]) -> Marks:
    """Demote quoted articles, stray mentions and tables of contents in ``lines`` (changed in place)."""
    notes: list[str] = []
    quoted = _demote_quoted(text, lines)
    if quoted:
        notes.append(f"{quoted} quoted articles or headings of an amendment kept as text")
    lines = _demote_stray(lines)
    _join_loose_headings(text, lines)
    contents = _demote_contents(text, lines)
    if contents:
        notes.append(f"{contents} lines of a table of contents kept as text")
    _drop_rare_decimals(lines)
    numbers = [line.number for line in lines if line.kind == "article"]
    articles = len(numbers) >= 2 or numbers == [1]
    if not articles:
        for line in lines:
            if line.kind == "article":
                _demote(line)
    return Marks(lines, articles, notes)


def _demote(line: Line) -> None:
    line.kind, line.label, line.number, line.sub, line.heading, line.form, line.rank = (
        "text",
        "",
        None,
        0,
        "",
        "",
        0,
    )


def _demote_quoted(text: str, lines: list[Line]) -> int:
    """An article or heading between “ and ” is quoted, if the “ opens right after a colon or a line start.

    A quotation mark that is never closed must not swallow the rest of a text: the next mark must be a ”.
    """
    if "“" not in text:
        return 0
    marks = [(match.start(), match.group()) for match in _QUOTE.finditer(text)]
    at, count = 0, 0
    for line in lines:
        while at < len(marks) and marks[at][0] < line.start:
            at += 1
        if line.kind not in _UNITS and line.kind != "article":
            continue
        if at == 0 or at == len(marks) or marks[at - 1][1] != "“" or marks[at][1] != "”":
            continue
        opened = marks[at - 1][0]
        if opened == 0 or text[opened - 1] in "：:\n\u3000 ":
            _demote(line)
            count += 1
    return count


def _demote_stray(lines: list[Line]) -> list[Line]:
    """第X条 without a space after it, inside a line, or running on like a sentence, counts only where due.

    Inside a line, one that does not count goes back into its line.
    """
    kept: list[Line] = []
    last, sub = 0, 0
    for line in lines:
        if line.kind == "article" and line.number is not None:
            due = (line.number, line.sub) in ((last + 1, 0), (last, sub + 1), (1, 0))
            if line.form == "inline" and (not due or line.number == 1):
                kept[-1].end = line.end
                continue
            if line.form in ("tight", "doubtful") and not due:
                _demote(line)
            else:
                last, sub = line.number, line.sub
        kept.append(line)
    return kept


def _join_loose_headings(text: str, lines: list[Line]) -> None:
    """A heading whose number stands alone on its line (第一章 / 总则) takes the short line below."""
    for line, following in pairwise(lines):
        if line.kind not in _UNITS or line.heading != line.label or following.kind != "text":
            continue
        words = text[following.start : following.end].strip()
        if len(words) <= 24 and not words.endswith(("。", "；", "：", "，")):
            line.heading = f"{line.label} {' '.join(words.split())}"


def _key(line: Line) -> tuple[str, int | None, int, str]:
    words = _LEADER.sub("", line.heading.removeprefix(line.label)).replace(" ", "")
    return line.kind, line.number, line.sub, words


def _demote_contents(text: str, lines: list[Line]) -> int:
    """Headings before the first article that come again below are a table of contents."""
    first = next((i for i, line in enumerate(lines) if line.kind == "article"), len(lines))
    keys = [_key(line) if line.kind in _UNITS or line.kind in ("annex", "heading") else None for line in lines]
    later: set[tuple[str, int | None, int, str]] = set()
    again = [False] * len(lines)
    for i in range(len(lines) - 1, -1, -1):
        key = keys[i]
        if key is not None:
            again[i] = key in later
            later.add(key)
    title = _CONTENTS.search(text)
    listed = _listed(lines, first, title.start() if title else None)
    run = [i for i in range(first) if again[i] and lines[i].kind in _UNITS]
    siblings = max((sum(lines[i].kind == kind for i in run) for kind in _UNITS), default=0)
    chosen = set(listed)
    if title or siblings >= 2:
        chosen.update(run)
    if title:
        chosen.update(
            i for i, line in enumerate(lines) if line.start <= title.start() < line.end and again_or_title(line)
        )
    for i in chosen:
        _demote(lines[i])
        lines[i].form = "contents"
    return len(chosen)


def again_or_title(line: Line) -> bool:
    """Whether the line that holds the words 目录 would otherwise open a heading of the document."""
    return line.kind in ("heading", "text")


def _listed(lines: list[Line], first: int, start: int | None) -> list[int]:
    """Lines right below 目录, as long as they look like entries and their first has not come again."""
    if start is None:
        return []
    below = [i for i, line in enumerate(lines) if line.start > start]
    chosen: list[int] = []
    seen: set[tuple[str, int | None, int, str]] = set()
    for i in below:
        line = lines[i]
        if i >= first or line.kind in ("article", "table") or (line.kind == "text" and not line.heading):
            break
        key = _key(line)
        if key in seen:
            break
        seen.add(key)
        chosen.append(i)
    # Entries are only entries if the first of them comes again; else 目录 stood there without a list.
    wanted = _key(lines[chosen[0]]) if chosen else None
    after = {_key(line) for line in lines[chosen[-1] + 1 :] if line.heading} if chosen else set()
    return chosen if wanted in after else []


def _drop_rare_decimals(lines: list[Line]) -> None:
    """1.2 at a line start is a clause number only in a text that numbers its clauses so."""
    rows = [line for line in lines if line.form == "decimal" and line.kind == "item"]
    if len(rows) < 3:
        for line in rows:
            _demote(line)
