"""A value as readers see it: with its unit, days and times as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from tools.seam.fields import PLAIN, Shown

NOTHING = "无数据"
_FRACTION = re.compile(r"(?<=\d)\.?0+$")


def text_of(value: Any, how: Shown) -> str:
    """A value as it is told, with its unit: 12个, 3.5公里, 11月26日8时30分, 是, 无数据."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return f"{number(value, how.digits)}{how.unit}"
    if isinstance(value, datetime):
        return f"{value.month}月{value.day}日{value.hour}时" + (f"{value.minute}分" if value.minute else "")
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02d}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list | tuple):
        return "、".join(text_of(item, how) for item in value) or "无"
    return f"{value}{how.unit}" if how.unit and str(value)[-1:].isdigit() else str(value)


def clock_of(value: Any) -> str:
    """The time of day alone, for a sentence that has told the day already: 9:05."""
    return f"{value.hour}:{value.minute:02d}" if isinstance(value, datetime | time) else text_of(value, PLAIN)


def forms_of(value: Any, how: Shown) -> frozenset[str]:
    """Every way in which a value may be told: with its unit, without, and a time of day without its day."""
    return frozenset((text_of(value, how), text_of(value, how._replace(unit="")), clock_of(value)))


def number(value: float, digits: int) -> str:
    """A number with at most ``digits`` decimals, without a tail of zeros."""
    told = f"{value:.{digits}f}" if digits else str(round(value))
    told = _FRACTION.sub("", told) if "." in told else told
    return "0" if told in ("-0", "") else told
