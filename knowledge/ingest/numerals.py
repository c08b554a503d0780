"""Numbers as Chinese documents write them: 第一百二十条, 第12条, 第１２条, 二〇二四, （三）, ⑤."""

from __future__ import annotations

import re
from functools import lru_cache

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")

#: One numeral, Chinese or Arabic, half or full width; no grouping parentheses.
NUMERAL = "[零〇○一二三四五六七八九十百千两0-9０-９]{1,9}"


@lru_cache(maxsize=4096)
def to_int(numeral: str) -> int | None:
    """The value of ``numeral``, or None where it is not a number.

    Positional digits (二〇二四) and units (一百二十) are both read; 廿 and larger units than 千 are not used
    for numbering and are refused.
    """
    text = numeral.strip().translate(_FULL_WIDTH)
    if re.fullmatch("[0-9]+", text):
        return int(text)
    if len(text) == 1 and "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    if not text or any(c not in _DIGITS and c not in _UNITS for c in text):
        return None
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    return _with_units(text)


def _with_units(text: str) -> int | None:
    total, digit, last = 0, None, 10_000
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            continue
        unit = _UNITS[char]
        if unit >= last:
            return None
        total += (1 if digit is None or digit == 0 else digit) * unit
        digit, last = None, unit
    return total + (digit or 0)
