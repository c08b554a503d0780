"""Paragraph properties of a DOC that matter for its text: which marks end a table row, lie in a table, or are
numbered.

Method: [MS-DOC] 2.8.6 PlcBtePapx and 2.9.175 PapxFkp: pages of 512 bytes list paragraphs by byte offset, each
with its property changes (sprm).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_PAGE = 512
_IN_TABLE, _ROW_END, _LIST = 0x2416, 0x2417, 0x460B
_NESTED_ROW_END = 0x244C
_OPERAND_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}


@dataclass
class ParagraphMarks:
    """Byte offsets, in the main stream, of paragraph ends with a property."""

    row_ends: set[int] = field(default_factory=set)
    in_table: set[int] = field(default_factory=set)
    listed: int = 0


def paragraph_marks(main: bytes, table: bytes) -> ParagraphMarks:
    """Marks of all paragraphs. Raises ``struct.error`` or ``IndexError`` on damage.

    A paragraph's mark is at the byte just before the end that the page gives: one byte before in compressed
    text, two in UTF-16; both are entered, since the page does not tell the width.
    """
    marks = ParagraphMarks()
    offset, size = struct.unpack_from("<II", main, 0x0102)
    plc = table[offset : offset + size]
    count = max((len(plc) - 4) // 8, 0)
    for i in range(count):
        page = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * i)[0] & 0x3F_FFFF
        for end, sprms in _paragraphs(main[page * _PAGE : (page + 1) * _PAGE]):
            _note(marks, end, dict(sprms))
    return marks


def _note(marks: ParagraphMarks, end: int, sprms: dict[int, int]) -> None:
    if sprms.get(_ROW_END) or sprms.get(_NESTED_ROW_END):
        marks.row_ends.update((end - 1, end - 2))
    elif sprms.get(_IN_TABLE):
        marks.in_table.update((end - 1, end - 2))
    if sprms.get(_LIST):
        marks.listed += 1


def _paragraphs(page: bytes) -> Iterator[tuple[int, Iterator[tuple[int, int]]]]:
    """End offset and property changes of each paragraph on one page."""
    if len(page) < _PAGE:
        return
    count = page[_PAGE - 1]
    ends = struct.unpack_from(f"<{count + 1}I", page, 0)
    for i in range(count):
        word = page[4 * (count + 1) + 13 * i]
        if word == 0:
            continue
        at = word * 2
        size = 2 * page[at] - 1 if page[at] else 2 * page[at + 1]
        start = at + 1 if page[at] else at + 2
        yield ends[i + 1], _sprms(page[start + 2 : start + size])


def _sprms(changes: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at + 2 <= len(changes):
        code = struct.unpack_from("<H", changes, at)[0]
        at += 2
        kind = code >> 13
        if kind == 6:
            # Only the table definition has a length of two bytes.
            size = 1 + (struct.unpack_from("<H", changes, at)[0] if code == 0xD608 else changes[at])
        else:
            size = _OPERAND_SIZES[kind]
        operand = int.from_bytes(changes[at : at + min(size, 2)], "little")
        yield code, operand
        at += size
