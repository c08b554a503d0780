"""What an outside server says, made harmless to show: no control or invisible characters, bounded, one line a line.

It stays data. Nothing of it is ever an instruction to a model, a path, or part of a template.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple

LINE_CHARS = 500
LINES = 60
ALL_CHARS = 6_000
ITEMS = 200
DEPTH = 6
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, formats (bidi, zero width, tags), halves, private use, unassigned: nothing a reader would see."""


class Lines(NamedTuple):
    """Lines of text; ``cut`` where there was more."""

    lines: tuple[str, ...]
    cut: bool


def clean(text: str, most: int = LINE_CHARS) -> str:
    """One line without what a reader cannot see, at most ``most`` characters."""
    spaced = " ".join(text[: most * 4].split())
    seen = "".join(char for char in spaced if unicodedata.category(char) not in _DROPPED)
    return seen.strip()[:most]


def lines_of(texts: Iterable[str]) -> Lines:
    """The lines of several texts, as many as may be shown."""
    kept: list[str] = []
    left = ALL_CHARS
    for text in texts:
        for line in text.splitlines():
            whole = clean(line, LINE_CHARS + 1)
            if not whole:
                continue
            if len(kept) == LINES or left <= 0:
                return Lines(tuple(kept), cut=True)
            shown = whole[: min(LINE_CHARS, left)]
            kept.append(shown)
            left -= len(shown)
            if len(shown) < len(whole):
                return Lines(tuple(kept), cut=True)
    return Lines(tuple(kept), cut=False)


def clean_data(value: Any, depth: int = DEPTH) -> Any:  # what JSON can hold
    """Structured content with every text cleaned. Raises ValueError where it is larger or deeper than we take."""
    if depth < 0:
        raise ValueError(f"it is nested deeper than {DEPTH} levels")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict | list) and len(value) > ITEMS:
        raise ValueError(f"a list has {len(value)} items, {ITEMS} may be taken")
    if isinstance(value, dict):
        return {clean(str(name)): clean_data(held, depth - 1) for name, held in value.items()}
    return [clean_data(held, depth - 1) for held in value] if isinstance(value, list) else value
