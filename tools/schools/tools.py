"""The tools of the room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tools.feeds.citydata import CityData
from tools.feeds.ground import metres
from tools.schools.answers import (
    CatchmentFound,
    CatchmentLoad,
    DemandFound,
    DistrictLoad,
    HowMany,
    NearSchool,
    OneSchool,
    SchoolFound,
    Served,
    Site,
    SitingFound,
    StagePlaces,
    WarningsFound,
    WhereToBuild,
    WhichSchool,
    WhichYear,
)
from tools.schools.areas import area_map
from tools.schools.data import (
    CATCHMENTS,
    CHILDREN,
    COVERS,
    ENTRANTS,
    HOMES,
    PARCELS,
    PLACES,
    POINTS,
    SCHOOLS,
    SERVES,
)
from tools.schools.outlook import Load, next_entry, picture
from tools.schools.planning import District, district_ground
from tools.schools.settings import Areas, Siting, Stage, Thresholds
from tools.schools.siting import Choice, NoAnswerInTime, choose, seat
from tools.seam.endings import CannotCompute, NoData
from tools.seam.naming import find
from tools.seam.tool import STAFF, tool

_WIDE = ("district", "street", "road")
_LISTED = 8
_WARNED = 40
_SERVED = 4
_STAGES: tuple[Stage, ...] = ("primary", "junior")
_FORECAST = (SCHOOLS, PLACES, CATCHMENTS, SERVES, COVERS, CHILDREN, ENTRANTS, HOMES)


@tool("schools.catchment", "对口学校", needs=(SCHOOLS, CATCHMENTS, SERVES, COVERS))
def catchment(asked: WhichSchool, data: CityData) -> CatchmentFound:
    """Which public school's catchment a place lies in."""
    import polars as pl

    spot = data.spot(asked.place)
    if spot.kind in _WIDE or spot.latitude is None or spot.longitude is None:
        raise CannotCompute(f"{spot.name!r} is too wide an area for one catchment", code="too_wide", place=spot.name)
    area = area_map(data, asked.stage).of(spot.longitude, spot.latitude)
    if area is None:
        raise NoData(f"no catchment holds {spot.name!r}", code="no_catchment", place=spot.name)
    ids = data.table(SERVES).filter(pl.col("catchment") == area.id)["school"].to_list()
    schools = data.table(SCHOOLS).filter(pl.col("id").is_in(ids)).drop_nulls(["lon", "lat"])
    near = [
        NearSchool(
            name=s["name"],
            address=s["address"],
            phone=s["phone"],
            metres=round(metres(spot.longitude, spot.latitude, s["lon"], s["lat"])),
        )
        for s in schools.iter_rows(named=True)
    ]
    if not near:
        raise NoData(f"no school serves {area.name!r}", code="no_catchment", place=spot.name)
    how = data.settings(Areas.FILE, Areas)
    bureau = data.pack.unit(how.bureaus[area.district]) if area.district in how.bureaus else None
    return CatchmentFound(
        place=spot.name,
        stage=asked.stage,
        year=area.year,
        catchment=area.name,
        schools=tuple(sorted(near, key=lambda s: (s.metres, s.name))),
        communities=_communities(data, area.id),
        is_drawn=len(near) > 1,
        is_near_edge=area.edge_m < how.edge_m,
        edge_m=round(area.edge_m),
        bureau=bureau.name if bureau else None,
        bureau_phone=bureau.phone if bureau else None,
    )


@tool("schools.school", "学校情况", needs=(SCHOOLS, PLACES, SERVES, CATCHMENTS, COVERS))
def school(asked: OneSchool, data: CityData) -> SchoolFound:
    """Facts of a school: its kind, address, places of this school year, planned changes, its catchment."""
    rows = list(data.table(SCHOOLS).iter_rows(named=True))
    key = find(asked.school, [(r["id"], (r["name"], *(r["aliases"] or "").split("、"))) for r in rows])
    row = next(r for r in rows if r["id"] == key)
    stages = _STAGES if row["kind"] == "nine_year" else (row["kind"],)
    return SchoolFound(
        name=row["name"],
        kind=row["kind"],
        nature=row["nature"],
        district=_district(data, row["district"]),
        address=row["address"],
        phone=row["phone"],
        stages=tuple(_stage_places(data, key, stage) for stage in stages),
    )


