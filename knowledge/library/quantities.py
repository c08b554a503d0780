"""Numbers with a unit in Chinese legal text, brought to one unit so that they can be compared.

Dates, article numbers and document numbers are not quantities. Month and day are different measures on
purpose: 三个月 is not 90 日 in law, and a working day is not a day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
# Unit as written: measure, factor to the measure's own unit. Longer spellings come first when matched.
_UNITS: dict[str, tuple[str, float]] = {
    "工作日": ("working day", 1), "个工作日": ("working day", 1),
    "分钟": ("time", 1), "小时": ("time", 60), "个小时": ("time", 60), "日": ("time", 1440),
    "天": ("time", 1440), "个自然日": ("time", 1440), "周岁": ("age", 1), "岁": ("age", 1),
    "周": ("time", 10080), "个月": ("month", 1), "年": ("month", 12),
    "元": ("money", 1), "万元": ("money", 1e4), "亿元": ("money", 1e8), "角": ("money", 0.1),
    "%": ("share", 1), "％": ("share", 1), "倍": ("times", 1), "次": ("count", 1),
    "毫米": ("length", 0.001), "厘米": ("length", 0.01), "米": ("length", 1), "公里": ("length", 1000),
    "千米": ("length", 1000), "平方米": ("area", 1), "公顷": ("area", 10_000), "平方公里": ("area", 1e6),
    "亩": ("area", 2000 / 3), "℃": ("heat", 1), "摄氏度": ("heat", 1), "分贝": ("sound", 1),
    "层": ("storeys", 1),
    "吨": ("mass", 1000), "千克": ("mass", 1), "公斤": ("mass", 1), "克": ("mass", 0.001),
    "人": ("people", 1), "户": ("households", 1), "个": ("pieces", 1),
}  # fmt: skip
_NUMBER = r"[0-9０-９][0-9０-９,，]*(?:\.[0-9]+)?|[零〇一二两三四五六七八九十百千万亿]+"
_PATTERN = re.compile(
    rf"(?P<lead>百分之)?(?P<number>{_NUMBER})(?P<large>[万亿]?)(?P<unit>"
    + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
    + ")?"
)
_MONTH = "[0-9一二三四五六七八九十]{1,2}月"
_DAY = f"{_MONTH}[0-9一二三四五六七八九十]{{1,3}}日"
_DATE = re.compile(f"(?:[12][0-9]{{3}}|[一二][零〇一二三四五六七八九]{{3}})年(?:{_DAY}|{_MONTH})?|{_DAY}")
_ORDINAL = re.compile(
    rf"第(?:{_NUMBER})[条款项目章节编号届次年]?(?:之(?:{_NUMBER}))?|〔[^〕]*〕[0-9]*号?|（[一二三四五六七八九十0-9]+）"
)
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789", ",，")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount: ``value`` in the unit of its ``measure``, written as ``words`` at ``[start, end)``."""

    measure: str
    value: float
    words: str
    start: int
    end: int

    def moved(self, by: int) -> Quantity:
        """The same amount, its span counted from ``by`` characters earlier."""
        return replace(self, start=self.start + by, end=self.end + by)


def parse_number(words: str) -> float | None:
    """The value of a number in Arabic or Chinese numerals, None when it is none.

    >>> parse_number("一百二十"), parse_number("1,500"), parse_number("三万五千")
    (120.0, 1500.0, 35000.0)
    """
    plain = words.translate(_WIDE)
    try:
        return float(plain)
    except ValueError:
        pass
    if words and all(c in _DIGITS for c in words):
        return float("".join(str(_DIGITS[c]) for c in words))
    total = section = digit = 0
    for c in words:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SCALES:
            section += (digit or 1) * _SCALES[c]
            digit = 0
        elif c in _LARGE:
            # 万 multiplies what is smaller than it (一亿二千万), 亿 also what 万 has gathered (三万亿).
            carried = total if total < _LARGE[c] else 0
            total = total - carried + (carried + section + digit or 1) * _LARGE[c]
            section = digit = 0
        else:
            return None
    return float(total + section + digit) if words else None


def quantities(text: str) -> list[Quantity]:
    """Every amount in the text, in order."""
    hidden = _blank(_ORDINAL, _blank(_DATE, text))
    found = []
    for match in _PATTERN.finditer(hidden):
        quantity = _quantity(match)
        if quantity is not None:
            found.append(quantity)
    return found


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _quantity(match: re.Match[str]) -> Quantity | None:
    number = parse_number(match["number"])
    if number is None:
        return None
    number *= _LARGE.get(match["large"], 1)
    if match["lead"] and match["unit"] is None:
        measure, factor = "share", 1.0
    elif match["unit"] is not None:
        measure, factor = _UNITS[match["unit"]]
    else:
        return None
    return Quantity(measure, round(number * factor, 6), match.group(), match.start(), match.end())
