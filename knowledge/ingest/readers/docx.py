"""DOCX to text.

Headings, automatic numbers, tables and text boxes kept; deleted and hidden words left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from city.errors import DocumentError
from knowledge.ingest.archive import check_zip
from knowledge.ingest.readers.docx_numbering import Numbering
from knowledge.ingest.readers.table import markdown_rows
from knowledge.ingest.source import Limits

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: Elements whose words a reader of the page does not see, or that are written out by another path.
_SKIP = frozenset((_W + "del", _W + "moveFrom", _W + "txbxContent", _W + "instrText", _W + "delText", _FALLBACK))
_MARKS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_MAX_DEPTH = 8


def read_docx(data: bytes, name: str, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """Text and notes of a Word document.

    Raises ``DocumentError`` if it is damaged, encrypted or a ZIP bomb.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import LxmlError  # type: ignore[import-untyped]  # ships no types

    check_zip(data, name, limits)
    try:
        document = docx.Document(BytesIO(data))
        writer = _Writer(document)
        lines = list(writer.blocks(document.element.body, 0))
    except (PackageNotFoundError, LxmlError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise DocumentError(f"{name}: the DOCX is damaged ({error}). Open it in Word and save it again.") from error
    return "\n".join(lines), tuple(writer.notes())


class _Writer:
    def __init__(self, document: Document) -> None:
        self.numbering = Numbering(document)
        self.headings = _heading_styles(document)
        self.hidden = 0
        self.deleted = 0
        self.boxes = 0

    def notes(self) -> Iterator[str]:
        """What was left out or moved."""
        if self.hidden:
            yield f"{self.hidden} hidden runs removed"
        if self.deleted:
            yield f"{self.deleted} tracked deletions left out"
        if self.boxes:
            yield f"{self.boxes} text boxes written after their paragraph"

    def blocks(self, parent: BaseOxmlElement, depth: int) -> Iterator[str]:
        """Lines of the paragraphs and tables inside ``parent``, in order."""
        for child in parent.iterchildren():
            if child.tag == _W + "p":
                yield from self._paragraph(child, depth)
            elif child.tag == _W + "tbl":
                yield from ("", *markdown_rows(self._rows(child)), "")
            elif child.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "moveTo") and depth < _MAX_DEPTH:
                yield from self.blocks(child, depth + 1)

    def _paragraph(self, paragraph: BaseOxmlElement, depth: int) -> Iterator[str]:
        number = self.numbering.next_label(paragraph)
        words = self._words(paragraph)
        style = _attribute(paragraph, "pPr/pStyle")
        level = self.headings.get(style or "")
        if words.strip():
            text = f"{number}{words.strip()}" if number else words.rstrip()
            yield f"{'#' * level} {text.strip()}" if level and "\n" not in text else text
        boxes = [box for box in paragraph.iter(_W + "txbxContent") if not _inside(box, _FALLBACK)]
        for box in boxes if depth < _MAX_DEPTH else ():
            self.boxes += 1
            yield from self.blocks(box, depth + 1)

    def _rows(self, table: BaseOxmlElement) -> Iterator[list[str]]:
        for row in table.iter(_W + "tr"):
            if _nearest(row, _W + "tbl") is not table:
                continue
            yield [self._cell(cell) for cell in row.iter(_W + "tc") if _nearest(cell, _W + "tr") is row]

    def _cell(self, cell: BaseOxmlElement) -> str:
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        if merge is not None and merge.get(_W + "val") != "restart":
            return ""
        parts = []
        for paragraph in cell.iter(_W + "p"):
            number = self.numbering.next_label(paragraph)
            parts.append(number + self._words(paragraph))
        return " ".join(parts)

    def _words(self, paragraph: BaseOxmlElement) -> str:
        """The visible characters of a paragraph, with tabs and line breaks."""
        found: list[str] = []
        stack = list(reversed(list(paragraph.iterchildren())))
        while stack:
            element = stack.pop()
            tag = element.tag
            if tag in _SKIP:
                self.deleted += tag == _W + "del"
                continue
            if tag == _W + "r" and _is_on(element, "rPr/vanish"):
                self.hidden += 1
                continue
            if tag == _W + "t":
                found.append(element.text or "")
            elif tag in _MARKS:
                found.append(_MARKS[tag])
            else:
                stack.extend(reversed(list(element.iterchildren())))
        return "".join(found)


def _attribute(element: BaseOxmlElement, path: str) -> str | None:
    found = element.find("/".join(_W + step for step in path.split("/")))
    value = found.get(_W + "val") if found is not None else None
    return None if value is None else str(value)


def _is_on(element: BaseOxmlElement, path: str) -> bool:
    found = element.find("/".join(_W + step for step in path.split("/")))
    return found is not None and found.get(_W + "val") not in ("0", "false", "off")


def _nearest(element: BaseOxmlElement, tag: str) -> BaseOxmlElement | None:
    return next(element.iterancestors(tag), None)


def _inside(element: BaseOxmlElement, tag: str) -> bool:
    return _nearest(element, tag) is not None


def _heading_styles(document: Document) -> dict[str, int]:
    """Style id to heading level: 1–6 for 'heading N', 1 for 'Title'."""
    levels: dict[str, int] = {}
    for style in document.styles:
        name = (style.name or "").lower()
        match = re.fullmatch(r"(?:heading|标题) ?([1-6])", name)
        if match:
            levels[style.style_id] = int(match[1])
        elif name == "title":
            levels[style.style_id] = 1
    return levels
