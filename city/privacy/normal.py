"""The same text in plain characters, position for position, so that spans found there hold for the original."""

from __future__ import annotations

import re
from functools import cache

from city.privacy.words import words

INVISIBLE = "\u200b"
"""What every zero-width character becomes; detectors let it stand between digits."""

BLANK = "\x00"
"""Stands for characters that detectors must not look at: earlier tokens and spans already found."""


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for first in (0xFF10, 0x0660, 0x06F0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6):
        table.update({first + digit: str(digit) for digit in range(10)})
    table.update({code: chr(code - 0xFEE0) for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))})
    table.update({ord(wide): chr(ord(wide) - 0xFEE0) for wide in "＋－＠．（）＃／：＿＝，＊"})
    table.update(dict.fromkeys(map(ord, "‐‑‒–—―−﹣➖"), "-"))
    table.update(dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "))
    table.update(dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0xAD], INVISIBLE))
    table.update(dict.fromkeys(map(ord, "•・‧∙⋅"), "·"))
    return table


_TABLE = _table()
_DIGITS_SPOKEN_AT_LEAST = 7


@cache
def _spoken() -> tuple[re.Pattern[str], dict[int, str], re.Pattern[str]]:
    digits = words().spoken_digits
    said = "".join(digits)
    # One character class repeated: the scan is linear whatever the text.
    run = re.compile(f"[{said}][{said}0-9 \\-{INVISIBLE}]{{8,}}")
    return run, {ord(char): str(value) for char, value in digits.items()}, re.compile(f"[{said}]")


def fold(text: str) -> str:
    """``text`` with full-width, styled and spoken digits, dashes and spaces made plain. Same length.

    >>> fold("１３８ 幺三八零零零零零零零零")
    '138 13800000000'
    """
    plain = text if text.isascii() else text.translate(_TABLE)
    run, table, one = _spoken()

    def digits(match: re.Match[str]) -> str:
        found = match[0]
        return found.translate(table) if len(one.findall(found)) >= _DIGITS_SPOKEN_AT_LEAST else found

    return run.sub(digits, plain)