@tool("schools.demand", "学位供需", needs=_FORECAST, timeout_s=5, cost=3)
def demand(asked: HowMany, data: CityData) -> DemandFound:
    """Places against entrants of a year: the city's or a district's total; for staff the tightest catchments too."""
    seen = picture(data, asked.stage)
    year = asked.year or next_entry(data.now)
    every = seen.loads(year)
    loads = [load for load in every if asked.district in (None, load.district)]
    if not loads:
        raise NoData(f"no catchments in {asked.district}", code="no_catchments")
    places, entrants = sum(load.places for load in loads), sum(load.entrants for load in loads)
    accuracy = seen.accuracy(year, asked.district or "")
    worst = sorted(loads, key=lambda load: (-load.short, load.spare_pct, load.id))[:_LISTED]
    return DemandFound(
        area=_district(data, asked.district) if asked.district else data.pack.city.name,
        stage=asked.stage,
        year=year,
        is_forecast=not seen.is_past(year),
        counted_to=seen.origin,
        places=places,
        entrants=entrants,
        gap=places - entrants,
        spare=max(0, places - entrants),
        missing=max(0, entrants - places),
        lacking=sum(load.short for load in loads),
        tight=sum(load.short > 0 for load in loads),
        catchments_all=len(loads),
        error_pct=accuracy.error_pct if accuracy else None,
        error_years=accuracy.years if accuracy else None,
        districts=_by_district(data, loads),
        catchments=_told(data, worst) if data.internal else (),
    )


@tool("schools.warnings", "学位预警", needs=_FORECAST, audience=STAFF, permission="schools.plan", timeout_s=5, cost=3)
def warnings(asked: WhichYear, data: CityData) -> WarningsFound:
    """Catchments whose spare places are below the city's thresholds, red before yellow, the worst first."""
    seen = picture(data, asked.stage)
    year = asked.year or next_entry(data.now)
    loads = sorted(seen.loads(year), key=lambda load: (load.spare_pct, load.id))
    limits = data.settings(Thresholds.FILE, Thresholds)
    below = {level.colour: level.spare_below for level in limits.levels}
    coloured = {c: [load for load in loads if limits.colour(load.spare_pct) == c] for c in ("red", "yellow", "green")}
    return WarningsFound(
        stage=asked.stage,
        year=year,
        is_forecast=not seen.is_past(year),
        red=len(coloured["red"]),
        yellow=len(coloured["yellow"]),
        green=len(coloured["green"]),
        red_below=below.get("red"),
        yellow_below=below.get("yellow"),
        missing=sum(load.short for load in coloured["red"]),
        warned=_told(data, (coloured["red"] + coloured["yellow"])[:_WARNED]),
    )


@tool(
    "schools.siting",
    "学校选址",
    needs=(*_FORECAST, POINTS, PARCELS),
    audience=STAFF,
    permission="schools.plan",
    timeout_s=30,
    cost=10,
)
def siting(asked: WhereToBuild, data: CityData) -> SitingFound:
    """Which vacant parcels to build schools on: a proven optimum, with the places of existing schools respected."""
    how = data.settings(Siting.FILE, Siting)
    seen = picture(data, asked.stage)
    year = next_entry(data.now) + how.lead_years
    seen.check(year)
    asked_of = district_ground(data, seen, asked.district, year, how)
    ground = asked_of.ground
    if asked.count > len(asked_of.parcels):
        few = str(len(asked_of.parcels))
        raise CannotCompute(f"{few} parcels, {asked.count} asked", code="too_few_parcels", parcels=few)
    try:
        chosen = choose(ground, asked.count, asked.method, how.limit_s)
    except NoAnswerInTime as error:
        raise CannotCompute(f"no choice in {how.limit_s:g} s: {error}", code="no_choice_in_time") from error
    before, total = seat(ground, (), asked.method), float(ground.children.sum())
    if total <= 0:
        raise NoData(f"no entrants in {asked.district} in {year}", code="no_points")
    after = chosen.seating
    return SitingFound(
        district=_district(data, asked.district),
        stage=asked.stage,
        method=asked.method,
        year=year,
        radius_m=round(ground.radius_m),
        asked=asked.count,
        candidates=len(asked_of.parcels),
        left_out=asked_of.left_out,
        children=round(total),
        placed_before=round(before.placed),
        placed_after=round(after.placed),
        added=round(after.placed) - round(before.placed),
        share_before=100 * before.placed / total,
        share_after=100 * after.placed / total,
        mean_before=None if before.mean_m is None else round(before.mean_m),
        mean_after=None if after.mean_m is None else round(after.mean_m),
        objective=chosen.objective,
        bound=chosen.bound,
        gap_pct=chosen.gap_pct,
        is_proven=chosen.proven,
        sites=tuple(_site(asked_of, chosen, number) for number in chosen.opened),
    )


