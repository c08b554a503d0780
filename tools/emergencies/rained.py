"""Rain where it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.emergencies.answers import RainFound
from tools.emergencies.asked import RainAsked
from tools.emergencies.data import STATIONS
from tools.emergencies.rain import by_station, marks_reached, nearest, window
from tools.emergencies.thresholds import FILE, Thresholds
from tools.feeds.errors import NoData

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

SHOWN = 12


def rained(asked: RainAsked, data: CityData) -> RainFound:
    """See ``tools.rain``. A place is answered by the stations nearest to it, a district by its own."""
    import polars as pl

    stations = data.table(STATIONS)
    names = {district.id: district.name for district in data.pack.districts}
    spot = data.spot(asked.place) if asked.place else None
    if spot is not None and spot.latitude is not None and spot.longitude is not None and spot.kind != "district":
        chosen, where = nearest(stations, spot.latitude, spot.longitude), spot.name
    elif (spot and spot.district) or asked.district:
        district = spot.district if spot else str(asked.district)
        chosen, where = stations.filter(pl.col("district") == district), names.get(district, district)
    else:
        chosen, where = stations, data.pack.city.name
    if chosen.is_empty():
        raise NoData(f"no rain station stands in {where}", code="no_station", place=where)
    found = window(data, asked.period, asked.hours, chosen["id"].to_list())
    near = spot if spot is not None and spot.kind != "district" else None
    rows = by_station(found, chosen, names, near)
    return RainFound(
        where=where,
        since=found.since,
        until=found.until,
        mean=round(sum(row.total for row in rows) / len(rows), 1),
        most=rows[0].total,
        most_station=rows[0].station,
        count=len(rows),
        incomplete=sum(row.hours < found.hours for row in rows) + chosen.height - len(rows),
        stations=sorted(rows, key=lambda row: row.km)[:SHOWN] if near else rows[:SHOWN],  # type: ignore[arg-type,return-value]
        marks=marks_reached(found, chosen, data.settings(FILE, Thresholds)),
    )
