"""Chinese numerals as people say and type them: 两千六 is 2600, 1万2 is 12000, 五六万 is no number but a range.

What leaves open which number is meant is told as vague, with a value near its lower end; it is never made exact. That
holds for what grammar does not allow too (三万五百 may lack a 零 or a unit): who reads a sum of money must not guess.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"亿": 10**8, "万": 10**4}
_NONZERO = "一二两三四五六七八九"
ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
_CHINESE = (
    rf"[零〇{_NONZERO}十百万亿]|千(?![瓦克米伏卡])|(?<=[{_NONZERO}十百千零〇])点(?=[零〇{_NONZERO}])"
    r"|几(?=[十百千万亿])|(?<=[十百千万])几|数(?=[十百千万亿])|(?<=[\d一二两三四五六七八九十百几])个(?=亿)"
)
_TYPED = r"(?<=\d)[wWkK](?![A-Za-z])|(?<=\d)\s(?=[百千万亿])(?!\s千[瓦克米伏卡])"
NUMERAL = rf"(?>(?:{ARABIC}|{_CHINESE}|{_TYPED})+)"
"""A run of characters that `read` takes; 千 of 千瓦, 千克 and the like is a part of their unit. Atomic, so that a long
run of digits is looked at once.
"""
_AS_WRITTEN = str.maketrans({"w": "万", "W": "万", "k": "千", "K": "千", "个": None, " ": None, "〇": "零", ",": None})
_SCALED = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|[^点万亿]*点[零一二两三四五六七八九]+)(?P<scales>[百千]?(?:万亿|[万亿])?)"
)
_LONGEST = 40
"""Characters of a number; what is longer is some other row of digits."""
_PAIR = re.compile(rf"([{_NONZERO}])[{_NONZERO}]+")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|.")


class Numeral(NamedTuple):
    """A number; ``vague`` where the words tell a range or may be read in two ways: ``value`` is then near the lower."""

    value: float
    vague: bool = False


def read(words: str) -> Numeral | None:
    """The number that a run of `NUMERAL` tells, None where it tells none (百 alone, as in 百货).

    >>> read("两千六").value, read("1万2").value, read("十万零八百").value, read("五六万")
    (2600.0, 12000.0, 100800.0, Numeral(value=50000.0, vague=True))
    """
    if len(words) > _LONGEST:
        return None
    plain = words.translate(_AS_WRITTEN)
    exact = _exact(plain)
    if exact is not None:
        return Numeral(exact)
    near = _near(plain)
    return Numeral(near, vague=True) if near is not None else None


def _exact(words: str) -> float | None:
    if match := _SCALED.fullmatch(words):
        return _scaled(match["number"], match["scales"])
    if all(c in _DIGITS for c in words):
        return _run(words)
    value = _whole(words)
    return None if value is None else float(value)


def _near(words: str) -> float | None:
    """Something near the lower end of a range (五六万, 十几万), or what the parts make of an odd order of units."""
    low = _PAIR.sub(r"\1", re.sub("(?<=[十百千万])几", "", words)).replace("几", "一").replace("数", "一")
    if low != words:
        exact = _exact(low)
        if exact is not None:
            return exact
    return _summed(low)


def _scaled(number: str, scales: str) -> float | None:
    """1.5万, 三点五万, 3千万."""
    whole, _, part = number.partition("点")
    one = float(number) if not part else _exact(whole)
    if one is None:
        return None
    digits = f"{one:.0f}.{''.join(str(_DIGITS[c]) for c in part)}" if part else number
    factor = 1
    for scale in scales:
        factor *= _SMALL.get(scale) or _LARGE[scale]
    # Digits are moved, not multiplied: 0.29 times 1e4 would be 2899.9999999999995.
    return float(f"{digits}e{len(str(factor)) - 1}")


def _run(digits: str) -> float | None:
    """Digits one after another: 二〇二四 is a number, 三五 and 五六 are ranges."""
    if len(digits) == 1 or len(digits) > 3 or "零" in digits[1:]:
        return float("".join(str(_DIGITS[c]) for c in digits))
    return None


def _whole(words: str, most: int = 10**16) -> int | None:
    """A whole number below ``most`` with its units, None where it is not written in order."""
    for char, scale in _LARGE.items():
        if char in words:
            high, _, low = words.rpartition(char)
            many = _times(high, scale)
            rest = _rest(low, scale)
            value = None if many is None or rest is None else many * scale + rest
            break
    else:
        value = _section(words)
    return value if value is not None and value < most else None


def _times(words: str, scale: int) -> int | None:
    """How many 万 or 亿: written out in full, since 一百二万 may be 120 or 102 of them."""
    many = _whole(words, most=10**8 if scale == _LARGE["亿"] else 10**4)
    return None if not many or _leaves_out(words) else many


def _rest(words: str, scale: int) -> int | None:
    """What follows 万 or 亿: a lone digit counts the next lower unit (三万五), what is lower still needs 零 before it
    (三万零五百); only digits in a row tell their own size (3万500).
    """
    if not words:
        return 0
    if len(words) == 1 and words not in "零十百千万亿":
        return (_digit(words) or 0) * scale // 10
    rest = _whole(words.removeprefix("零"), most=scale)
    tells_size = words[0] == "零" or re.match(r"\d\d", words)
    return rest if rest is not None and (tells_size or rest * 10 >= scale) else None


def _section(words: str) -> int | None:
    """A number below ten thousand, or one in plain digits. A last digit without unit counts the unit below the last one
    (一百二, 两千六), after 零 the ones.
    """
    if words.isdecimal():
        return int(words)
    total, last, held, zero = 0, 10**4, None, False
    for token in _TOKEN.findall(words):
        if token == "零":  # noqa: S105  # a digit
            if held is not None or zero or not total or last == 10:
                return None
            zero = True
        elif token in _SMALL:
            unit = _SMALL[token]
            if not _may_follow(unit, last, zero=zero, first=not total) or (held is None and unit > 10):
                return None
            total, last, held, zero = total + (1 if held is None else held) * unit, unit, None, False
        elif held is not None or (digit := _digit(token)) is None or not 0 < digit < 10:
            return None
        else:
            held = digit
    if held is None:
        return total if total and not zero else None
    return total + held * (last // 10 if total and not zero else 1)


def _may_follow(unit: int, last: int, *, zero: bool, first: bool) -> bool:
    """Whether a unit stands right after ``last``: the next lower one, or after 零 one lower still."""
    return unit < last if first else (unit * 100 <= last if zero else unit * 10 == last)


def _digit(token: str) -> int | None:
    return int(token) if token.isdecimal() else _DIGITS.get(token)


def _leaves_out(words: str) -> bool:
    """Whether the last digit stands for a unit that is left out."""
    return re.search(rf"[百千万亿][{_NONZERO}1-9]$", words) is not None


def _summed(words: str) -> float | None:
    """The sum of the parts as they stand, whatever their order: near enough for a number that is not to be used."""
    total = section = held = 0.0
    told = False
    for token in _TOKEN.findall(words):
        if token in _SMALL:
            section, held = section + (held or 1) * _SMALL[token], 0.0
        elif token in _LARGE:
            total, section, held = (total + section + held or 1) * _LARGE[token], 0.0, 0.0
        elif token != "点":  # noqa: S105  # a decimal point
            held, told = float(_DIGITS.get(token, token)), True
    return total + section + held if told or words[:1] == "十" else None
