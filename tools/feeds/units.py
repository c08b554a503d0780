"""Units as Chinese offices write them, so that a feed whose values come in another one is found before it misleads.

>>> conversion("厘米", "米")
0.01
>>> conversion("辆/15分钟", "辆/时")
4.0
>>> conversion("米", "元") is None
True
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SIZES: dict[str, dict[str, float]] = {
    "length": {"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000, "里": 500, "分米": 0.1, "厘米": 0.01,
               "cm": 0.01, "毫米": 0.001, "mm": 0.001},
    "area": {"平方米": 1, "㎡": 1, "m2": 1, "公顷": 10_000, "ha": 10_000, "亩": 10_000 / 15, "平方公里": 1e6,
             "平方千米": 1e6, "km2": 1e6},
    "volume": {"立方米": 1, "m3": 1, "方": 1, "升": 0.001, "L": 0.001, "毫升": 1e-6},
    "mass": {"吨": 1000, "t": 1000, "千克": 1, "公斤": 1, "kg": 1, "克": 0.001, "g": 0.001, "毫克": 1e-6, "mg": 1e-6,
             "微克": 1e-9, "μg": 1e-9},
    "time": {"秒": 1, "s": 1, "分钟": 60, "min": 60, "刻": 900, "时": 3600, "小时": 3600, "h": 3600, "天": 86_400,
             "日": 86_400},
    "money": {"元": 1, "角": 0.1, "分": 0.01},
    "share": {"%": 0.01, "‰": 0.001},
}  # fmt: skip
_KNOWN = {name: (sort, size) for sort, units in _SIZES.items() for name, size in units.items()}
_TENS = {"亿": 1e8, "百万": 1e6, "万": 1e4, "千": 1e3, "百": 1e2}
_TIMES = re.compile(r"^(\d+(?:\.\d+)?)\s*(?=\D)")


class _Unit(NamedTuple):
    sort: str
    size: float


def conversion(given: str, asked: str) -> float | None:
    """What a value in ``given`` is multiplied with to be in ``asked``; None where one cannot become the other."""
    one, other = _read(given), _read(asked)
    return float(f"{one.size / other.size:.12g}") if one.sort == other.sort else None


def _read(text: str) -> _Unit:
    """The sort of a unit and its size in that sort's basic unit; an unknown one is a sort of its own."""
    text = text.strip()
    above, slash, below = text.partition("/")
    if slash and above and below:
        one, other = _read(above), _read(below)
        return _Unit(f"{one.sort}/{other.sort}", one.size / other.size)
    if text in _KNOWN:
        return _Unit(*_KNOWN[text])
    found = _TIMES.match(text)
    if found and 0 < float(found[1]) < 1e9:
        rest = _read(text[found.end() :])
        return _Unit(rest.sort, rest.size * float(found[1]))
    for word, size in _TENS.items():
        if text.startswith(word) and text != word:
            rest = _read(text.removeprefix(word))
            return _Unit(rest.sort, rest.size * size)
    return _Unit(text, 1.0)
