"""Rain measured in a period: by station, in the mean, and which of the city's marks it reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tools.emergencies.answers import LevelAt, Noticed, RainAt
from tools.emergencies.data import RAIN, WATER
from tools.emergencies.thresholds import Mark, Thresholds
from tools.emergencies.weather import last_hours, most_in
from tools.feeds.errors import NoData

if TYPE_CHECKING:
    import polars as pl

    from city.gazetteer import Spot
    from tools.feeds.citydata import CityData
    from tools.seam.fields import Period

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_NEAREST = 3
_EARTH_KM = 6_371.0


class Window(NamedTuple):
    """Rain rows of a window and its ends."""

    rows: pl.DataFrame
    since: datetime
    until: datetime

    @property
    def hours(self) -> int:
        """Whole hours between its ends."""
        return round((self.until - self.since) / timedelta(hours=1))


def window(data: CityData, period: Period | None, hours: int, stations: Sequence[str]) -> Window:
    """The rain of whole days, or of the last ``hours``. Raises NoData where no station has a row in it."""
    if period is None:
        rows = last_hours(data, hours, stations)
        until: datetime = rows["at"].max() if not rows.is_empty() else data.now  # type: ignore[assignment]
        since = until - timedelta(hours=hours)
    else:
        since = datetime.combine(period.since, time(), data.now.tzinfo)
        until = min(datetime.combine(period.until, time(), data.now.tzinfo) + _DAY, _hour(data.now))
        rows = data.between(RAIN, since + _SECOND, until + _SECOND, {"station": list(stations)})
    if rows.drop_nulls("mm").is_empty():
        raise NoData(f"no station measured rain between {since:%Y-%m-%d %H:%M} and {until:%Y-%m-%d %H:%M}")
    return Window(rows.drop_nulls("mm"), since, until)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def by_station(
    found: Window, stations: pl.DataFrame, districts: dict[str, str], near: Spot | None = None
) -> list[RainAt]:
    """Each station's rain, the wettest first. ``near``: a spot from which distances are told."""
    import polars as pl

    sums = (
        found.rows.sort("mm", descending=True, maintain_order=True)
        .group_by("station", maintain_order=True)
        .agg(
            pl.col("mm").sum().alias("total"),
            pl.len().alias("hours"),
            pl.col("mm").first().alias("most"),
            pl.col("at").first().alias("most_at"),
        )
        .join(stations, left_on="station", right_on="id")
        .sort("total", "station", descending=[True, False])
    )
    return [
        RainAt(
            station=row["name"],
            district=districts.get(row["district"], row["district"]),
            total=round(row["total"], 1),
            hours=row["hours"],
            most=row["most"],
            most_at=row["most_at"] if row["most"] > 0 else None,
            km=_km(near, row["lat"], row["lon"]),
        )
        for row in sums.iter_rows(named=True)
    ]


def nearest(stations: pl.DataFrame, latitude: float, longitude: float) -> pl.DataFrame:
    """The stations nearest to a point."""
    import polars as pl

    far = [_far(latitude, longitude, row["lat"], row["lon"]) for row in stations.iter_rows(named=True)]
    return stations.with_columns(pl.Series("km", far)).sort("km", "id").head(_NEAREST).drop("km")


def marks_reached(found: Window, stations: pl.DataFrame, thresholds: Thresholds) -> list[Noticed]:
    """The highest mark of each length of time that a station reached, with the station that had most."""
    highest: dict[int, Noticed] = {}
    for mark in sorted(thresholds.rain, key=lambda one: one.value):
        noticed = _reached(mark, found, stations)
        if noticed:
            highest[mark.hours] = noticed
    return list(highest.values())


def _reached(mark: Mark, found: Window, stations: pl.DataFrame) -> Noticed | None:
    best = ("", 0.0)
    for (station,), rows in found.rows.group_by("station"):
        most = most_in(rows, mark.hours) or 0.0
        best = max(best, (str(station), most), key=lambda one: (one[1], one[0]))
    if best[1] < mark.value:
        return None
    names = dict(zip(stations["id"], stations["name"], strict=True))
    return Noticed(
        name=mark.name,
        value=mark.value,
        measured=best[1],
        station=names.get(best[0], best[0]),
        article=f"{mark.document}#{mark.article}",
    )


def levels(data: CityData, thresholds: Thresholds) -> list[LevelAt]:
    """Every gauge's water level now, with the mark it reached and the next one. Raises NotCurrent, NoData."""
    newest = {row["gauge"]: row for row in data.latest(WATER).iter_rows(named=True)}
    found = []
    for id, gauge in thresholds.gauges.items():
        row = newest.get(id)
        if row is None or row["metres"] is None:
            continue
        metres = float(row["metres"])
        change = _change(data, id, metres, row["at"])
        above = [mark for mark in gauge.marks if mark.value > metres]
        reached = [mark for mark in gauge.marks if mark.value <= metres]
        found.append(
            LevelAt(
                gauge=gauge.title,
                at=row["at"],
                metres=metres,
                rise=change if change is not None and change > 0 else None,
                fall=-change if change is not None and change < 0 else None,
                reached=reached[-1].name if reached else None,
                next_mark=above[0].name if above else None,
                mark_at=above[0].value if above else None,
                below=round(above[0].value - metres, 2) if above else None,
            )
        )
    return found


def _change(data: CityData, gauge: str, metres: float, at: datetime) -> float | None:
    before = data.between(WATER, at - _DAY, at - _DAY + _SECOND, {"gauge": gauge}).drop_nulls("metres")
    return None if before.is_empty() else round(metres - float(before["metres"][0]), 2)


def _km(near: Spot | None, latitude: float, longitude: float) -> float | None:
    if near is None or near.latitude is None or near.longitude is None:
        return None
    return _far(near.latitude, near.longitude, latitude, longitude)


def _far(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance in km (haversine)."""
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return round(2 * _EARTH_KM * math.asin(math.sqrt(half)), 1)
