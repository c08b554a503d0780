"""Rows of the feeds as a board: signs × hours of the clock, with what drives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from city.errors import BadInput
from tools.feeds.citydata import CityData
from tools.feeds.errors import NoData
from tools.feeds.world import Floats
from tools.vitals.catalogue import FILE, Catalogue, Sign
from tools.vitals.data import VALUES, WEATHER
from tools.vitals.expected import HISTORY, Circumstances
from tools.vitals.spells import long_holidays
from tools.vitals.watch import Board
from tools.workorders.calendar import FILE as CALENDAR
from tools.workorders.calendar import WorkCalendar

if TYPE_CHECKING:
    import polars as pl

_HOUR = timedelta(hours=1)
_WEEKEND = 5
_MILD = 15.0
"""Degrees at which nothing is heated or cooled: stands where no weather is known."""
_LONGEST_SPELL = 10
_BRIDGED = 6
"""Hours without weather that are bridged by the last that is known."""


def catalogue_of(data: CityData) -> Catalogue:
    """The city's signs."""
    return data.settings(FILE, Catalogue)


def hour_of(moment: datetime) -> datetime:
    """The full hour that has begun."""
    return moment.replace(minute=0, second=0, microsecond=0)


def board_of(data: CityData, signs: Sequence[Sign], until: datetime, hours: int = HISTORY + 24 * 14) -> Board:
    """The last ``hours`` up to and including the full hour ``until``. Raises NoData where nothing is known."""
    end = hour_of(until) + _HOUR
    begin = end - hours * _HOUR
    rows = data.between(VALUES, begin, end, {"sign": [sign.id for sign in signs]})
    if rows.is_empty():
        raise NoData(f"no values of {[sign.id for sign in signs][:3]} from {begin} to {end}", code="no_values")
    first = rows["at"].min()
    begin = max(begin, first) if isinstance(first, datetime) else begin
    clock = _clock(begin, end)
    return Board(tuple(signs), _matrix(rows, signs, clock), circumstances(data, clock, begin, end))


def circumstances(data: CityData, clock: NDArray[np.datetime64], begin: datetime, end: datetime) -> Circumstances:
    """Free days and weather of the hours of ``clock``."""
    days = np.unique(clock.astype("datetime64[D]"))
    padded = np.arange(days[0] - _LONGEST_SPELL, days[-1] + _LONGEST_SPELL + 1)
    free = free_days(data, padded.tolist())
    of = (clock.astype("datetime64[D]") - padded[0]).astype(int)
    temperature, rain = _weather(data, clock, begin, end)
    return Circumstances(clock, free[of], long_holidays(free)[of], temperature, rain)


def free_days(data: CityData, days: Sequence[date]) -> NDArray[np.bool_]:
    """Which of ``days`` are free, by the city's work calendar; weekends in years nobody has published yet."""
    try:
        calendar = data.settings(CALENDAR, WorkCalendar)
    except NoData:
        calendar = WorkCalendar()
    return np.array([not _is_worked(calendar, day) for day in days])


def _is_worked(calendar: WorkCalendar, day: date) -> bool:
    try:
        return calendar.is_workday(day)
    except BadInput:
        return day.weekday() < _WEEKEND


def _clock(begin: datetime, end: datetime) -> NDArray[np.datetime64]:
    """Every full hour from ``begin`` to before ``end``, naive city time."""
    since, until = (np.datetime64(moment.replace(tzinfo=None), "h") for moment in (begin, end))
    return np.arange(since, until).astype("datetime64[s]")


def _places(rows: pl.DataFrame, clock: NDArray[np.datetime64]) -> NDArray[np.int64]:
    naive = rows["at"].dt.replace_time_zone(None).to_numpy().astype("datetime64[s]")
    places: NDArray[np.int64] = (naive - clock[0]).astype("timedelta64[h]").astype(np.int64)
    return places


def _matrix(rows: pl.DataFrame, signs: Sequence[Sign], clock: NDArray[np.datetime64]) -> Floats:
    order = {sign.id: row for row, sign in enumerate(signs)}
    at = _places(rows, clock)
    of = rows["sign"].replace_strict(order, default=-1).to_numpy().astype(np.int64)
    fits = (at >= 0) & (at < len(clock)) & (of >= 0)
    values = np.full((len(signs), len(clock)), np.nan)
    values[of[fits], at[fits]] = rows["value"].cast(float).fill_null(float("nan")).to_numpy()[fits]
    return values


def _weather(data: CityData, clock: NDArray[np.datetime64], begin: datetime, end: datetime) -> tuple[Floats, Floats]:
    found = np.full((2, len(clock)), np.nan)
    if data.has(WEATHER):
        rows = data.between(WEATHER, begin, end)
        at = _places(rows, clock)
        fits = (at >= 0) & (at < len(clock))
        for place, name in enumerate(("temperature", "rain")):
            found[place, at[fits]] = rows[name].fill_null(float("nan")).to_numpy()[fits]
    temperature, rain = _carried(found[0]), found[1]
    return np.where(np.isnan(temperature), _MILD, temperature), np.nan_to_num(rain)


def _carried(line: Floats) -> Floats:
    """The last known value for some hours on."""
    last = np.maximum.accumulate(np.where(np.isnan(line), -1, np.arange(len(line))))
    near = (last >= 0) & (np.arange(len(line)) - last <= _BRIDGED)
    return np.where(near, line[np.maximum(last, 0)], np.nan)
