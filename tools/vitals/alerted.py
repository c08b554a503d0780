"""What is beyond its limit and what was unusual: now with the last day, or over some days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np

from tools.charts import Chart
from tools.feeds.citydata import CityData
from tools.vitals import answers as a
from tools.vitals.alarms import Alarm, together
from tools.vitals.catalogue import Catalogue, Sign
from tools.vitals.drawing import hourly
from tools.vitals.reading import catalogue_of
from tools.vitals.view import Current, Span, View, current, days_of, owner, scope, signs_of, view_of, whole_city

_DAY = timedelta(days=1)
_MOST_DAYS = 62
_MOST_CHART_HOURS = 24 * 14
_CHART_HOURS = 48
MOST = 30
"""Rows of a list."""


def watched(asked: a.Watched, data: CityData) -> a.AlarmsFound:
    """See ``tools.alarms``."""
    catalogue = catalogue_of(data)
    days = (asked.period.since, asked.period.until) if asked.period else (data.today,)
    signs = signs_of(data, asked.group, asked.district, days)
    span = days_of(data, asked.period, _MOST_DAYS) if asked.period else Span(data.now - _DAY, data.now)
    view = whole_city(data) if asked.period is None else view_of(data, signs, span)
    begin, end = max(view.place(span.since), 0), min(view.place(span.until) + (asked.period is None), view.board.count)
    found = alarms_between(view, signs, begin, end)
    if asked.period is None:
        now = current(data, signs)
        limits, stale = limits_now(data, view, now, signs), stale_of(data, view, now, signs)
    else:
        limits, stale = _limits_over(data, view, signs, begin, end), []
    red = sum(one.colour == catalogue.word("red") for one in limits)
    return a.AlarmsFound(
        where=scope(data, catalogue, asked.group, asked.district),
        since=view.moment(begin),
        until=view.moment(end - 1) if asked.period else data.now,
        now=asked.period is None,
        watched=len(signs),
        red=red,
        yellow=len(limits) - red,
        count=len(found),
        limits=limits[:MOST],
        alarms=[alarm_seen(data, view, alarm) for alarm in found[:MOST]],
        causes=causes(view, found, catalogue),
        stale=stale,
        chart=_chart(view, limits, found, begin, end, catalogue),
    )


def alarms_between(view: View, signs: Sequence[Sign], begin: int, end: int) -> list[Alarm]:
    """Alarms of these signs with an hour in ``begin`` … ``end``; what goes on comes first, then the strongest."""
    wanted = {sign.id for sign in signs}
    found = [
        alarm
        for alarm in view.found
        if alarm.begin < end and alarm.last >= begin and view.board.signs[alarm.row].id in wanted
    ]
    return sorted(found, key=lambda alarm: (not view.goes_on(alarm), -alarm.score, alarm.row))


def alarm_seen(data: CityData, view: View, alarm: Alarm) -> a.AlarmSeen:
    """An alarm as it is told."""
    sign, catalogue = view.board.signs[alarm.row], catalogue_of(data)
    usual, low, high = view.usual(alarm.row, alarm.peak)
    side = None if alarm.kind in ("stuck", "shape") else "high" if alarm.side > 0 else "low"
    return a.AlarmSeen(
        sign=sign.name,
        group=sign.group,
        owner=owner(data, sign),
        kind=catalogue.word(alarm.kind),
        side=catalogue.word(side) if side else None,
        begin=view.moment(alarm.begin),
        last=view.moment(alarm.last),
        ongoing=view.goes_on(alarm),
        peak=view.moment(alarm.peak),
        value=round(alarm.value, sign.digits),
        usual=usual,
        low=low,
        high=high,
        unit=sign.unit,
        strength=round(alarm.score, 1),
    )


def causes(view: View, found: Sequence[Alarm], catalogue: Catalogue) -> list[a.CauseSeen]:
    """What alarms of the whole board have in common, where one of ``found`` is among them."""
    every = list(view.found)
    groups = [group for group in together(view.board, every, catalogue.causes) if set(group.alarms) & set(found)]
    return [
        a.CauseSeen(
            name=group.cause.name,
            signs=[view.board.signs[alarm.row].name for alarm in group.alarms],
            count=len(group.alarms),
            of=len(group.cause.signs),
        )
        for group in groups
    ]


def limits_now(data: CityData, view: View, now: Mapping[str, Current], signs: Sequence[Sign]) -> list[a.LimitSeen]:
    """Signs beyond a limit now, red ones first, and for how many hours without a green one."""
    found = []
    for sign in signs:
        newest = now.get(sign.id)
        colour = sign.colour(newest.value) if newest else None
        if newest and colour in ("yellow", "red"):
            off = _off(view, sign, 0, view.place(newest.at) + 1)
            green = np.flatnonzero(~off & ~np.isnan(view.board.values[view.row(sign), : len(off)]))
            hours = len(off) - 1 - int(green[-1]) if len(green) else len(off)
            found.append((sign, newest, max(hours, 1)))
    return _sorted([_limit_seen(data, *one) for one in found], catalogue_of(data))


def stale_of(data: CityData, view: View, now: Mapping[str, Current], signs: Sequence[Sign]) -> list[a.StaleSeen]:
    """Signs without a current value, with the hour of the last one that is known."""
    found = []
    for sign in signs:
        if sign.id not in now:
            known = np.flatnonzero(~np.isnan(view.board.values[view.row(sign)]))
            last = view.moment(int(known[-1])) if len(known) else None
            found.append(a.StaleSeen(sign=sign.name, group=sign.group, owner=owner(data, sign), last=last))
    return found


def _limits_over(data: CityData, view: View, signs: Sequence[Sign], begin: int, end: int) -> list[a.LimitSeen]:
    """Signs that were beyond a limit in an hour: the worst of them, and how many there were."""
    found = []
    for sign in signs:
        off = np.flatnonzero(_off(view, sign, begin, end)) + begin
        if len(off):
            line = view.board.values[view.row(sign), off]
            worst = int(off[np.argmax(line) if sign.direction == "above" else np.argmin(line)])
            value = Current(view.moment(worst), float(view.board.values[view.row(sign), worst]))
            found.append(_limit_seen(data, sign, value, len(off)))
    return _sorted(found, catalogue_of(data))


def _off(view: View, sign: Sign, begin: int, end: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which hours are yellow or red; unknown hours are not."""
    line = view.board.values[view.row(sign), begin:end]
    if sign.yellow is None:
        return np.zeros(len(line), bool)
    off: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        line >= sign.yellow if sign.direction == "above" else line <= sign.yellow
    )
    return off


