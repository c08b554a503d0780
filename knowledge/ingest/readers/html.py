"""HTML to text.

Headings as ``#``, tables as Markdown rows, one line per block; what a reader cannot see is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from city.errors import DocumentError
from knowledge.ingest.decoding import decode
from knowledge.ingest.readers.table import markdown_rows
from knowledge.ingest.source import Limits

if TYPE_CHECKING:
    from bs4 import Tag

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.I)
_CHINESE = {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk"}
_DROP = (
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "svg",
    "iframe",
    "object",
    "select",
    "button",
    "nav",
)
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "li", "main", "ol", "p", "pre", "section", "ul"),
    )
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.I
)
#: Elements that nest; void ones do not, and <p> or <li> may stand unclosed by the thousand in a long page.
_NESTED = re.compile(
    r"<(/?)(?!(?:p|li|td|th|tr|dt|dd|option|br|hr|img|input|meta|link|col|tbody|thead|colgroup|wbr|param)\b)[a-z]", re.I
)
_MAX_NESTING = 500
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read_html(data: bytes, name: str, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """Text and notes of an HTML page.

    Hidden elements, which carry words for machines only, are removed and counted.
    """
    from bs4 import BeautifulSoup

    source = _decoded(data, name)
    if len(source) > limits.text_chars or _nesting(source) > _MAX_NESTING:
        raise DocumentError(f"{name}: the HTML is too long or nested too deep. Save the page again as text.")
    try:
        soup = BeautifulSoup(source, "lxml")
        hidden = _remove_unseen(soup.find_all(True))
        lines = _Writer().write(soup)
    except (RecursionError, ValueError, AssertionError) as error:
        raise DocumentError(f"{name}: the HTML is damaged ({error}). Save the page again.") from error
    notes = (f"{hidden} hidden elements removed",) if hidden else ()
    return "\n".join(lines), notes


def _nesting(source: str) -> int:
    """How deep elements that must be closed are nested; building the tree costs the square of it."""
    depth = deepest = 0
    for match in _NESTED.finditer(source):
        depth = max(depth - 1, 0) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _decoded(data: bytes, name: str) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared and declared[1].decode("ascii").lower() in _CHINESE:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            return decode(data, name)
    return decode(data, name)


def _remove_unseen(tags: list[Tag]) -> int:
    hidden = 0
    for tag in tags:
        if tag.decomposed:
            continue
        if tag.name in _DROP:
            tag.decompose()
        elif tag.has_attr("hidden") or _HIDDEN.search(str(tag.get("style") or "")):
            tag.decompose()
            hidden += 1
    return hidden


class _Writer:
    """Walks the page without recursion, so that deep nesting cannot exhaust the stack."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.row: list[str] = []

    def write(self, root: Tag) -> list[str]:
        from bs4 import Comment, Tag
        from bs4.element import NavigableString, PreformattedString

        stack: list[object] = [root]
        while stack:
            item = stack.pop()
            if isinstance(item, str) and not isinstance(item, NavigableString):
                self._end(item)
            elif isinstance(item, Comment | PreformattedString):
                continue
            elif isinstance(item, NavigableString):
                self.row.append(_SPACE.sub(" ", str(item)))
            elif isinstance(item, Tag):
                self._open(item, stack)
        self._end("")
        return self.lines

    def _open(self, tag: Tag, stack: list[object]) -> None:
        if tag.name == "br":
            self._end("")
        elif tag.name == "table" and tag.find("table") is None:
            self._end("")
            self.lines.extend(["", *markdown_rows(_cells(tag)), ""])
        elif tag.name in _BLOCKS or tag.name in ("table", "tr", "td", "th"):
            self._end("")
            heading = tag.name[1:] if re.fullmatch("h[1-6]", tag.name) else ""
            stack.append("#" * int(heading) if heading else "\n")
            stack.extend(reversed(tag.contents))
        else:
            stack.extend(reversed(tag.contents))

    def _end(self, mark: str) -> None:
        """Close the current line; ``mark`` is ``#``s for a heading, a newline for another block."""
        words = "".join(self.row).strip()
        self.row = []
        if words:
            self.lines.append(f"{mark} {words}" if mark.startswith("#") else words)
        if mark and self.lines and self.lines[-1]:
            self.lines.append("")


def _cells(table: Tag) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in table.find_all("tr"):
        cells = row.find_all(["td", "th"])
        rows.append([_SPACE.sub(" ", cell.get_text(" ", strip=True)) for cell in cells])
    return rows
