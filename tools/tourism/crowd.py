"""How full sights are: now, and usually at an hour of a day of that kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from tools.feeds.errors import NoData
from tools.tourism.data import HOURLY, INSIDE
from tools.tourism.opening import is_free_day, is_public_holiday

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData
    from tools.tourism.rules import CrowdRules

Level = Literal["calm", "moderate", "busy", "full"]
DayKind = Literal["working", "weekend", "holiday"]
_YEAR = timedelta(days=400)
_FEWEST = 2


class Now(NamedTuple):
    """People inside, and when they were counted."""

    inside: int
    at: datetime


@dataclass(frozen=True)
class Usual:
    """Median of people inside by sight and hour, over days of one kind; ``days``: how many days it rests on."""

    by_hour: Mapping[tuple[str, int], float]
    days: int

    def at(self, sight: str, hour: int) -> float | None:
        """Median of people inside in that hour; None where nothing is known."""
        return self.by_hour.get((sight, hour))


NOTHING_USUAL = Usual({}, 0)


def level(share: float, rules: CrowdRules) -> Level:
    """The word for a share of the capacity."""
    if share >= rules.full:
        return "full"
    if share >= rules.busy:
        return "busy"
    return "moderate" if share >= rules.calm else "calm"


def kind_of(day: date) -> DayKind:
    """Working day, weekend or public holiday."""
    if is_public_holiday(day):
        return "holiday"
    return "weekend" if is_free_day(day) else "working"


def now_inside(data: CityData, sights: list[str] | None = None) -> dict[str, Now]:
    """People inside now. Raises NotCurrent, NoData."""
    rows = data.latest(INSIDE, {"sight": sights} if sights is not None else None)
    return {row["sight"]: Now(row["inside"], row["at"]) for row in rows.iter_rows(named=True)}


def usually(data: CityData, day: date, weeks: int, sights: list[str] | None = None) -> Usual:
    """What is usual on a day like ``day``: the last ``weeks``, for a holiday the holidays of the last 400 days.

    A holiday without past holidays is taken as a weekend. Nothing is known where the city keeps no hourly counts.
    """
    kind = kind_of(day)
    try:
        if kind == "holiday":
            found = _medians(data, kind, _YEAR, sights)
            if found.days >= _FEWEST:
                return found
            kind = "weekend"
        return _medians(data, kind, timedelta(weeks=weeks), sights)
    except NoData:
        return NOTHING_USUAL


def _medians(data: CityData, kind: DayKind, back: timedelta, sights: list[str] | None) -> Usual:
    import polars as pl

    where = {"sight": sights} if sights is not None else None
    rows = data.between(HOURLY, data.now - back, data.now, where, ("sight", "at", "inside"))
    if rows.is_empty():
        return NOTHING_USUAL
    rows = rows.with_columns(day=pl.col("at").dt.date(), hour=pl.col("at").dt.hour().cast(pl.Int64))
    fitting = [day for day in rows["day"].unique().to_list() if kind_of(day) == kind and day != data.today]
    rows = rows.filter(pl.col("day").is_in(fitting))
    middle = rows.group_by("sight", "hour").agg(pl.col("inside").median())
    by_hour = {(row["sight"], row["hour"]): float(row["inside"]) for row in middle.iter_rows(named=True)}
    return Usual(by_hour, len(fitting))
