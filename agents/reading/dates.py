"""Which day a question is about: 去年, 2023年5月, 三年前 … → an ``as_of`` date.

Past years are answered for their last day, because "last year's rule" means the rule that year ended with; a named
month or day is taken as such. Words about the future or "now" leave the day of asking.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_YEAR = re.compile(
    r"(?<![\d〇零一二三四五六七八九])((?:19|20)\d{2}|[一二][〇零九][〇零一二三四五六七八九]{2})\s*年(?:度)?"
    r"(?:\s*(\d{1,2}|十[一二]?|[一二三四五六七八九])\s*月(?:份)?(?:\s*(\d{1,2})\s*[日号])?|\s*(底|末|初))?"
)
_RELATIVE = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "上一年": -1, "前年": -2, "大前年": -3}
_YEARS_AGO = re.compile(r"(\d{1,2}|[一二两三四五六七八九十])\s*年(?:以)?前")
_LAST_MONTH = re.compile(r"上个?月")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})(?!\d)")
_IN_TITLE = re.compile(r"《[^》]*》|〔\d{4}〕")


@dataclass(frozen=True)
class NamedDay:
    """A day that a text names, and the span of the words that name it."""

    day: date
    start: int
    end: int


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text.startswith("十"):
        return 10 + (_DIGITS.get(text[1:2], 0) if len(text) > 1 else 0)
    return int("".join(str(_DIGITS[c]) for c in text))


def _end_of(year: int, month: int | None = None) -> date:
    return date(year, month or 12, calendar.monthrange(year, month or 12)[1])


def _from_year(match: re.Match[str]) -> date | None:
    year = _number(match[1])
    try:
        if match[2] and match[3]:
            return date(year, _number(match[2]), int(match[3]))
        if match[2]:
            return _end_of(year, _number(match[2]))
        return date(year, 1, 1) if match[4] == "初" else _end_of(year)
    except (ValueError, calendar.IllegalMonthError):
        return None


def find_day(text: str, today: date) -> NamedDay | None:
    """The first past day that ``text`` names, or None; a year inside a 《title》 is part of a name."""
    masked = _IN_TITLE.sub(lambda m: "\0" * len(m[0]), text)
    for match in _ISO.finditer(masked):
        try:
            return _past(NamedDay(date(int(match[1]), int(match[2]), int(match[3])), *match.span()), today)
        except ValueError:
            continue
    for match in _YEAR.finditer(masked):
        day = _from_year(match)
        if day:
            return _past(NamedDay(day, *match.span()), today)
    for word, years in sorted(_RELATIVE.items(), key=lambda pair: -len(pair[0])):
        at = masked.find(word)
        if at >= 0 and years:
            return NamedDay(_end_of(today.year + years), at, at + len(word))
    if ago := _YEARS_AGO.search(masked):
        return NamedDay(_end_of(today.year - _number(ago[1])), *ago.span())
    if last := _LAST_MONTH.search(masked):
        return NamedDay(today.replace(day=1) - timedelta(days=1), *last.span())
    return None


def _past(named: NamedDay, today: date) -> NamedDay | None:
    """A day of this year or later is answered with what applies now, unless it is a full date before today."""
    return named if named.day < today else None
