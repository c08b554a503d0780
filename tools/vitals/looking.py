"""One sign: now beside what is usual, and over some days beside the days before and the year before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from tools.charts import Chart
from tools.feeds.citydata import CityData
from tools.feeds.world import Floats
from tools.seam.endings import CannotCompute, NoData
from tools.seam.fields import Period
from tools.vitals import answers as a
from tools.vitals.catalogue import Catalogue, Sign
from tools.vitals.data import READ
from tools.vitals.drawing import daily, hourly, mean
from tools.vitals.reading import board_of, catalogue_of, hour_of
from tools.vitals.view import Span, View, current, days_of, in_season, owner, sign_of, view_of

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_CHART_HOURS = 48
_MOST_DAYS = 366
_JUDGED_DAYS = 92
_HOURLY_DAYS = 14
_USUAL_DAYS = 30
_YEAR = timedelta(days=364)
"""A year back on the same weekday."""
_LEAST_KNOWN = 0.5
_FEW = 30
"""A count below this changes by many per cent by chance."""
_SAME = 2.0
"""Per cent within which a mean is told as the same."""


def now(asked: a.OneSign, data: CityData) -> a.SignFound:
    """See ``tools.sign``."""
    sign, catalogue = sign_of(data, asked.sign), catalogue_of(data)
    if not in_season([sign], data.today):
        raise out_of_season(sign)
    newest = current(data, [sign]).get(sign.id)
    if newest is None:
        raise NoData(f"the newest row of {sign.id} has no value", code="no_values", sign=sign.name)
    view = _allowed(data, view_of(data, [sign], Span(newest.at - 2 * _DAY, newest.at + _HOUR)))
    last = view.place(newest.at)
    usual, low, high = view.usual(0, last)
    standing = next((one for one in reversed(view.found) if view.goes_on(one)), None)
    colour = sign.colour(newest.value)
    return a.SignFound(
        sign=sign.name,
        owner=owner(data, sign),
        at=newest.at,
        value=round(newest.value, sign.digits),
        unit=sign.unit,
        usual=usual,
        low=low,
        high=high,
        yesterday=view.value(0, last - 24),
        last_week=view.value(0, last - 168),
        colour=catalogue.word(colour) if colour else None,
        yellow=sign.yellow,
        red=sign.red,
        above=sign.direction == "above",
        unusual=catalogue.word(standing.kind) if standing else None,
        unusual_since=view.moment(standing.begin) if standing else None,
        chart=hourly(view, sign, last + 1 - _CHART_HOURS, last + 1, catalogue),
    )


def over(asked: a.OneSignOver, data: CityData) -> a.TrendFound:
    """See ``tools.trend``."""
    sign, catalogue = sign_of(data, asked.sign), catalogue_of(data)
    period = asked.period or Period(since=data.today - (_USUAL_DAYS - 1) * _DAY, until=data.today)
    hours = days_of(data, period, _MOST_DAYS)
    count = (period.until - period.since).days + 1
    if not any(in_season([sign], period.since + at * _DAY) for at in range(count)):
        raise out_of_season(sign)
    view = _allowed(data, _seen(data, sign, hours))
    begin, end = view.place(hours.since), min(view.place(hours.until), view.board.count)
    asked_for, begin = end - begin, max(begin, 0)
    line = view.board.values[0, begin:end]
    known = float(np.sum(~np.isnan(line))) / max(asked_for, 1)
    if known < _LEAST_KNOWN:
        raise CannotCompute(f"{known:.0%} of {sign.id} known", code="few_values", sign=sign.name)
    whole = float(np.nanmean(line))
    before, year = _mean_of(data, sign, hours, count * _DAY), _mean_of(data, sign, hours, _YEAR)
    least, most = int(np.nanargmin(line)), int(np.nanargmax(line))
    judged = begin >= view.since
    counted = judged and data.may(READ)
    usual = mean(np.where(np.isnan(line), np.nan, view.judged.usual[0, begin:end])) if judged else None
    unusual = sum(alarm.begin < end and alarm.last >= begin for alarm in view.found) if counted else None
    return a.TrendFound(
        sign=sign.name,
        owner=owner(data, sign),
        unit=sign.unit,
        since=period.since,
        until=min(period.until, data.today),
        mean=round(whole, sign.digits),
        least=round(float(line[least]), sign.digits),
        least_at=view.moment(begin + least),
        most=round(float(line[most]), sign.digits),
        most_at=view.moment(begin + most),
        usual=_told(usual, sign),
        before=_told(before, sign),
        change=share(whole, before, sign),
        direction=None if before is None else catalogue.word(_direction(whole, before)),
        last_year=_told(year, sign),
        change_year=share(whole, year, sign),
        known=round(known * 100, 1),
        unusual=unusual,
        chart=_chart(view, sign, hours, (begin, end), catalogue),
    )


def out_of_season(sign: Sign) -> NoData:
    """For a sign that has no values in this part of the year."""
    ends = {"since": sign.season.from_, "until": sign.season.to} if sign.season else {}
    fields = {"sign": sign.name}
    for name, month_day in ends.items():
        month, day = month_day.split("-")
        fields |= {f"{name}_month": str(int(month)), f"{name}_day": str(int(day))}
    return NoData(f"{sign.id} has no values now", code="out_of_season", **fields)


def share(value: float, before: float | None, sign: Sign) -> float | None:
    """Change in per cent; None where it would mislead: of shares, of small counts, of nothing."""
    few = sign.kind == "count" and before is not None and before < _FEW
    if before is None or before == 0 or sign.kind == "share" or few:
        return None
    return round((value - before) / abs(before) * 100, 1)


def _direction(value: float, before: float) -> str:
    if abs(value - before) <= abs(before) * _SAME / 100:
        return "level"
    return "up" if value > before else "down"


def _told(value: float | None, sign: Sign) -> float | None:
    return None if value is None else round(value, sign.digits)


def _allowed(data: CityData, view: View) -> View:
    """For citizens without alarms: some are false, and people of the unit look at them first."""
    return view if data.may(READ) else replace(view, found=())


def _seen(data: CityData, sign: Sign, hours: Span) -> View:
    """The days asked; the whole year is not judged, for a reply must come in seconds."""
    if hours.until - hours.since <= _JUDGED_DAYS * _DAY:
        return view_of(data, [sign], hours)
    return view_of(data, [sign], Span(hours.until - _JUDGED_DAYS * _DAY, hours.until))


def _mean_of(data: CityData, sign: Sign, hours: Span, back: timedelta) -> float | None:
    """The mean of the same hours so long ago; None where less than half of them are known."""
    until = hours.until - back
    count = round((hours.until - hours.since) / _HOUR)
    try:
        line = board_of(data, [sign], hour_of(until - _HOUR / 60), count).values[0]
    except NoData:
        return None
    return mean(line) if np.mean(~np.isnan(line)) * len(line) >= _LEAST_KNOWN * count else None


def _chart(view: View, sign: Sign, hours: Span, places: tuple[int, int], catalogue: Catalogue) -> Chart:
    begin, end = places
    if end - begin <= _HOURLY_DAYS * 24:
        return hourly(view, sign, begin, end, catalogue)
    days: list[datetime] = []
    means: list[float | None] = []
    values: Floats = view.board.values[0]
    for place in range(begin, end, 24):
        days.append(hours.since + len(days) * _DAY)
        means.append(mean(values[place : min(place + 24, end)]))
    return daily(sign, days, means, catalogue)
