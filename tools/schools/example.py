"""Example feeds: schools with plans, catchments, children who are born, move and enter school, dwellings, land."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np

from tools.feeds.ground import Plane
from tools.feeds.world import World
from tools.schools.forecast import AGES, ENTRY_AGE
from tools.schools.town import STAGES, Place, Town

_KINDS = {"primary": "小学", "junior": "初中", "nine_year": "九年一贯制"}
_STAGE_WORDS = {"primary": "小学", "junior": "初中"}
_NATURES = {"public": "公办", "private": "民办"}


def make(world: World, folder: Path) -> None:
    """Write the example feeds of the room below ``folder/schools``."""
    town, out = Town.of(world), folder / "schools"
    (out / "children").mkdir(parents=True, exist_ok=True)
    _schools(town, out)
    _places(town, out)
    _areas(town, out)
    _lists(town, out)
    _children(town, out)
    _entrants(town, out)
    _homes(town, out)
    _points(town, out)
    _land(town, out)


def _schools(town: Town, out: Path) -> None:
    import polars as pl

    rng = town.world.rng("schools.phones")
    rows = [
        {
            "学校编号": s.id,
            "学校名称": s.name,
            "简称": s.aliases,
            "办学类型": _KINDS[s.made.kind],
            "办学性质": _NATURES[s.made.nature],
            "所在区县": s.district,
            "地址": s.address,
            "招生电话": town.recipe.phone.format(number=int(rng.integers(100_000, 999_999))),
            "x": s.lon,
            "y": s.lat,
        }
        for s in town.schools
    ]
    pl.DataFrame(rows).write_csv(out / "schools.csv")


def _places(town: Town, out: Path) -> None:
    import polars as pl

    rows = [
        {
            "学校编号": s.id,
            "学段": _STAGE_WORDS[stage],
            "年度": year,
            "班数": s.classes(stage, year),
            "学位": s.classes(stage, year) * town.norms.norm(stage).class_size,
            "招生计划": town.entry(s, stage, year),
        }
        for s in town.schools
        for stage in STAGES
        for year in range(town.recipe.first_year, town.recipe.last_plan + 1)
        if s.classes(stage, year)
    ]
    pl.DataFrame(rows).write_csv(out / "places.csv")


def _areas(town: Town, out: Path) -> None:
    """Catchments as polygons: the cells of their communities, within the district."""
    import polars as pl
    from shapely import to_wkb, unary_union

    cells = _cells(town)
    year = town.world.until.year - (town.world.until < date(town.world.until.year, 4, 20))
    rows = []
    for area in town.catchments:
        names = "、".join(school.name for school in area.schools)
        form = town.recipe.joint_area_name if len(area.schools) > 1 else town.recipe.area_name
        rows.append(
            {
                "code": area.id,
                "title": form.format(schools=names),
                "stage": _STAGE_WORDS[area.stage],
                "district": area.district,
                "year": year,
                "geometry": to_wkb(unary_union([cells[number] for number in area.communities])),
            }
        )
    pl.DataFrame(rows).write_parquet(out / "areas.parquet")


def _cells(town: Town) -> dict[int, object]:
    """The part of its district that is nearest to each community."""
    from shapely import MultiPoint, Point, Polygon, voronoi_polygons

    cells: dict[int, object] = {}
    for district in town.world.pack.districts:
        outline = Polygon(district.polygon)
        own = [(n, Point(p.lon, p.lat)) for n, p in enumerate(town.places) if p.district == district.id]
        parts = voronoi_polygons(MultiPoint([point for _, point in own]), extend_to=outline).geoms
        for number, point in own:
            cells[number] = next(part for part in parts if part.covers(point)).intersection(outline)
    return cells


def _lists(town: Town, out: Path) -> None:
    import polars as pl

    serves = [{"范围编号": area.id, "学校编号": school.id} for area in town.catchments for school in area.schools]
    covers = [
        {"范围编号": area.id, "社区编号": town.places[number].id, "社区名称": town.places[number].name}
        for area in town.catchments
        for number in area.communities
    ]
    pl.DataFrame(serves).write_csv(out / "serves.csv")
    pl.DataFrame(covers).write_csv(out / "covers.csv")


def _children(town: Town, out: Path) -> None:
    """One file a year: the count of 1 September, as far as the world's days go."""
    import polars as pl

    for y, seen in enumerate(town.children):
        year = town.recipe.first_year + y
        if date(year, 9, 1) >= town.world.until:
            continue
        rows = {
            "shequ": [place.id for place in town.places for _ in range(AGES)],
            "quxian": [place.district for place in town.places for _ in range(AGES)],
            "birth_year": [year - age for _ in town.places for age in range(AGES)],
            "counted": [datetime(year, 9, 1)] * (len(town.places) * AGES),
            "n": seen.astype(int).ravel(),
        }
        pl.DataFrame(rows).write_parquet(out / "children" / f"{year}.parquet")


