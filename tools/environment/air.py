"""The air of the last hour, and of the day before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tools.charts import Chart, Mark, Series
from tools.environment.air_rules import FILE, GOOD, POLLUTANTS, AirRules, Edition, Judged, Pollutant, judge
from tools.environment.answers import AirFound, StationAir
from tools.environment.data import AIR
from tools.environment.stations import Area, Station, area_of
from tools.feeds.errors import NoData

if TYPE_CHECKING:
    import polars as pl

    from tools.environment.asked import AirAsked
    from tools.feeds.citydata import CityData

Values = Mapping[Pollutant, float | None]
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)
_HOURS = 24
_NEAREST = 3
_SHOWN = 12


def air_now(asked: AirAsked, data: CityData) -> AirFound:
    """See ``environment.air``. Raises NoData, NotCurrent."""
    rules, area = data.settings(FILE, AirRules), area_of(asked.district, asked.place, data)
    rows = data.latest(AIR, {"station": [one.id for one in area.stations]})
    at: datetime = rows["at"].max()  # type: ignore[assignment]  # there are rows, each with its time
    edition, by_station = rules.edition((at - _SECOND).date()), _by_station(rows, at)
    heard = [one for one in area.stations if _heard(by_station.get(one.id))]
    speaking = _nearest(heard, by_station, edition) if area.near else [one for one in heard if one.counts]
    if not speaking:
        raise NoData(f"no station of {area.name} has values of {at:%Y-%m-%d %H:%M}", code="no_values", where=area.name)
    values = mean([by_station[one.id] for one in speaking])
    judged, past = judge(values, edition.hour), _past(data, speaking, at, edition)
    level = None if judged.aqi is None else rules.level(judged.aqi)
    shown = heard[:_NEAREST] if area.near else heard
    return AirFound(
        where=area.name,
        at=at,
        station=speaking[0].name if area.near else None,
        km=speaking[0].km if area.near else None,
        count=len(speaking),
        aqi=judged.aqi,
        level=level.name if level else None,
        colour=level.colour if level else None,
        primary=named(judged.primary, rules),
        advice=level.advice if level else None,
        sensitive=level.sensitive or None if level else None,
        **values,
        missing=named(judged.missing, rules),
        day_before=past[0].aqi if past[0] else None,
        stations=_stations(shown, by_station, area, rules, edition, data),
        edition=edition.title,
        chart=_chart(f"{area.name}{rules.chart}", rules.chart_mark, at, [*past[1:], judged]),
    )


def named(pollutants: Sequence[Pollutant], rules: AirRules) -> list[str]:
    """Pollutants by their names."""
    return [rules.names[one] for one in pollutants]


def mean(rows: Sequence[Values]) -> dict[Pollutant, float | None]:
    """The mean of each pollutant over the stations that have it."""
    found: dict[Pollutant, float | None] = {}
    for name in POLLUTANTS:
        known = [value for row in rows if (value := row.get(name)) is not None]
        found[name] = sum(known) / len(known) if known else None
    return found


def _by_station(rows: pl.DataFrame, at: datetime) -> dict[str, dict[Pollutant, float | None]]:
    """The values of one hour: a station that is an hour late is not mixed with the others."""
    return {
        row["station"]: {name: row[name] for name in POLLUTANTS}
        for row in rows.iter_rows(named=True)
        if row["at"] == at
    }


def _nearest(heard: Sequence[Station], by_station: Mapping[str, Values], edition: Edition) -> Sequence[Station]:
    """The nearest station with an index, of the few that lie nearest; where none has one, the nearest."""
    whole = [one for one in heard[:_NEAREST] if judge(by_station[one.id], edition.hour).aqi is not None]
    return whole[:1] or heard[:1]


def _heard(values: Values | None) -> bool:
    return values is not None and any(value is not None for value in values.values())


def _stations(
    heard: Sequence[Station],
    by_station: Mapping[str, Values],
    area: Area,
    rules: AirRules,
    edition: Edition,
    data: CityData,
) -> list[StationAir]:
    names = {one.id: one.name for one in data.pack.districts}
    found = []
    for one in heard:
        judged = judge(by_station[one.id], edition.hour)
        found.append(
            StationAir(
                station=one.name,
                district=names.get(one.district, one.district),
                km=one.km,
                aqi=judged.aqi,
                level=None if judged.aqi is None else rules.level(judged.aqi).name,
                primary=named(judged.primary, rules),
                pm25=by_station[one.id].get("pm25"),
            )
        )
    if area.near:
        return found
    return sorted(found, key=lambda one: (-(one.aqi if one.aqi is not None else -1), one.station))[:_SHOWN]


def _past(data: CityData, speaking: Sequence[Station], at: datetime, edition: Edition) -> list[Judged | None]:
    """The index of each of the 24 hours before ``at``, the earliest first; None where there is no row."""
    import polars as pl

    ids = [one.id for one in speaking]
    rows = data.between(AIR, at - _HOURS * _HOUR, at, {"station": ids})
    hourly = rows.group_by("at").agg(pl.col(name).mean() for name in POLLUTANTS)
    by_hour: dict[datetime, Values] = {
        row["at"]: {name: row[name] for name in POLLUTANTS} for row in hourly.iter_rows(named=True)
    }
    moments = [at - back * _HOUR for back in range(_HOURS, 0, -1)]
    return [judge(by_hour[one], edition.hour) if one in by_hour else None for one in moments]


def _chart(title: str, mark: str, at: datetime, hours: Sequence[Judged | None]) -> Chart | None:
    values = [None if one is None else one.aqi for one in hours]
    if all(value is None for value in values):
        return None
    return Chart(
        kind="line",
        title=title,
        times=tuple(at - back * _HOUR for back in range(len(values) - 1, -1, -1)),
        series=(Series(name="AQI", values=tuple(values)),),
        marks=(Mark(kind="level", name=mark, value=GOOD),),
    )
