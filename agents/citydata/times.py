"""Days and moments as people say them, past and to come: 明天下午三点, 上周五, 国庆节.

Unlike :mod:`agents.reading.dates`, which finds the day whose rules apply, these are times that a tool is asked about.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from agents.reading.numbers import chinese_number
from tools.seam import Period

N = r"(\d{1,4}|[一二两三四五六七八九十]{1,3})"
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": 5}
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今晚": 0, "今早": 0}
_DAYS |= {"当天": 0, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3}
_DAY_WORD = re.compile("|".join(sorted(_DAYS, key=len, reverse=True)))
WEEKDAY = re.compile(r"(上上|上|这|本|下下|下)?个?(?:周|星期|礼拜)([一二三四五六日天末])")
_WEEKEND = re.compile(r"周末|双休日")
_ISO = re.compile(r"(?<!\d)(20\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_MONTH_DAY = re.compile(rf"(?:(20\d{{2}}|今|去|前|明)年)?(?<!\d){N}月(?:份)?的?{N}[日号]")
_DAY_ONLY = re.compile(rf"(?<![\d月路街巷道弄里]){N}[号](?!线|楼|门|院|地块|院区|馆|码|口|路)")
FEASTS = {"元旦": (1, 1), "劳动节": (5, 1), "五一": (5, 1), "六一": (6, 1), "国庆": (10, 1), "十一假期": (10, 1)}
_AGO = re.compile(rf"{N}天(之?前|以前|之?后|以后)")
_CLOCK = re.compile(
    rf"(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|[早晚])?(?:大概|大约|差不多)?"
    rf"(?:(\d{{1,2}})[:：](\d{{2}})|{N}点(?:钟|整)?(?:(半)|([一三])刻|{N}分?)?)"
)
_PART = re.compile(
    r"凌晨|清晨|早上|早晨|一早|上午|中午|下午|傍晚|晚上|今晚|明晚|昨晚|夜里|半夜|明早|今早|早高峰|晚高峰"
)
_PART_HOUR = {"凌晨": 2, "清晨": 6, "早上": 8, "早晨": 8, "一早": 8, "上午": 10, "中午": 12, "下午": 15, "傍晚": 18}
_PART_HOUR |= {"晚上": 20, "今晚": 20, "明晚": 20, "昨晚": 20, "夜里": 22, "半夜": 23, "明早": 8, "今早": 8}
_PART_HOUR |= {"早高峰": 8, "晚高峰": 18}
_HOURS_ON = re.compile(rf"(半|{N}个?半?)个?(小时|钟头|分钟)(之?后|以后|之?前|以前)")
_TO_COME = re.compile(r"明天|明日|明早|明晚|后天|下下?个?(?:周|星期|礼拜)")
_UNTIL = re.compile(rf"[到至](?:\D{{0,6}})?(?:\d{{1,2}}[:：]|{N}点)")
_NIGHT_ENDS = 6
_NOON = 12


class Named(NamedTuple):
    """A time that a text names, with the span of the words that name it."""

    value: date | datetime | Period
    start: int
    end: int


def number(text: str) -> int:
    """A whole number in digits or characters."""
    return int(text) if text.isdigit() else chinese_number(text)


def day_in(text: str, today: date) -> Named | None:
    """The first day that ``text`` names; a weekday without more is the next one, today included."""
    for find in (_iso, _month_day, _day_word, _days_on, _weekday, _feast, _day_only):
        if found := find(text, today):
            return found
    return None


def moment_in(text: str, now: datetime) -> Named | None:
    """The moment that ``text`` names, aware like ``now``. A clock time that has passed today means tomorrow's, unless
    the day is named; a part of the day alone stands for its usual hour.
    """
    if on := _HOURS_ON.search(text):
        amount = 0.5 if on[1].startswith("半") else number(on[2]) + (0.5 if "半" in on[1] else 0)
        step = timedelta(minutes=amount) if on[3] == "分钟" else timedelta(hours=amount)
        return Named(now - step if "前" in on[4] else now + step, *on.span())
    day = day_in(text, now.date())
    base = day.value if day and isinstance(day.value, date) else now.date()
    hour = _clock(text)
    if hour is None:
        return _part(text, base, day, now)
    minutes, start, end = hour
    said_part = _CLOCK.search(text)
    made = datetime(base.year, base.month, base.day, tzinfo=now.tzinfo) + timedelta(minutes=minutes)
    if day is None and made < now:
        half = timedelta(hours=_NOON)
        bare = said_part is not None and said_part[1] is None and minutes < _NOON * 60
        made = made + half if bare and made + half >= now else made + timedelta(days=1)
    spans = [(start, end), *([(day.start, day.end)] if day else [])]
    return Named(made, min(s for s, _ in spans), max(e for _, e in spans))


def says_tomorrow(text: str) -> bool:
    """Whether ``text`` names a day to come as such: 明天, 后天, 下周; a bare weekday may be an aside."""
    return bool(_TO_COME.search(text))


def says_hour(text: str) -> bool:
    """Whether ``text`` names a time of day, and not only a day."""
    return any(pattern.search(text) for pattern in (_HOURS_ON, _CLOCK, _PART))


def _iso(text: str, today: date) -> Named | None:
    match = _ISO.search(text)
    return _made(match, int(match[1]), int(match[2]), int(match[3])) if match else None


def _month_day(text: str, today: date) -> Named | None:
    match = _MONTH_DAY.search(text)
    if match is None:
        return None
    return _made(match, year_of(match[1], today), number(match[2]), number(match[3]))


def _day_word(text: str, today: date) -> Named | None:
    match = _DAY_WORD.search(text)
    return Named(today + timedelta(days=_DAYS[match[0]]), *match.span()) if match else None


def _days_on(text: str, today: date) -> Named | None:
    match = _AGO.search(text)
    if match is None:
        return None
    step = timedelta(days=number(match[1]))
    return Named(today - step if "前" in match[2] else today + step, *match.span())


def _weekday(text: str, today: date) -> Named | None:
    match = WEEKDAY.search(text)
    if match is None:
        weekend = _WEEKEND.search(text)
        return Named(today + timedelta(days=(5 - today.weekday()) % 7), *weekend.span()) if weekend else None
    wanted, lead = _WEEKDAYS[match[2]], match[1] or ""
    monday = today - timedelta(days=today.weekday())
    if not lead:
        return Named(today + timedelta(days=(wanted - today.weekday()) % 7), *match.span())
    weeks = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}[lead]
    return Named(monday + timedelta(days=7 * weeks + wanted), *match.span())


def _feast(text: str, today: date) -> Named | None:
    for word, (month, day) in FEASTS.items():
        if (at := text.find(word)) >= 0:
            this = date(today.year, month, day)
            return Named(this if this >= today else this.replace(year=today.year + 1), at, at + len(word))
    return None


def _day_only(text: str, today: date) -> Named | None:
    """12号: the one nearest to today, this month's or a neighbour's."""
    match = _DAY_ONLY.search(text)
    if match is None:
        return None
    wanted = number(match[1])
    months = [(today.year + (today.month + step - 1) // 12, (today.month + step - 1) % 12 + 1) for step in (-1, 0, 1)]
    days = [date(y, m, wanted) for y, m in months if 1 <= wanted <= calendar.monthrange(y, m)[1]]
    return Named(min(days, key=lambda day: abs((day - today).days)), *match.span()) if days else None


def _clock(text: str) -> tuple[int, int, int] | None:
    """Minutes since midnight of the first clock time, and its span."""
    for match in _CLOCK.finditer(text):
        part = match[1] or _part_before(text, match.start())
        hour = int(match[2]) if match[2] else number(match[4])
        minute = int(match[3] or 0) if match[2] else _minute(match)
        if hour > 24 or minute > 59:
            continue
        late = part in ("下午", "傍晚", "晚上", "晚", "夜里", "今晚", "明晚", "昨晚") and hour < _NOON
        noon = part == "中午" and hour < _NIGHT_ENDS
        return (hour + _NOON if late or noon else hour) * 60 + minute, match.start(), match.end()
    return None


def hours_between(text: str) -> float | None:
    """今晚七点…停到十点: the hours from one clock time to the next, over midnight too; None where not two are said."""
    first = _clock(text)
    if first is None:
        return None
    rest = text[first[2] :]
    if not _UNTIL.search(rest):
        return None
    part = _CLOCK.search(text)
    second = _clock(rest)
    if second is None:
        return None
    end = second[0]
    said = _CLOCK.search(rest)
    if said is not None and said[1] is None and part is not None and end < _NOON * 60 <= first[0]:
        end += _NOON * 60  # the evening goes on
    spent = (end - first[0]) % (24 * 60) / 60
    return spent or None


def _minute(match: re.Match[str]) -> int:
    if match[5]:
        return 30
    if match[6]:
        return {"一": 15, "三": 45}[match[6]]
    return number(match[7]) if match[7] else 0


def _part_before(text: str, end: int) -> str:
    found = [match[0] for match in _PART.finditer(text[:end])]
    return found[-1] if found else ""


def _part(text: str, base: date, day: Named | None, now: datetime) -> Named | None:
    """A part of a day, or a day alone at noon."""
    part = _PART.search(text)
    if part is None and (day is None or base == now.date()):
        return None
    hour = _PART_HOUR[part[0]] if part else _NOON
    made = datetime(base.year, base.month, base.day, hour, tzinfo=now.tzinfo)
    spans = [*([part.span()] if part else []), *([(day.start, day.end)] if day else [])]
    return Named(made, min(s for s, _ in spans), max(e for _, e in spans))


def year_of(said: str | None, today: date) -> int:
    """A year in digits, or 今, 去, 前, 明 before 年; this year where nothing is said."""
    if said and said.isdigit():
        return int(said)
    return today.year + {"去": -1, "前": -2, "明": 1}.get(said or "", 0)


def _made(match: re.Match[str], year: int, month: int, day: int) -> Named | None:
    try:
        return Named(date(year, month, day), *match.span())
    except ValueError:
        return None
