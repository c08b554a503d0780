"""The draft of the morning briefing: the state now, the last day, and what is otherwise than a day before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from tools.feeds.citydata import CityData
from tools.vitals import answers as a
from tools.vitals.alarms import Alarm
from tools.vitals.alerted import alarm_seen, alarms_between, causes, charted, limits_now, stale_of
from tools.vitals.catalogue import Catalogue, Colour, Sign
from tools.vitals.drawing import hourly
from tools.vitals.looking import share
from tools.vitals.reading import catalogue_of
from tools.vitals.view import Current, View, current, whole_city

_DAY = timedelta(days=1)
_HOURS = 24
_CHARTS = 4
_CHART_HOURS = 48
_LINES = 6
_RANK: dict[Colour | None, int] = {None: 0, "green": 0, "yellow": 1, "red": 2}


class _Today(NamedTuple):
    """What the sections are made of."""

    catalogue: Catalogue
    view: View
    now: Mapping[str, Current]
    alarms: list[Alarm]


def briefing(data: CityData) -> a.BriefingFound:
    """See ``tools.briefing``. Raises NotCurrent where no sign has a current value."""
    catalogue, view = catalogue_of(data), whole_city(data)
    signs, count = view.board.signs, view.board.count
    now = current(data, signs)
    found = alarms_between(view, signs, count - _HOURS, count)
    today = _Today(catalogue, view, now, found)
    limits = limits_now(data, view, now, signs)
    turned = [one for sign in signs if (one := _turned(today, sign))]
    was = [_yesterday(today, sign) for sign in signs]
    charts = [hourly(view, sign, count - _CHART_HOURS, count, catalogue) for sign in charted(view, limits, found)]
    red = sum(one.colour == catalogue.word("red") for one in limits)
    return a.BriefingFound(
        city=data.pack.city.name,
        at=data.now,
        since=data.now - _DAY,
        signs=len(signs),
        current=len(now),
        red=red,
        yellow=len(limits) - red,
        red_yesterday=was.count("red"),
        yellow_yesterday=was.count("yellow"),
        unusual=len(found),
        ongoing=sum(view.goes_on(alarm) for alarm in found),
        unusual_before=len(alarms_between(view, signs, count - 2 * _HOURS, count - _HOURS)),
        limits=limits,
        alarms=[alarm_seen(data, view, alarm) for alarm in found],
        worse=[one for rank, one in turned if rank > 0],
        better=[one for rank, one in turned if rank < 0],
        causes=causes(view, found, catalogue),
        stale=stale_of(data, view, now, signs),
        sections=[_section(today, group) for group in catalogue.groups if any(s.group == group for s in signs)],
        chart=charts[0] if charts else None,
        charts=charts[1:_CHARTS],
    )


def _place(today: _Today, sign: Sign) -> int:
    """The place of the newest value, of a stale sign the last hour."""
    newest = today.now.get(sign.id)
    return today.view.place(newest.at) if newest else today.view.board.count - 1


def _before(today: _Today, sign: Sign) -> float | None:
    """The value a day before the newest one."""
    return today.view.value(today.view.row(sign), _place(today, sign) - _HOURS)


def _yesterday(today: _Today, sign: Sign) -> Colour | None:
    before = _before(today, sign)
    return None if before is None else sign.colour(before)


def _turned(today: _Today, sign: Sign) -> tuple[int, a.Turned] | None:
    """A sign of another colour than a day before: positive where it is worse; None where it is not."""
    newest, before = today.now.get(sign.id), _before(today, sign)
    colour = sign.colour(newest.value) if newest else None
    was = sign.colour(before) if before is not None else None
    if newest is None or before is None or colour is None or was is None or colour == was:
        return None
    told = a.Turned(
        sign=sign.name,
        group=sign.group,
        colour=today.catalogue.word(colour),
        was=today.catalogue.word(was),
        value=round(newest.value, sign.digits),
        yesterday=before,
        unit=sign.unit,
    )
    return _RANK[colour] - _RANK[was], told


def _section(today: _Today, group: str) -> a.Section:
    signs = [sign for sign in today.view.board.signs if sign.group == group]
    shades = [sign.colour(today.now[sign.id].value) for sign in signs if sign.id in today.now]
    alarmed = [today.view.board.signs[alarm.row] for alarm in today.alarms]
    return a.Section(
        group=group,
        signs=len(signs),
        current=len(shades),
        red=shades.count("red"),
        yellow=shades.count("yellow"),
        unusual=sum(sign.group == group for sign in alarmed),
        lines=[_line(today, sign) for sign in _chosen(today, signs, alarmed)],
    )


def _chosen(today: _Today, signs: Sequence[Sign], alarmed: Sequence[Sign]) -> list[Sign]:
    """The group's first sign, then the gravest; only those with a current value."""

    def grave(sign: Sign) -> int:
        return _RANK[sign.colour(today.now[sign.id].value)] * 2 + (sign in alarmed)

    known = [sign for sign in signs if sign.id in today.now]
    striking = sorted((sign for sign in known if grave(sign)), key=lambda sign: -grave(sign))
    return list(dict.fromkeys([*known[:1], *striking]))[:_LINES]


def _line(today: _Today, sign: Sign) -> a.BriefingLine:
    newest, before = today.now[sign.id], _before(today, sign)
    row = today.view.row(sign)
    kind = next((alarm.kind for alarm in today.alarms if alarm.row == row), None)
    colour = sign.colour(newest.value)
    return a.BriefingLine(
        sign=sign.name,
        value=round(newest.value, sign.digits),
        unit=sign.unit,
        at=newest.at,
        colour=today.catalogue.word(colour) if colour else None,
        yesterday=before,
        change=share(newest.value, before, sign),
        usual=today.view.usual(row, _place(today, sign))[0],
        unusual=today.catalogue.word(kind) if kind else None,
    )
