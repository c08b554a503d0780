"""Periods of days as people say them, behind us: 最近7天, 上个月, 三季度, 1到10月, 昨天和今天."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from agents.citydata.times import FEASTS, WEEKDAY, N, Named, day_in, number, year_of
from tools.seam import Period

_LAST = re.compile(rf"(?:最近|近|过去|前|这)(?:的)?{N}?个?(半)?(小时|天|日|周|星期|礼拜|月|季度|年)(?!前|后|来的)")
_YEAR = re.compile(r"(20\d{2})年(?!\d{1,2}月)|(?<![比较])(今|去|前)年(?!\d{0,2}月|同期|同比)|本年度?")
_MONTH = re.compile(
    rf"(?:(20\d{{2}}|今|去|前)年)?(?:(上上|上|这|本)个?月|(?<!个){N}月(?:份)?)(?![\d一二三四五六七八九十]{{1,3}}[日号])"
)
_WEEK = re.compile(r"(上上|上|这|本|这一)个?(?:周|星期|礼拜)(?![一二三四五六日天])")
_QUARTER = re.compile(rf"(?:(20\d{{2}}|今|去)年)?(?:(上|这|本)个?季度|第?{N}季度)")
_FROM_TO_MONTH = re.compile(
    rf"(?:(20\d{{2}}|今|去|前)年)?(?<!\d){N}月?份?(?:到|至|[-—~～])\s*{N}月(?:份)?(?![\d一二三四五六七八九十]{{1,3}}[日号])"
)
_FIRST_MONTHS = re.compile(rf"(?:(20\d{{2}}|今|去|前)年)?前{N}个?(季度)|(20\d{{2}}|今|去|前)年前{N}个?(月)")
_MANY_MONTHS = re.compile(rf"(?<!之)前{N}个月")
_AND_DAY = re.compile(r"[和与跟、到至—~～-]")
_HALF = re.compile(r"(?:(20\d{2}|今|去)年)?(上|下)半年")
_SO_FAR = re.compile(r"今年以来|年初(?:到现在|以来|至今)|本月以来|月初(?:到现在|以来|至今)|到目前为止")


def period_in(text: str, today: date) -> Named | None:
    """The days that ``text`` speaks of, up to today where they last on."""
    for find in (_so_far, _first_months, _from_to_month, _last, _half, _quarter, _week, _month, _year):
        if found := find(text, today):
            return found
    day = day_in(text, today)
    if day and isinstance(day.value, date):
        value = _gone_by(text[day.start : day.end], day.value, today)
        return _with_next(text, today, Named(value, day.start, day.end), value)
    return None


def _with_next(text: str, today: date, first: Named, since: date) -> Named:
    """昨天和今天, 周一到周三: the days from one to the other; else the one day."""
    alone = Named(Period(since=since, until=since), first.start, first.end)
    joint = _AND_DAY.match(text, first.end)
    if joint is None:
        return alone
    after = text[joint.end() :]
    second = day_in(after, today)
    if second is None or second.start > 0 or not isinstance(second.value, date):
        return alone
    until = _gone_by(after[: second.end], second.value, today)
    end = joint.end() + second.end
    return Named(Period(since=since, until=until), first.start, end) if until >= since else alone


def _gone_by(words: str, day: date, today: date) -> date:
    """Periods lie behind us: 国庆 and 周三 without more are the last ones, not the next."""
    if day <= today:
        return day
    if words in FEASTS:
        return day.replace(year=day.year - 1)
    weekday = WEEKDAY.fullmatch(words)
    return day - timedelta(days=7) if weekday and not weekday[1] else day


def _so_far(text: str, today: date) -> Named | None:
    match = _SO_FAR.search(text)
    if match is None:
        return None
    since = today.replace(day=1) if "月" in match[0] else today.replace(month=1, day=1)
    return Named(Period(since=since, until=today), *match.span())


def _first_months(text: str, today: date) -> Named | None:
    """前三季度, 今年前10个月: from January on. "前三个月" alone may be the three months behind us."""
    match = _FIRST_MONTHS.search(text) or _MANY_MONTHS.search(text)
    if match is None:
        return None
    if match.re is _MANY_MONTHS:
        months = number(match[1])
        return (
            _until_today(match, today, date(today.year, 1, 1), _end(today.year, months)) if 3 < months <= 12 else None
        )
    year, months = year_of(match[1] or match[4], today), 3 * number(match[2]) if match[2] else number(match[5])
    return _until_today(match, today, date(year, 1, 1), _end(year, months)) if 1 <= months <= 12 else None


def _from_to_month(text: str, today: date) -> Named | None:
    """1到10月: of this year where it is over, else of the last."""
    match = _FROM_TO_MONTH.search(text)
    if match is None:
        return None
    first, last = number(match[2]), number(match[3])
    if not 1 <= first <= last <= 12:
        return None
    year = year_of(match[1], today) - (match[1] is None and first > today.month)
    return _until_today(match, today, date(year, first, 1), _end(year, last))


def _last(text: str, today: date) -> Named | None:
    """最近三个月: so many whole steps back, today included."""
    match = _LAST.search(text)
    if match is None or (match[0][0] in "前这" and match[1] is None):
        return None
    count = number(match[1]) if match[1] else 1
    if count < 1:
        return None
    step = match[3]
    if step == "小时":
        since = today - timedelta(days=(count + 23) // 24)
    elif step in ("天", "日", "周", "星期", "礼拜"):
        since = today - timedelta(days=count * (1 if step in ("天", "日") else 7) - 1)
    else:
        since = _months_back(today, count * {"月": 1, "季度": 3, "年": 12}[step]) + timedelta(days=1)
    return Named(Period(since=since, until=today), *match.span())


def _half(text: str, today: date) -> Named | None:
    match = _HALF.search(text)
    if match is None:
        return None
    year = year_of(match[1], today)
    first = (date(year, 1, 1), date(year, 6, 30))
    return _until_today(match, today, *(first if match[2] == "上" else (date(year, 7, 1), date(year, 12, 31))))


def _quarter(text: str, today: date) -> Named | None:
    match = _QUARTER.search(text)
    if match is None:
        return None
    year = year_of(match[1], today)
    quarter = number(match[3]) if match[3] else (today.month + 2) // 3 - (match[2] == "上")
    if quarter == 0:
        year, quarter = year - 1, 4
    if not 1 <= quarter <= 4:
        return None
    return _until_today(match, today, date(year, 3 * quarter - 2, 1), _end(year, 3 * quarter))


def _week(text: str, today: date) -> Named | None:
    match = _WEEK.search(text)
    if match is None:
        return None
    weeks = {"上上": -2, "上": -1}.get(match[1], 0)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks)
    return _until_today(match, today, monday, monday + timedelta(days=6))


def _month(text: str, today: date) -> Named | None:
    for match in _MONTH.finditer(text):
        year = year_of(match[1], today)
        back = {"上上": 2, "上": 1}.get(match[2] or "", 0)
        first = _months_back(today.replace(day=1), back) if match[2] else None
        month = number(match[3]) if match[3] else 0
        if first is None and 1 <= month <= 12:
            # 11月 said in March is last year's.
            first = date(year - (match[1] is None and month > today.month), month, 1)
        if first is not None:
            return _until_today(match, today, first, _end(first.year, first.month))
    return None


def _year(text: str, today: date) -> Named | None:
    match = _YEAR.search(text)
    if match is None:
        return None
    year = int(match[1]) if match[1] else year_of(match[2], today)
    return _until_today(match, today, date(year, 1, 1), date(year, 12, 31))


def _until_today(match: re.Match[str], today: date, since: date, until: date) -> Named | None:
    """What has not happened yet is cut off; what lies wholly ahead is no period to look back on."""
    if since > today:
        return None
    return Named(Period(since=since, until=min(until, today)), *match.span())


def _months_back(day: date, months: int) -> date:
    at = day.year * 12 + day.month - 1 - months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
