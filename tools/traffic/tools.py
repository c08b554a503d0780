"""The tools of roads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tools.feeds.citydata import CityData
from tools.feeds.naming import said_alike
from tools.seam.endings import CannotCompute, NoData
from tools.seam.tool import tool
from tools.traffic import answers as a
from tools.traffic.data import FLOW, HOURS, INCIDENTS, SEGMENTS
from tools.traffic.graph import ACCESS_KMH, Join, Network, Way, joins, network_of, quickest
from tools.traffic.measures import FILE, Levels, index, vehicles
from tools.traffic.state import flow_now, segments_of, usual_hours

if TYPE_CHECKING:
    import polars as pl

WORST = 5
LISTED = 20
_SHORTEST_KM = 0.5
_AWAY = 0.1
_NAMED = 5
_KMH = {"bike": 14.0, "walk": 4.5}


@tool("traffic.volume", "在途量", needs=(SEGMENTS, FLOW, HOURS), cost=2)
def volume(asked: a.Area, data: CityData) -> a.VolumeFound:
    """Vehicles on the monitored roads now, against the median of the same hour of the week (see ``measures.py``)."""
    import polars as pl

    area = _area(asked.district, data)
    now = _within(flow_now(data), asked.district, area)
    counted = now.group_by("district").agg(vehicles().sum().alias("now"))
    usual = _within(usual_hours(data), asked.district, None)
    by_day = usual.group_by("district", "day").agg(vehicles().sum().alias("usual"))
    medians = dict(by_day.group_by("district").agg(pl.col("usual").median()).iter_rows())
    total = by_day.group_by("day").agg(pl.col("usual").sum())["usual"].median()
    count, before = float(counted["now"].sum()), _number(total)
    names = {d.id: d.name for d in data.pack.districts}
    districts = [
        a.AreaVolume(district=names.get(id, id), vehicles=round(held), usual=_rounded(medians.get(id)))
        for id, held in counted.sort("now", descending=True).iter_rows()
    ]
    return a.VolumeFound(
        area=area,
        at=_newest(now),
        vehicles=round(count),
        usual=_rounded(before),
        difference=round(100 * (count / before - 1)) if before else None,
        against=_against(count, before),
        roads_km=float(now["length"].sum()),
        districts=[] if asked.district else districts,
    )


@tool("traffic.congestion", "路况", needs=(SEGMENTS, FLOW, HOURS), cost=2)
def congestion(asked: a.RoadOrArea, data: CityData) -> a.CongestionFound:
    """The congestion index now, against the usual at this hour, and the worst roads (see ``measures.py``)."""
    levels = data.settings(FILE, Levels)
    road = _road(asked, data) if asked.road else None
    area = road[1] if road else _area(asked.district, data)
    now, usual = flow_now(data), usual_hours(data)
    if road:
        now, usual = now.filter(_is_road(road[0])), usual.filter(_is_road(road[0]))
    now, usual = _within(now, asked.district, area), _within(usual, asked.district, None)
    found, speed = now.select(index().alias("index"), _mean_speed().alias("mean")).row(0)
    if found is None:
        raise NoData(f"nothing moves in {area}", code="no_flow", area=area)
    before = _number(usual.group_by("day").agg(index().alias("index"))["index"].median())
    return a.CongestionFound(
        area=area,
        at=_newest(now),
        index=found,
        level=levels.of(found),
        speed=speed,
        usual=before,
        against=_against(found, before),
        worst=[] if road else _worst(now, usual, levels, data),
        basis=levels.basis,
    )


@tool("traffic.incidents", "道路事件", needs=(INCIDENTS,))
def incidents(asked: a.Area, data: CityData) -> a.IncidentsFound:
    """What is in the way of traffic now: the newest report of each incident that is still open, newest first."""
    import polars as pl

    area = _area(asked.district, data)
    rows = data.latest(INCIDENTS)
    at = _newest(rows)
    rows = rows.filter(pl.col("is_open") & (pl.col("since") <= data.now)).sort(
        ["since", "id"], descending=[True, False]
    )
    if asked.district:
        rows = rows.filter(pl.col("district") == asked.district)
    names = {d.id: d.name for d in data.pack.districts}
    listed = [
        a.Incident(
            kind=row["kind"],
            road=row["road"],
            place=row["place"] or row["road"],
            district=names.get(row["district"], ""),
            since=row["since"],
            expected_end=row["expected_end"],
            lanes_closed=row["lanes_closed"],
            longitude=row["longitude"],
            latitude=row["latitude"],
        )
        for row in rows.head(LISTED).iter_rows(named=True)
    ]
    return a.IncidentsFound(area=area, at=at, count=len(rows), incidents=listed)


@tool("traffic.travel_time", "行程时间", needs=(SEGMENTS, FLOW, HOURS), cost=3)
def travel_time(asked: a.Trip, data: CityData) -> a.TimeFound:
    """The quickest way by present speeds, its km and minutes, and the minutes that are usual at this hour.

    By bicycle (14 km/h) and on foot (4.5 km/h) it is the shortest way along the roads. Segments without a present speed
    count as free; ``unknown_km`` says how much of the way they are.
    """
    import numpy as np

    spots = [data.spot(said) for said in (asked.origin, asked.destination)]
    if spots[0] == spots[1]:
        raise CannotCompute(f"both ends are {spots[0].name}", code="same_place", place=spots[0].name)
    net = network_of(data)
    ends = [_joined(net, spot.name, spot.longitude or 0.0, spot.latitude or 0.0) for spot in spots]
    told = {"origin": spots[0].name, "destination": spots[1].name, "mode": asked.mode}
    if asked.mode != "car":
        kmh = _KMH[asked.mode]
        way = _found(quickest(net, np.full(len(net.ids), kmh), ends[0], ends[1], kmh), told)
        return _timed(way, told, data.now, None, None, 0.0)
    now = flow_now(data)
    seen = net.speeds(now)
    way = _found(quickest(net, _known(seen, net.free), ends[0], ends[1], ACCESS_KMH), told)
    usual_speeds = _known(net.speeds(usual_hours(data)), net.free)
    usual = quickest(net, usual_speeds, ends[0], ends[1], ACCESS_KMH)
    free = quickest(net, net.free, ends[0], ends[1], ACCESS_KMH)
    unknown = sum(km for segment, km in way.driven.items() if np.isnan(seen[segment]))
    return _timed(way, told, _newest(now), usual, free, unknown)


def _timed(
    way: Way, told: dict[str, str], at: datetime, usual: Way | None, free: Way | None, unknown: float
) -> a.TimeFound:
    return a.TimeFound(
        **told,
        at=at,
        km=way.km,
        minutes=way.hours * 60,
        usual=usual.hours * 60 if usual else None,
        free=free.hours * 60 if free else None,
        unknown_km=unknown,
        parts=[a.RoadPart(road=piece.name, km=piece.km, minutes=piece.hours * 60) for piece in way.pieces],
    )


def _joined(net: Network, name: str, longitude: float, latitude: float) -> list[Join]:
    found = joins(net, longitude, latitude)
    if not found:
        raise CannotCompute(f"no road is near {name}", code="far_from_roads", place=name)
    return found


def _found(way: Way | None, told: dict[str, str]) -> Way:
    if way is None:
        ends = {name: told[name] for name in ("origin", "destination")}
        raise CannotCompute(f"no road leads from {ends['origin']} to {ends['destination']}", code="no_way", **ends)
    return way


def _known(speeds: Any, free: Any) -> Any:  # numpy arrays
    import numpy as np

    return np.where(np.isnan(speeds), free, np.fmin(speeds, 1.2 * free))


def _worst(now: pl.DataFrame, usual: pl.DataFrame, levels: Levels, data: CityData) -> list[a.RoadIndex]:
    """The roads with the highest index, of those long enough for it to mean something and no longer free."""
    import polars as pl

    by = ["road", "name", "district"]
    rows = now.group_by(by).agg(index().alias("index"), _mean_speed().alias("speed"), pl.col("length").sum())
    rows = rows.filter(pl.col("length") >= 2 * _SHORTEST_KM).drop_nulls("index")  # both directions
    rows = rows.filter(pl.col("index") >= (levels.levels[0].below or 1.0))
    days = usual.group_by([*by, "day"]).agg(index().alias("usual"))
    rows = rows.join(days.group_by(by).agg(pl.col("usual").median()), on=by, how="left")
    names = {d.id: d.name for d in data.pack.districts}
    return [
        a.RoadIndex(
            road=row["name"],
            district=names.get(row["district"], ""),
            index=row["index"],
            level=levels.of(row["index"]),
            speed=row["speed"],
            usual=row["usual"],
        )
        for row in rows.sort(["index", "road"], descending=[True, False]).head(WORST).iter_rows(named=True)
    ]


def _mean_speed() -> pl.Expr:
    """km driven over hours driven."""
    import polars as pl

    run = pl.col("flow") * pl.col("length")
    return pl.when(run.sum() > 0).then(run.sum() / (run / pl.col("speed")).sum()).otherwise(pl.col("speed").mean())


def _road(asked: a.RoadOrArea, data: CityData) -> tuple[str, str]:
    """Id and name of the road that was named, in the district if one was. Raises NoData, CannotCompute."""
    import polars as pl

    rows = segments_of(data)
    if asked.district:
        rows = rows.filter(pl.col("district") == asked.district)
    said = asked.road or ""
    names = set(said_alike(said, rows["name"].to_list()))
    names |= {road.name for road in data.pack.roads if said in road.aliases}
    ids = {road.id for road in data.pack.roads if said in road.aliases}
    found = rows.filter(pl.col("road").is_in(ids) if ids else pl.col("name").is_in(names)).unique("road").sort("road")
    if found.is_empty():
        raise NoData(f"no road is named like {said!r}", code="unknown_road", name=said)
    if len(found) > 1:
        several = _several(found, data)
        raise CannotCompute(f"{said!r} may be {several}", code="several", name=said, names=several)
    return found["road"].item(), found["name"].item()


def _several(found: pl.DataFrame, data: CityData) -> str:
    names = {d.id: d.name for d in data.pack.districts}
    rows = found.select("district", "name").head(_NAMED).iter_rows()
    return "、".join(names.get(district, "") + name for district, name in rows)


def _is_road(id: str) -> pl.Expr:
    import polars as pl

    return pl.col("road") == id


def _area(district: str | None, data: CityData) -> str:
    if district is None:
        return data.pack.city.name
    name = next((d.name for d in data.pack.districts if d.id == district), None)
    if name is None:
        raise NoData(f"no district {district!r}", code="unknown_district")
    return name


def _within(rows: pl.DataFrame, district: str | None, area: str | None) -> pl.DataFrame:
    """Rows of a district; where ``area`` names what they are for, NoData if there are none."""
    import polars as pl

    found = rows.filter(pl.col("district") == district) if district else rows
    if area is not None and found.is_empty():
        raise NoData(f"no segment of {area} sends", code="no_flow", area=area)
    return found


def _newest(rows: pl.DataFrame) -> datetime:
    newest: Any = rows["at"].max()
    assert isinstance(newest, datetime)  # noqa: S101  # callers have rows
    return newest


def _number(value: Any) -> float | None:  # a median of polars
    return float(value) if value is not None else None


def _rounded(value: float | None) -> int | None:
    return round(value) if value is not None else None


def _against(now: float, usual: float | None) -> a.Against | None:
    if not usual:
        return None
    return "more" if now > (1 + _AWAY) * usual else "less" if now < (1 - _AWAY) * usual else "usual"
