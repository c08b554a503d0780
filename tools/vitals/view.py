"""Signs over some hours with what was usual for each: what every tool of the room looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from tools.feeds.citydata import CityData
from tools.seam.endings import CannotCompute, NoData, NotAllowed
from tools.seam.fields import Period
from tools.vitals.alarms import STANDING, Alarm, Judged, alarms, judge
from tools.vitals.catalogue import Catalogue, Colour, Sign
from tools.vitals.data import READ, VALUES, WEATHER
from tools.vitals.expected import HISTORY
from tools.vitals.reading import board_of, catalogue_of, hour_of
from tools.vitals.watch import Board

LOOK_BACK = 7 * 24
"""Hours judged before those asked, so that an alarm is seen from its begin."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MOST_SHARE = 100.0


class Current(NamedTuple):
    """The newest value of a sign, not older than its feed allows."""

    at: datetime
    value: float


class Span(NamedTuple):
    """Moments ``since`` to before ``until``."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class View:
    """A board judged from the place ``since`` on; what lies before has no usual value."""

    board: Board
    judged: Judged
    since: int
    found: tuple[Alarm, ...]
    begin: datetime

    def row(self, sign: Sign) -> int:
        """Where the sign stands on the board."""
        return self.board.signs.index(sign)

    def moment(self, place: int) -> datetime:
        """The hour at a place, aware."""
        return self.begin + place * _HOUR

    def place(self, moment: datetime) -> int:
        """The place of the full hour of a moment; it may lie outside the board."""
        return round((hour_of(moment) - self.begin) / _HOUR)

    def goes_on(self, alarm: Alarm) -> bool:
        """Whether there was evidence in the last hours that are known of the sign."""
        known = np.flatnonzero(~np.isnan(self.board.values[alarm.row]))
        return len(known) > 0 and alarm.last + STANDING >= int(known[-1])

    def value(self, row: int, place: int) -> float | None:
        """A value, None where it is unknown."""
        if not 0 <= place < self.board.count:
            return None
        return rounded(self.board.signs[row], float(self.board.values[row, place]))

    def usual(self, row: int, place: int) -> tuple[float | None, float | None, float | None]:
        """What was usual, and from what to what."""
        sign, judged = self.board.signs[row], self.judged
        low, high = float(judged.low[row, place]), float(judged.high[row, place])
        if sign.kind == "share":
            low, high = max(low, 0.0), min(high, _MOST_SHARE)
        return rounded(sign, float(judged.usual[row, place])), rounded(sign, low), rounded(sign, high)


def rounded(sign: Sign, value: float) -> float | None:
    """With the sign's decimals; None for NaN."""
    return None if np.isnan(value) else round(value, sign.digits)


def view_of(data: CityData, signs: Sequence[Sign], asked: Span) -> View:
    """These signs, judged from a week before ``asked`` on. Raises NoData where nothing is known."""
    last = hour_of(asked.until - _HOUR / 60)
    hours = round((last - hour_of(asked.since)) / _HOUR) + 1 + LOOK_BACK
    board = board_of(data, signs, last, HISTORY + hours)
    since = max(0, board.count - hours)
    judged = judge(board, since, board.count)
    begin = last - (board.count - 1) * _HOUR
    return View(board, judged, since, tuple(alarms(board, judged, since, board.count)), begin)


def whole_city(data: CityData) -> View:
    """Every sign of the season over the last two days, made once for a moment."""
    read = (VALUES, WEATHER) if data.has(WEATHER) else (VALUES,)
    signs = in_season(catalogue_of(data).signs, data.today)
    asked = Span(data.now - 2 * _DAY, data.now)
    return data.derived("vitals.whole_city", read, lambda: view_of(data, signs, asked))


def in_season(signs: Sequence[Sign], day: date) -> list[Sign]:
    """Signs that have values on a day."""
    return [sign for sign in signs if sign.season is None or sign.season.holds(day)]


def current(data: CityData, signs: Sequence[Sign]) -> dict[str, Current]:
    """The newest value of each sign that has a current one. Raises NotCurrent where none has, NoData."""
    rows = data.latest(VALUES, {"sign": [sign.id for sign in signs]})
    kept = rows.select("sign", "at", "value").drop_nulls()
    return {sign: Current(at, value) for sign, at, value in kept.iter_rows()}


def colours(signs: Sequence[Sign], now: Mapping[str, Current]) -> list[Colour | None]:
    """The colour of each sign now; None where it has no limits, or no current value."""
    return [sign.colour(now[sign.id].value) if sign.id in now else None for sign in signs]


def sign_of(data: CityData, said: str) -> Sign:
    """The sign that is meant, where the asker may be told of it. Raises NotAllowed, NoData, CannotCompute."""
    sign = catalogue_of(data).find(said, public_first=not data.may(READ))
    if not (sign.public or data.may(READ)):
        raise NotAllowed(f"{sign.id} is not public", code="not_public", sign=sign.name)
    return sign


def signs_of(data: CityData, group: str | None, district: str | None, days: Sequence[date]) -> list[Sign]:
    """Signs of a group and a district that have values on one of ``days``. Raises NoData where there are none."""
    catalogue = catalogue_of(data)
    named = catalogue.group(group) if group else None
    found = [
        sign
        for sign in catalogue.signs
        if any(in_season([sign], day) for day in days)
        and (named is None or sign.group == named)
        and (district is None or sign.district == district)
    ]
    if not found:
        where = scope(data, catalogue, group, district)
        raise NoData(f"no sign of {group!r} in {district!r} now", code="no_sign_there", where=where)
    return found


def scope(data: CityData, catalogue: Catalogue, group: str | None, district: str | None) -> str:
    """What was asked about, in words."""
    names = {one.id: one.name for one in data.pack.districts}
    area = names.get(district, district) if district else catalogue.word("city")
    return f"{area}{catalogue.group(group)}" if group else area


def owner(data: CityData, sign: Sign) -> str:
    """The name of the unit that answers for a sign."""
    unit = data.pack.unit(sign.owner)
    return unit.name if unit else sign.owner


def days_of(data: CityData, period: Period, most: int) -> Span:
    """The hours of a period up to now. Raises CannotCompute where it lies ahead or is too long."""
    zone = data.now.tzinfo
    since = datetime.combine(period.since, datetime.min.time(), zone)
    until = datetime.combine(period.until, datetime.min.time(), zone) + _DAY
    if since >= data.now:
        raise CannotCompute(f"{period.since} lies ahead", code="ahead", day=f"{period.since:%Y-%m-%d}")
    if (period.until - period.since).days >= most:
        raise CannotCompute(f"{period} is longer than {most} days", code="too_long", days=str(most))
    return Span(since, min(until, hour_of(data.now) + _HOUR))
