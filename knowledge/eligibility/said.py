"""Numbers and days as people say them: 三百来万, 12.5万元, 百分之三点五, 去年九月, 2024年3月5号."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from knowledge.eligibility.facts import Fact, FactType
from knowledge.library.quantities import parse_number

_NUMERAL = r"(?:\d[\d,]*(?:\.\d+)?|(?:[零〇一二两三四五六七八九十百]|千(?![瓦克米]))+(?:点[零一二三四五六七八九]+)?)"
_AMOUNT = re.compile(
    rf"(百分之)?({_NUMERAL})(来|多|余|几)?\s*(万亿|亿|千万|百万|万|千(?!瓦|克|米))?(来|多|余)?\s*(%|‰|个百分点)?"
)
_SCALE = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3, "万亿": 1e12}
_BOUND_AFTER = re.compile(r"^\s*[\u4e00-\u9fff]{0,2}(以上|以下|以内|之内|上下不|起步)")
_BOUND_BEFORE = re.compile(r"(不到|不足|不超过|超过|至少|最多|低于|高于|不低于|以上|小于|大于|将近|接近)\s*$")
_COUNTERS = "年月日天号次回个人户套台张家层楼岁期批款折届"
"""Units that say what a number counts: one that counts something else than the fact is not its value."""
_YEAR = r"((?:19|20)\d{2})\s*(?:年|[-./])"
_RELATIVE = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "大前年": -3, "明年": 1}
_MONTH = r"(\d{1,2}|十[一二]?|[一二三四五六七八九])"
_DAY = re.compile(
    rf"(?:(?<!\d){_YEAR}|(大前年|今年|本年|去年|上年|前年|明年))\s*(?:年?底?的?)?{_MONTH}\s*"
    rf"(?:月(?:份)?|[-./]|$|(?=\D))(?:\s*(\d{{1,2}}|二?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九])\s*[日号]?)?"
)
_PACKED = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")


class Amount(NamedTuple):
    """A number in a text: its value, the text right after it, and whether it was told as a percentage or vaguely."""

    value: float
    after: str
    percent: bool
    vague: bool


def amounts(text: str, *, bounds: bool = False) -> Iterator[Amount]:
    """Every number of ``text`` that is told as a value, and with ``bounds`` as a bound (300万以下, 不超过5人) too."""
    for match in _AMOUNT.finditer(text):
        lead, digits, about, scale, more, percent = match.groups()
        value = _spoken(digits) if "点" in digits else parse_number(digits)
        after = text[match.end() :]
        is_bound = bool(_BOUND_AFTER.match(after) or _BOUND_BEFORE.search(text[: match.start()]))
        if value is None or (is_bound and not bounds):
            continue
        # 三百来万 is about three million; 三百多万 may be anything up to four.
        vague = about in ("多", "余", "几") or more in ("多", "余")
        yield Amount(value * _SCALE.get(scale or "", 1.0), after, bool(lead) or percent == "%", vague)


def number_said(fact: Fact, text: str, *, asked: bool, last: bool = False) -> float | None:
    """The value of a number fact in ``text``: the number that fits its type and unit. To a question it has to be the
    only one; beside the fact's name it is the first, or with ``last`` the last.
    """
    found = [value for amount in amounts(text) if (value := _fitting(fact, amount, asked=asked)) is not None]
    unique = list(dict.fromkeys(found))
    if not unique:
        return None
    if asked and len(unique) > 1:
        return None
    return unique[-1 if last else 0]


def _fitting(fact: Fact, amount: Amount, *, asked: bool) -> float | None:
    """The amount as a value of the fact, None where it is told vaguely or counts something else."""
    if amount.vague:
        return None
    if fact.type is FactType.RATIO:
        if amount.percent:
            return amount.value / 100
        return amount.value if amount.value <= 1 else (amount.value / 100 if asked else None)
    if amount.percent:
        return None
    unit = amount.after.lstrip()
    first = unit[:1]
    if fact.unit and unit.startswith(fact.unit):
        return amount.value
    if first == "年" and fact.unit.endswith("月"):
        return amount.value * 12
    if unit.startswith(("个月", "个人")):
        return amount.value if fact.unit and fact.unit[-1] == unit[1] else None
    if fact.type is FactType.MONEY:
        return None if first and first in _COUNTERS else amount.value
    if first == "元" or (first and first in _COUNTERS and fact.unit and first not in fact.unit and first != "个"):
        return None
    return amount.value


def _spoken(digits: str) -> float | None:
    whole, _, part = digits.partition("点")
    one = parse_number(whole)
    tail = [parse_number(char) for char in part]
    if one is None or any(digit is None for digit in tail):
        return None
    return float(f"{one:g}.{''.join(str(int(digit or 0)) for digit in tail)}")


def day_said(text: str, today: date) -> date | None:
    """The first day that ``text`` names with its year, or with 去年 and the like; a month alone is its first day."""
    if packed := _PACKED.search(text):
        return _made(int(packed[1]), int(packed[2]), int(packed[3]))
    match = _DAY.search(text)
    if match is None:
        return None
    year = int(match[1]) if match[1] else today.year + _RELATIVE[match[2]]
    month, day = _small(match[3]), _small(match[4]) if match[4] else 1
    return _made(year, month, day)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _small(numeral: str) -> int:
    return int(parse_number(numeral) or 0)
