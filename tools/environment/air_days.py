"""A period of days: how many were good, which was the worst, and the same days of the year before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tools.charts import Chart, Mark, Series
from tools.environment.air import named
from tools.environment.air_rules import FILE, GOOD, POLLUTANTS, AirRules, Judged, judge
from tools.environment.answers import AirDaysFound, DayOfAir, LevelDays
from tools.environment.days import area_days
from tools.environment.stations import area_of
from tools.feeds.errors import NoData
from tools.seam import CannotCompute, Period

if TYPE_CHECKING:
    from tools.environment.asked import AirDaysAsked
    from tools.feeds.citydata import CityData

_DAY = timedelta(days=1)
_MOST_DAYS = 1_100
_POLLUTED = 10
_YEAR_SHARE = 0.75
"""Last year's days stand beside these where as large a share of them is valid."""


class Day(NamedTuple):
    """A day that can be judged."""

    day: date
    judged: Judged
    aqi: int
    pm25: float | None


def air_days(asked: AirDaysAsked, data: CityData) -> AirDaysFound:
    """See ``environment.air_days``. Raises NoData, CannotCompute."""
    since, until = _span(asked, data)
    rules, area = data.settings(FILE, AirRules), area_of(asked.district, None, data)
    stations, length = [one.id for one in area.counted], (until - since).days + 1
    days = _judged(data, stations, since, until, 0, rules)
    if not days:
        raise NoData(f"no valid day {since} … {until}", code="no_valid_day", since=_told(since), until=_told(until))
    before = _judged(data, stations, _year_before(since), _year_before(until), 1, rules)
    before = before if len(before) >= _YEAR_SHARE * length else []
    share, share_before = _share(days), _share(before) if before else None
    change = None if share_before is None else round(share - share_before, 1)
    by_aqi = sorted(days, key=lambda one: (-one.aqi, one.day))
    counts = Counter(rules.level(one.aqi).name for one in days)
    return AirDaysFound(
        where=area.name,
        since=since,
        until=until,
        days=len(days),
        lacking=length - len(days),
        good=sum(one.aqi <= GOOD for one in days),
        share=share,
        share_before=share_before,
        higher=change if change is not None and change > 0 else None,
        lower=-change if change is not None and change < 0 else None,
        pm25=_mean([one.pm25 for one in days]),
        pm25_before=_mean([one.pm25 for one in before]),
        levels=[LevelDays(level=level.name, days=counts[level.name]) for level in rules.levels],
        worst=_shown(by_aqi[0], rules),
        best=_shown(by_aqi[-1], rules),
        polluted=[_shown(one, rules) for one in by_aqi if one.aqi > GOOD][:_POLLUTED],
        editions=list(dict.fromkeys(rules.edition(one.day).title for one in days)),
        chart=_chart(f"{area.name}{rules.chart_days}", rules.chart_mark, days, (since, until), data),
    )


def _span(asked: AirDaysAsked, data: CityData) -> tuple[date, date]:
    """Whole days up to yesterday. Raises CannotCompute where none of the period is over, or it is too long."""
    yesterday = data.today - _DAY
    last_year = Period(since=date(data.today.year - 1, 1, 1), until=date(data.today.year - 1, 12, 31))
    if asked.period is None or (asked.compared and asked.period == last_year):
        return date(yesterday.year, 1, 1), yesterday
    if asked.period.since > yesterday:
        raise CannotCompute(f"no day of {asked.period} is over", code="not_over", since=_told(asked.period.since))
    since, until = asked.period.since, min(asked.period.until, yesterday)
    if (until - since).days >= _MOST_DAYS:
        raise CannotCompute(f"more than {_MOST_DAYS} days", code="too_long", most=str(_MOST_DAYS // 365))
    return since, until


def _judged(
    data: CityData, stations: Sequence[str], since: date, until: date, years: int, rules: AirRules
) -> list[Day]:
    """The days that can be judged, each by the edition in force ``years`` after it.

    The year before is judged as this year is, else a new standard would look like a change of the air.
    """
    found = []
    for row in area_days(data, stations, since, until).iter_rows(named=True):
        day: date = row["day"]
        table = rules.edition(_year_after(day) if years else day).day
        judged = judge({name: row[name] for name in POLLUTANTS}, table)
        if judged.aqi is not None:
            found.append(Day(day, judged, judged.aqi, row["pm25"]))
    return found


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _year_after(day: date) -> date:
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def _share(days: Sequence[Day]) -> float:
    return round(100 * sum(one.aqi <= GOOD for one in days) / len(days), 1)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _shown(one: Day, rules: AirRules) -> DayOfAir:
    primary = named(one.judged.primary, rules)
    return DayOfAir(day=one.day, aqi=one.aqi, level=rules.level(one.aqi).name, primary=primary, pm25=one.pm25)


def _told(day: date) -> str:
    return f"{day:%Y-%m-%d}"


def _chart(title: str, mark: str, days: Sequence[Day], span: tuple[date, date], data: CityData) -> Chart | None:
    since, until = span
    if since == until:
        return None
    by_day: Mapping[date, int] = {one.day: one.aqi for one in days}
    every = [since + _DAY * step for step in range((until - since).days + 1)]
    return Chart(
        kind="line",
        title=title,
        times=tuple(datetime.combine(day, time(), data.now.tzinfo) for day in every),
        series=(Series(name="AQI", values=tuple(by_day.get(day) for day in every)),),
        marks=(Mark(kind="level", name=mark, value=GOOD),),
    )