def _limit_seen(data: CityData, sign: Sign, value: Current, hours: int) -> a.LimitSeen:
    colour = sign.colour(value.value) or "green"
    limit = sign.red if colour == "red" else sign.yellow
    return a.LimitSeen(
        sign=sign.name,
        group=sign.group,
        owner=owner(data, sign),
        colour=catalogue_of(data).word(colour),
        value=round(value.value, sign.digits),
        unit=sign.unit,
        limit=limit or 0.0,
        at=value.at,
        hours=hours,
    )


def _sorted(found: list[a.LimitSeen], catalogue: Catalogue) -> list[a.LimitSeen]:
    return sorted(found, key=lambda one: (one.colour != catalogue.word("red"), -one.hours))


def _chart(
    view: View, limits: Sequence[a.LimitSeen], found: Sequence[Alarm], begin: int, end: int, catalogue: Catalogue
) -> Chart | None:
    """The strongest alarm, else the first sign beyond its limit; none for a period too long to be seen by hours."""
    if end - begin > _MOST_CHART_HOURS:
        return None
    signs = charted(view, limits, found)
    return hourly(view, signs[0], min(begin, end - _CHART_HOURS), end, catalogue) if signs else None


def charted(view: View, limits: Sequence[a.LimitSeen], found: Sequence[Alarm]) -> list[Sign]:
    """Signs worth a chart, the most striking first: alarms by strength, then signs beyond a limit."""
    by_name = {sign.name: sign for sign in view.board.signs}
    alarmed = [view.board.signs[alarm.row] for alarm in sorted(found, key=lambda alarm: -alarm.score)]
    return list(dict.fromkeys([*alarmed, *(by_name[one.sign] for one in limits)]))
