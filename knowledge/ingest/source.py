"""The text of a file, made safe to read: one kind of newline, no invisible characters, no NUL."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from city.errors import DocumentError

Format = Literal["markdown", "text", "html", "pdf", "doc", "docx", "xls", "xlsx"]


@dataclass(frozen=True)
class Limits:
    """What a file may cost before it is refused. Sizes are bytes, times seconds."""

    file_bytes: int = 50_000_000
    text_chars: int = 20_000_000
    unpacked_bytes: int = 400_000_000
    ratio: int = 200
    members: int = 20_000
    pages: int = 3_000
    seconds: int = 120
    memory_bytes: int = 3_000_000_000


@dataclass(frozen=True)
class SourceText:
    """A file's text with what was noticed while reading it."""

    text: str
    format: Format
    notes: tuple[str, ...] = field(default=())


# Characters that a reader does not see but a model does: zero width, bidi controls, tags, variation
# selectors,
# Hangul fillers, soft hyphen and the C0/C1 controls other than tab and newline.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str, where: str, limits: Limits | None = None) -> tuple[str, tuple[str, ...]]:
    """``text`` with newlines as LF and invisible characters removed, and a note that counts these.

    Raises ``DocumentError`` for a NUL character or a text over ``limits.text_chars``.
    """
    allowed = (limits or Limits()).text_chars
    if len(text) > allowed:
        raise DocumentError(
            f"{where}: the text has {len(text):,} characters, more than {allowed:,} allowed. Split the file into parts."
        )
    if "\x00" in text:
        at = text.index("\x00")
        raise DocumentError(
            f"{where}: a NUL character at offset {at}: the file is damaged or binary. Save it again as UTF-8 text."
        )
    text = _NEWLINE.sub("\n", text)
    text, hidden = _INVISIBLE.subn("", text)
    notes = (f"{hidden} invisible characters removed",) if hidden else ()
    return text, notes