def _entrants(town: Town, out: Path) -> None:
    """Those who did enter: the children of the catchment, less those who go elsewhere, with some chance."""
    import polars as pl

    rng, rows = town.world.rng("schools.entrants"), []
    for y, seen in enumerate(town.children):
        year = town.recipe.first_year + y
        for area in town.catchments:
            living = seen[area.communities, ENTRY_AGE[area.stage]].sum()
            share = town.recipe.districts[area.district].public_pct / 100 * (1 + town.recipe.jitter * rng.normal())
            if date(year, 9, 10) < town.world.until:
                day = f"{year}年09月10日"
                rows.append({"范围编号": area.id, "年度": year, "登记时间": day, "新生人数": round(living * share)})
    pl.DataFrame(rows).write_csv(out / "entrants.csv")


def _homes(town: Town, out: Path) -> None:
    import polars as pl

    projects = [
        {"id": f"X{number:03d}", "project": p.name, "community": p.community, "handover_year": p.year, "units": p.homes}
        for number, p in enumerate(town.recipe.projects, 1)
    ]
    pl.DataFrame(projects).write_json(out / "homes.json")


def _points(town: Town, out: Path) -> None:
    """Dwellings: the estates that are landmarks, and groups of houses about the middle of each community."""
    import polars as pl

    rng, rows = town.world.rng("schools.points"), []
    estates: dict[int, list[tuple[str, float, float]]] = {}
    for mark in town.world.pack.landmarks:
        near = [(n, p) for n, p in enumerate(town.places) if p.street == mark.street]
        if mark.kind == "estate" and near:
            number = min(near, key=lambda pair: (pair[1].lon - mark.lon) ** 2 + (pair[1].lat - mark.lat) ** 2)[0]
            estates.setdefault(number, []).append((mark.name, mark.lon, mark.lat))
    for number, place in enumerate(town.places):
        groups = int(rng.integers(3, 6))
        spots = estates.get(number, []) + [
            (town.recipe.point_name.format(community=place.name, number=n + 1), *_beside(place, east, north))
            for n, (east, north) in enumerate(rng.normal(0, town.recipe.spread_m, (groups, 2)).tolist())
        ]
        homes = town.children[-1, number].mean() / town.recipe.children_per_home
        shares = rng.dirichlet(np.full(len(spots), 4.0)) * homes
        for n, ((name, lon, lat), share) in enumerate(zip(spots, shares.tolist(), strict=True), 1):
            row = {"name": name, "community": place.id, "community_name": place.name, "district": place.district}
            rows.append({"id": f"{place.id}-{n}", **row, "lon": lon, "lat": lat, "homes": max(1, round(share))})
    pl.DataFrame(rows).write_parquet(out / "points.parquet")


def _land(town: Town, out: Path) -> None:
    """Vacant parcels; the register gives their size in mu."""
    import polars as pl

    places = {place.id: place for place in town.places}
    streets = {street.id: street.name for street in town.world.pack.streets}
    rows = []
    for land in town.recipe.land:
        place = places[land.community]
        lon, lat = _beside(place, land.east, land.north)
        rows.append(
            {
                "地块编号": land.id,
                "地块名称": land.name,
                "区县": place.district,
                "街道": streets[place.street],
                "lon": lon,
                "lat": lat,
                "亩": round(land.hectares * 15, 2),
                "状态": "净地" if land.cleared else "待拆迁",
                "供地年份": land.free_from,
            }
        )
    pl.DataFrame(rows).write_json(out / "land.json")


def _beside(place: Place, east: float, north: float) -> tuple[float, float]:
    """The point so many metres from a community's middle."""
    per_lon, per_lat = Plane(place.lon, place.lat).place(place.lon + 1, place.lat + 1)
    return round(place.lon + east / per_lon, 5), round(place.lat + north / per_lat, 5)