def _site(asked_of: District, chosen: Choice, number: int) -> Site:
    parcel = asked_of.parcels[number - asked_of.ground.existing]
    flow = chosen.seating.flow[:, number]
    sums: dict[str, float] = {}
    for community, children in zip(asked_of.communities, flow.tolist(), strict=True):
        sums[community] = sums.get(community, 0.0) + children
    most = sorted(((round(n), c) for c, n in sums.items() if round(n) > 0), key=lambda pair: (-pair[0], pair[1]))
    return Site(
        name=parcel.name,
        street=parcel.street,
        hectares=parcel.hectares,
        classes=parcel.classes,
        entry=parcel.entry,
        children=round(float(flow.sum())),
        served=tuple(Served(community=c, children=n) for n, c in most[:_SERVED]),
    )


def _stage_places(data: CityData, school: str, stage: Stage) -> StagePlaces:
    """This school year's places, and the first planned year in which they change."""
    import polars as pl

    year = next_entry(data.now) - 1
    rows = data.table(PLACES).filter((pl.col("school") == school) & (pl.col("stage") == stage)).sort("year")
    now = rows.filter(pl.col("year") <= year).tail(1)
    seats = now["seats"].item() if len(now) else None
    later = rows.filter((pl.col("year") > year) & pl.col("seats").ne_missing(seats)).head(1)
    held = set(data.table(CATCHMENTS).filter(pl.col("stage") == stage)["id"].to_list())
    serves = data.table(SERVES).filter((pl.col("school") == school) & pl.col("catchment").is_in(held))
    return StagePlaces(
        stage=stage,
        year=year,
        classes=now["classes"].item() if len(now) else None,
        seats=seats,
        entry=now["entry"].item() if len(now) else None,
        change_year=later["year"].item() if len(later) else None,
        change_seats=later["seats"].item() if len(later) else None,
        communities=tuple(c for area in serves["catchment"].to_list() for c in _communities(data, area)),
    )


def _communities(data: CityData, area: str) -> tuple[str, ...]:
    import polars as pl

    return tuple(data.table(COVERS).filter(pl.col("catchment") == area)["name"].to_list())


def _district(data: CityData, id: str) -> str:
    return next((district.name for district in data.pack.districts if district.id == id), id)


def _by_district(data: CityData, loads: Sequence[Load]) -> tuple[DistrictLoad, ...]:
    rows = []
    for id in dict.fromkeys(load.district for load in loads):
        own = [load for load in loads if load.district == id]
        places, entrants = sum(load.places for load in own), sum(load.entrants for load in own)
        rows.append(
            DistrictLoad(
                district=_district(data, id),
                places=places,
                entrants=entrants,
                gap=places - entrants,
                lacking=sum(load.short for load in own),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.gap, row.district)))


def _told(data: CityData, loads: Iterable[Load]) -> tuple[CatchmentLoad, ...]:
    limits = data.settings(Thresholds.FILE, Thresholds)
    return tuple(
        CatchmentLoad(
            catchment=load.name,
            district=_district(data, load.district),
            schools="、".join(load.schools),
            places=load.places,
            entrants=load.entrants,
            gap=load.places - load.entrants,
            spare_pct=load.spare_pct,
            colour=limits.names[limits.colour(load.spare_pct)],
        )
        for load in loads
    )
