"""What a text measures: numbers with a bound (不低于3%, 300万元以上), lengths of time, days and stretches of days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from knowledge.library.quantities import parse_number

Side = Literal["at_least", "more_than", "at_most", "less_than", "equals"]
OPPOSITE: dict[Side, Side] = {
    "at_least": "less_than",
    "more_than": "at_most",
    "at_most": "more_than",
    "less_than": "at_least",
    "equals": "equals",
}
_DIGITS = r"(?:\d[\d,，]*(?:\.\d+)?|[一二两三四五六七八九十百千]+(?=个|年|周岁|次))"
# Longer units stand before what they begin with.
UNITS = (
    "吨标准煤|平方米|标准箱|千瓦时|兆瓦时|千瓦|兆瓦|周岁|岁|个基点|基点|个工作日|个月|个自然日|小时|毫升|美元|人次|人份"
    "|年|月|日|天|元|人|户|家|间|套|辆|台|次|件|份|张|项|分|倍|吨|亩|米|层|级|届|班|孩|床|名|店|公里|晚|个"
)
_AMOUNT = re.compile(
    rf"(?P<lead>百分之)?(?P<digits>{_DIGITS})\s*(?P<scale>亿|千万|百万|万)?(?P<unit>%|％|个百分点|{UNITS})?"
)
_SCALE = {"": 1.0, "百万": 1e6, "千万": 1e7, "万": 1e4, "亿": 1e8}
_BEFORE: tuple[tuple[str, Side], ...] = (
    ("不超过", "at_most"), ("不得超过", "at_most"), ("不高于", "at_most"), ("不得高于", "at_most"),
    ("不大于", "at_most"), ("未超过", "at_most"), ("至多", "at_most"), ("最多", "at_most"), ("最高", "at_most"),
    ("不低于", "at_least"), ("不少于", "at_least"), ("不得低于", "at_least"), ("不得少于", "at_least"),
    ("不小于", "at_least"), ("至少", "at_least"), ("达到", "at_least"), ("累计满", "at_least"),
    ("不满", "less_than"), ("未满", "less_than"), ("不足", "less_than"), ("低于", "less_than"),
    ("少于", "less_than"), ("小于", "less_than"), ("未达到", "less_than"), ("未达", "less_than"),
    ("超过", "more_than"), ("高于", "more_than"), ("大于", "more_than"), ("多于", "more_than"), ("超出", "more_than"),
    ("年满", "at_least"), ("届满", "at_least"), ("满", "at_least"),
)  # fmt: skip
_AFTER: tuple[tuple[str, Side], ...] = (
    ("及以上", "at_least"), ("（含）以上", "at_least"), ("以上", "at_least"), ("起", "at_least"),
    ("及以下", "at_most"), ("（含）以下", "at_most"), ("以下", "at_most"), ("以内", "at_most"),
)  # fmt: skip
_GAP = re.compile(r"^(?:的|左右|（含.{0,6}?）)?")
_FROM = re.compile(r"(?<![\d月年.])(\d+(?:\.\d+)?)(?:至|到|—|~|～|-)$")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日")
_TIME = {"年": "years", "个月": "months", "日": "days", "天": "days", "个自然日": "days"}


@dataclass(frozen=True)
class Amount:
    """A number as written at ``[start, end)``; ``unit`` empty where none is written. Money is in yuan, % a fraction."""

    value: float
    unit: str
    start: int
    end: int
    words: str

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        return self.unit == "元"

    @property
    def is_share(self) -> bool:
        """Whether it is a share, written in per cent."""
        return self.unit == "%"

    @property
    def time(self) -> str:
        """``years``, ``months`` or ``days`` where it is a length of time, else empty."""
        return _TIME.get(self.unit, "")


@dataclass(frozen=True)
class Bound:
    """A number that something must reach or not exceed. ``span`` also holds the words of the bound."""

    side: Side
    amount: Amount
    start: int
    end: int


def amounts(text: str) -> list[Amount]:
    """Every number with a unit in ``text``; days of the calendar and numbers of documents are none."""
    hidden = _hide(text)
    found = []
    for match in _AMOUNT.finditer(hidden):
        value = parse_number(match["digits"].replace(",", "").replace("，", ""))
        unit = match["unit"] or ("%" if match["lead"] else "")
        if value is None or (not unit and not match["scale"]):
            continue
        unit = {"％": "%", "个百分点": "%"}.get(unit, unit)
        value *= _SCALE[match["scale"] or ""] * (0.01 if unit == "%" else 1.0)
        found.append(Amount(round(value, 10), unit, match.start(), match.end(), match.group().strip()))
    return found


_HIDDEN = re.compile(
    r"(?:19|20)\d{2}年(?:度|末)?(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日|〔[^〕]*〕\d*号?|\d{3,4}-\d{7,8}|第\d+[次批项条款]"
    r"|（[一二三四五六七八九十]+）"
)


def _hide(text: str) -> str:
    return _HIDDEN.sub(lambda match: " " * len(match.group()), text)


def bounds(text: str) -> list[Bound]:
    """Every number with a bound, in order: 5%以上不足10% is two."""
    found = []
    for amount in amounts(text):
        before, after = text[: amount.start].rstrip(), text[amount.end :]
        if amount.unit and (low := _FROM.search(before)):
            start = replace(amount, value=float(low[1]) * (0.01 if amount.is_share else 1.0), start=low.start(1))
            found.append(Bound("at_least", start, low.start(1), amount.start))
            found.append(Bound("at_most", amount, amount.start, amount.end))
            continue
        gap = _GAP.match(after)
        skipped = gap.end() if gap else 0
        if side := next(((w, s) for w, s in _AFTER if after[skipped:].startswith(w)), None):
            end = amount.end + skipped + len(side[0])
            found.append(Bound(side[1], amount, amount.start, end))
        elif side := next(((w, s) for w, s in _BEFORE if before.endswith(w)), None):
            found.append(Bound(side[1], amount, len(before) - len(side[0]), amount.end))
    return found


@dataclass(frozen=True)
class DayBound:
    """A day that something must not lie before or after."""

    side: Side
    day: date
    start: int
    end: int


_LATER = re.compile(r"^(?:（含当日）|起)?(?:以后|之后|以来|起)")
_EARLIER = re.compile(r"^(?:（含当日）)?(?:以前|之前|前|止)")
_BETWEEN = re.compile(r"^\s*(?:起)?(?:至|到|—|－|-)")


def day_bounds(text: str) -> list[DayBound]:
    """Every day with a bound; a stretch from day to day is two."""
    found: list[DayBound] = []
    days = [(match, made) for match in _DATE.finditer(text) if (made := calendar_day(*match.groups()))]
    for number, (match, day) in enumerate(days):
        after = text[match.end() :]
        if later := _LATER.match(after):
            found.append(DayBound("at_least", day, match.start(), match.end() + later.end()))
        elif earlier := _EARLIER.match(after):
            found.append(DayBound("at_most", day, match.start(), match.end() + earlier.end()))
        elif (between := _BETWEEN.match(after)) and number + 1 < len(days):
            other, last = days[number + 1]
            if other.start() == match.end() + between.end():
                found.append(DayBound("at_least", day, match.start(), match.end()))
                found.append(DayBound("at_most", last, other.start(), other.end()))
    return found


def calendar_day(year: str, month: str, day: str) -> date | None:
    """A day of the calendar; None where there is no such day."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


_SINCE = re.compile(rf"(?:之日起|之后|以后|后|起)?({_DIGITS})(年|个月|日|天)(?:以?内)")


def deadlines(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Lengths within which something is due, as (years/months/days, count, start, end); ``近12个月内`` looks back."""
    for match in _SINCE.finditer(text):
        count = parse_number(match[1].replace(",", ""))
        if count is not None and count == int(count):
            yield _TIME[match[2]], int(count), match.start(), match.end()
