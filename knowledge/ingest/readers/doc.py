"""DOC (Word 97–2003) to text, by its piece table.

Method: [MS-DOC] 2.4.1. The file information block names the table stream and the Clx; its piece table maps
character positions to byte ranges, each UTF-16 or one byte per character. Row ends are told from cell ends by
the paragraph property sprmPFTtp, found through the paragraph bin table (``doc_rows``). Automatic numbers are
not stored as text and are not rebuilt; a note says so.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from city.errors import DocumentError
from knowledge.ingest.readers.doc_rows import ParagraphMarks, paragraph_marks
from knowledge.ingest.readers.table import markdown_rows
from knowledge.ingest.source import Limits

_FIELD_START, _FIELD_SPLIT, _FIELD_END, _CELL, _PARAGRAPH = "\x13", "\x14", "\x15", "\x07", "\r"
_DROPPED = re.compile("[\x01-\x06\x08\x1f]")


@dataclass(frozen=True)
class _Piece:
    """Characters ``[cp, cp + length)`` lie at byte ``offset`` of the main stream, ``width`` bytes each."""

    cp: int
    length: int
    offset: int
    width: int


def read_doc(data: bytes, name: str, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """Text and notes of a DOC file.

    Raises ``DocumentError`` if it is encrypted, damaged or older than Word 97.
    """
    import olefile

    with olefile.OleFileIO(BytesIO(data)) as ole:
        main = ole.openstream("WordDocument").read()
        table_name, text_length = _header(main, name)
        if not ole.exists(table_name):
            raise DocumentError(
                f"{name}: the DOC lacks its {table_name!r} stream. Open it in Word and save it as DOCX."
            )
        table = ole.openstream(table_name).read()
    try:
        pieces = list(_pieces(main, table, name))
        marks = paragraph_marks(main, table)
        story = _story(main, pieces, marks, min(text_length, limits.text_chars))
    except (struct.error, IndexError) as error:
        raise DocumentError(f"{name}: the DOC is damaged ({error}). Open it in Word and save it as DOCX.") from error
    lines = list(_lines(story))
    notes = ("automatic numbers of the DOC are not rebuilt; DOCX keeps them",) if marks.listed else ()
    return "\n".join(lines), notes


def _header(main: bytes, name: str) -> tuple[str, int]:
    """Name of the table stream and number of characters of the main text."""
    if len(main) < 0x1AA or struct.unpack_from("<H", main, 0)[0] != 0xA5EC:
        raise DocumentError(f"{name}: older than Word 97 or damaged. Open it in Word and save it as DOCX.")
    version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 0x0A)[0]
    if flags & 0x0100:
        raise DocumentError(f"{name}: the DOC is encrypted. Remove its password and try again.")
    if version < 0x00C1:
        raise DocumentError(f"{name}: older than Word 97. Open it in Word and save it as DOCX.")
    return ("1Table" if flags & 0x0200 else "0Table"), struct.unpack_from("<i", main, 0x4C)[0]


def _pieces(main: bytes, table: bytes, name: str) -> Iterator[_Piece]:
    offset, size = struct.unpack_from("<II", main, 0x01A2)
    clx = table[offset : offset + size]
    at = 0
    while at < len(clx) and clx[at] == 0x01:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 0x02:
        raise DocumentError(f"{name}: the DOC has no piece table. Open it in Word and save it as DOCX.")
    length = struct.unpack_from("<I", clx, at + 1)[0]
    plc = clx[at + 5 : at + 5 + length]
    count = (len(plc) - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", plc, 0)
    for i in range(count):
        fc = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * i + 2)[0]
        one_byte = bool(fc & 0x4000_0000)
        place = (fc & 0x3FFF_FFFF) // 2 if one_byte else fc & 0x3FFF_FFFF
        yield _Piece(positions[i], positions[i + 1] - positions[i], place, 1 if one_byte else 2)


@dataclass
class _Story:
    """The main text, with the positions in it where table rows end and where paragraphs inside cells end."""

    text: str
    row_ends: set[int]
    in_cell: set[int]


def _story(main: bytes, pieces: list[_Piece], marks: ParagraphMarks, length: int) -> _Story:
    parts: list[str] = []
    story = _Story("", set(), set())
    done = 0
    for piece in pieces:
        wanted = min(piece.length, length - done)
        if wanted <= 0:
            break
        raw = main[piece.offset : piece.offset + wanted * piece.width]
        text = _decoded(raw, piece.width)
        for match in re.finditer(f"[{_CELL}{_PARAGRAPH}]", text):
            at = piece.offset + match.start() * piece.width
            if match.group() == _CELL and at in marks.row_ends:
                story.row_ends.add(done + match.start())
            elif match.group() == _PARAGRAPH and at in marks.in_table:
                story.in_cell.add(done + match.start())
        parts.append(text)
        done += len(text)
    story.text = "".join(parts)
    return story


def _decoded(raw: bytes, width: int) -> str:
    """One character per Word character: a surrogate pair stays two until the text is written out."""
    if width == 1:
        return raw.decode("cp1252", errors="replace")
    return "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])))


def _lines(story: _Story) -> Iterator[str]:
    """Paragraphs as lines and table rows as Markdown; field codes and drawing marks are dropped."""
    row: list[str] = []
    words: list[str] = []
    for position, char in _outside_fields(story.text):
        if char == _CELL and position in story.row_ends:
            yield from markdown_rows([row])
            row, words = [], []
        elif char == _CELL:
            row.append(_shown(words))
            words = []
        elif position in story.in_cell:
            words.append(" ")
        elif char in (_PARAGRAPH, "\x0b", "\x0c"):
            yield from markdown_rows([row])
            yield _shown(words)
            row, words = [], []
        else:
            words.append("-" if char == "\x1e" else char)
    yield from markdown_rows([row])
    yield _shown(words)


def _outside_fields(text: str) -> Iterator[tuple[int, str]]:
    """Characters with their positions, without field instructions; a field's result stays."""
    fields: list[bool] = []
    for position, char in enumerate(text):
        if char == _FIELD_START:
            fields.append(True)
        elif char == _FIELD_SPLIT and fields:
            fields[-1] = False
        elif char == _FIELD_END and fields:
            fields.pop()
        elif not any(fields):
            yield position, char


def _shown(words: list[str]) -> str:
    text = _DROPPED.sub("", "".join(words))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").rstrip()
