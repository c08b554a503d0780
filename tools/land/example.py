"""Example feeds of parcels: the pack's control plans read from their texts, other quarters cut into lots, addresses."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from city.pack import CityPack
from city.schema import Landmark, Street
from tools.feeds.ground import Plane
from tools.feeds.world import World
from tools.land.layout import CELL, Cell, Region, cell_of, cut, grow, outline
from tools.land.plans import Plan, PlanRow, read_plan
from tools.land.recipe import LandRecipe, PlannedUnit, Unit
from tools.land.roads import Roads

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_KEPT_FREE = 3
"""Cells around a landmark of no listed parcel that no planned parcel takes."""
_PLANNED_LANE = 2e-4
"""Degrees between planned parcels and lots beside them."""
_HECTARE = 10_000
_LANDMARK_LOT = (22.0, 60.0)
"""Half the sides of a lot around a landmark, metres."""


@dataclass
class Made:
    """A version of a parcel, as the city's file has it."""

    number: str
    shape: BaseGeometry
    facts: dict[str, Any]
    landmark: Landmark | None = None


@dataclass
class Ground:
    """The land while it is laid out."""

    pack: CityPack
    recipe: LandRecipe
    roads: Roads
    made: list[Made] = field(default_factory=list)
    taken: list[BaseGeometry] = field(default_factory=list)

    def street(self, id: str) -> Street:
        """A street office by its id."""
        return next(street for street in self.pack.streets if street.id == id)

    def landmark(self, id: str) -> Landmark:
        """A landmark by its id."""
        return next(mark for mark in self.pack.landmarks if mark.id == id)


def make(world: World, folder: Path) -> None:
    """Write ``land/parcels.geojson`` and ``land/addresses.csv``."""
    recipe = world.recipe("land", LandRecipe)
    roads = Roads.of(world.pack, recipe)
    ground = Ground(world.pack, recipe, roads)
    rng = world.rng("land")
    for planned in recipe.planned:
        _plan_unit(ground, planned, rng)
    for unit in recipe.units:
        _cut_unit(ground, unit, rng)
    room = folder / "land"
    room.mkdir(parents=True, exist_ok=True)
    features = [_feature(one) for one in ground.made]
    collection = {"type": "FeatureCollection", "features": features}
    (room / "parcels.geojson").write_text(json.dumps(collection, ensure_ascii=False), "utf-8")
    with (room / "addresses.csv").open("w", encoding="gb18030", newline="") as file:
        table = csv.writer(file)
        table.writerow(["标准地址", "地块编号", "区县", "X", "Y"])
        table.writerows(_addresses(ground))


def _plan_unit(ground: Ground, unit: PlannedUnit, rng: np.random.Generator) -> None:
    """The parcels of control plans: grown around their landmarks to the areas of the newest plan."""
    plans = [read_plan(ground.pack.root / text, ground.recipe.heads) for text in unit.texts]
    street = ground.street(unit.street)
    plane = Plane(street.lon, street.lat)
    newest = {row.number: row for plan in plans for row in plan.rows}
    regions = _regions(ground, unit, newest, plane, rng)
    for plan in plans:
        for row in plan.rows:
            cells = regions[row.number].cells[: round(row.hectares * _HECTARE / CELL**2)]
            landmark = ground.landmark(unit.at[row.number]) if row.number in unit.at else None
            shape = _on_earth(outline(cells), plane)
            ground.made.append(Made(row.number, shape, _planned_facts(ground, unit, plan, row, shape), landmark))
    ground.taken += [made.shape.buffer(_PLANNED_LANE) for made in ground.made[-len(newest) :]]


def _regions(
    ground: Ground, unit: PlannedUnit, rows: Mapping[str, PlanRow], plane: Plane, rng: np.random.Generator
) -> dict[str, Region]:
    """The regions of a unit. Where one is shut in, others are tried from the same stream of chance."""
    starts = {number: ground.landmark(mark) for number, mark in unit.at.items()}
    fixed = {number: cell_of(*plane.place(mark.lon, mark.lat)) for number, mark in starts.items()}
    fixed |= {number: cell_of(*plane.place(*point)) for number, point in unit.near.items()}
    blocked = _blocked(ground, unit, plane) - set(fixed.values())
    for _ in range(40):
        cells = dict(fixed)
        for number in rows:
            cells.setdefault(number, _free_start(rows[number], cells, rows, blocked, rng))
        regions = {
            number: Region(cells[number], round(row.hectares * _HECTARE / CELL**2), rng.uniform(0.75, 1.35))
            for number, row in rows.items()
        }
        try:
            grow(list(regions.values()), blocked)
        except ValueError:
            continue
        return regions
    raise ValueError(f"the parcels of {unit.prefix} find no room: move their landmarks apart, or take some out")


def _free_start(
    row: PlanRow, cells: Mapping[str, Cell], rows: Mapping[str, PlanRow], blocked: set[Cell], rng: np.random.Generator
) -> Cell:
    """A start that leaves room for the parcel, near the unit's middle; the room needed shrinks while none is found."""
    room = np.sqrt(row.hectares * _HECTARE) / CELL
    for attempt in range(600):
        reach = 50 + attempt / 4
        cell = (int(rng.normal(0, reach)), int(rng.normal(0, reach)))
        shrink = 1 - attempt / 1_000
        apart = all(
            max(abs(cell[0] - other[0]), abs(cell[1] - other[1]))
            > shrink * (room + np.sqrt(rows[number].hectares * _HECTARE) / CELL) / 2
            for number, other in cells.items()
        )
        if apart and cell not in blocked:
            return cell
    raise ValueError(f"no room for {row.number}")


def _blocked(ground: Ground, unit: PlannedUnit, plane: Plane) -> set[Cell]:
    """Cells of main roads, and around landmarks that stand on no listed parcel."""
    blocked = ground.roads.cells(plane)
    for mark in ground.pack.landmarks:
        east, north = plane.place(mark.lon, mark.lat)
        if mark.street != unit.street:
            continue
        at = cell_of(east, north)
        listed = mark.id in unit.at.values()
        around = {
            (at[0] + dx, at[1] + dy)
            for dx in range(-_KEPT_FREE, _KEPT_FREE + 1)
            for dy in range(-_KEPT_FREE, _KEPT_FREE + 1)
        }
        blocked = blocked - around if listed else blocked | {at}
    return blocked


def _planned_facts(ground: Ground, unit: PlannedUnit, plan: Plan, row: PlanRow, shape: BaseGeometry) -> dict[str, Any]:
    belt = "" if not unit.quarter else "核心保护范围" if row.number in unit.core else "建设控制地带"
    return {
        "规划单元": unit.prefix,
        "用地代码": row.code,
        "用地性质": row.zoning,
        "面积公顷": row.hectares,
        "控规": plan.id,
        "控规名称": plan.title,
        "条": str(row.article),
        "原文": row.quote,
        "配套说明": row.note,
        "容积率": row.far,
        "建筑密度": row.density,
        "绿地率": row.green,
        "限高": row.height,
        "原高": "是" if row.height_text == ground.recipe.keeps_height else "否",
        "历史街区": unit.quarter or "无",
        "保护范围": belt or "无",
        "片区": unit.area,
        "生效": plan.valid_from.strftime("%Y%m%d"),
        "失效": plan.valid_to.strftime("%Y%m%d") if plan.valid_to else None,
        **_place(ground, unit.street, shape),
    }


def _cut_unit(ground: Ground, unit: Unit, rng: np.random.Generator) -> None:
    """Parcels without a plan: a block around the street's centre, cut into lots; what is taken is left out."""
    street = ground.street(unit.street)
    plane = Plane(street.lon, street.lat)
    lots = [_on_earth(lot, plane) for lot in cut(unit.metres, unit.parcels, rng.uniform(-25, 25), rng)]
    marks = [mark for mark in ground.pack.landmarks if mark.street == unit.street]
    names = {zoned.code: zoned.name for zoned in ground.recipe.zoned}
    weights = np.array([zoned.weight for zoned in ground.recipe.zoned])
    codes = [zoned.code for zoned in ground.recipe.zoned]
    around = [_on_earth(lot, plane) for lot in _landmark_lots(marks, plane, rng)]
    number = 0
    for lot in [*around, *lots]:
        free = _free(lot, ground.taken)
        if free is None:
            continue
        number += 1
        mark = _standing_on(free, marks)
        drawn = str(rng.choice(codes, p=weights / weights.sum()))
        code = ground.recipe.landmark_codes.get(mark.kind, drawn) if mark is not None else drawn
        facts = _unplanned_facts(ground, unit, (code, names[code]), free, plane)
        ground.made.append(Made(f"{unit.prefix}-{number:02d}", free, facts, mark))
        ground.taken.append(free)


def _landmark_lots(marks: Sequence[Landmark], plane: Plane, rng: np.random.Generator) -> Iterator[BaseGeometry]:
    """A lot for each landmark, in metres on the plane."""
    import shapely
    from shapely import affinity

    for mark in marks:
        east, north = plane.place(mark.lon, mark.lat)
        wide, deep = rng.uniform(*_LANDMARK_LOT), rng.uniform(*_LANDMARK_LOT)
        lot = affinity.rotate(shapely.box(-wide, -deep, wide, deep), rng.uniform(-20, 20))
        yield affinity.translate(lot, east, north)


def _free(lot: BaseGeometry, taken: Sequence[BaseGeometry]) -> BaseGeometry | None:
    """What of a lot is not taken, if it is one piece of some size."""
    import shapely

    near = [shape for shape in taken if shape.intersects(lot)]
    left = lot.difference(shapely.union_all(near)) if near else lot
    whole = left.geom_type == "Polygon" and left.area > 0.25 * lot.area
    return left if whole else None


def _standing_on(shape: BaseGeometry, marks: Sequence[Landmark]) -> Landmark | None:
    from shapely.geometry import Point

    return next((mark for mark in marks if shape.contains(Point(mark.lon, mark.lat))), None)


def _unplanned_facts(
    ground: Ground, unit: Unit, zoned: tuple[str, str], shape: BaseGeometry, plane: Plane
) -> dict[str, Any]:
    east, north = (
        plane.place(1.0, 1.0)[0] - plane.place(0.0, 0.0)[0],
        plane.place(1.0, 1.0)[1] - plane.place(0.0, 0.0)[1],
    )
    return {
        "规划单元": unit.prefix,
        "用地代码": zoned[0],
        "用地性质": zoned[1],
        "面积公顷": round(shape.area * east * north / _HECTARE, 2),
        "历史街区": "无",
        "保护范围": "无",
        "片区": ground.street(unit.street).name,
        "生效": ground.recipe.registered,
        "失效": None,
        **_place(ground, unit.street, shape),
    }


def _place(ground: Ground, street: str, shape: BaseGeometry) -> dict[str, Any]:
    """Where a parcel lies: street, zones, the roads along it."""
    recipe = ground.recipe
    inside = ground.street(street).district == recipe.ring_district and ground.roads.is_inside_ring(shape)
    zone = 1 if inside else 3 if street in recipe.outer_streets else 2
    district = ground.street(street).district
    return {
        "区县": next(one.name for one in ground.pack.districts if one.id == district),
        "街道": ground.street(street).name,
        "强度分区": f"{'一二三'[zone - 1]}类区",
        "停车分区": f"{'一二三'[(1 if street in recipe.parking_streets else max(zone, 2)) - 1]}类区",
        "临路": "、".join(ground.roads.along(shape, district)),
    }


def _on_earth(shape: BaseGeometry, plane: Plane) -> BaseGeometry:
    """A shape of the plane in degrees, to seven decimals (a centimetre)."""
    import shapely

    east, north = plane.place(plane.longitude + 1, plane.latitude + 1)

    def back(points: Any) -> Any:  # an array of pairs
        return np.round(points / np.array([east, north]) + np.array([plane.longitude, plane.latitude]), 7)

    return shapely.transform(shape, back)


def _feature(made: Made) -> dict[str, Any]:
    import shapely

    properties = {"地块编号": made.number, **made.facts}
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(made.shape))}


def _addresses(ground: Ground) -> Iterator[tuple[str, str, str, float, float]]:
    """One address for each parcel: its landmark's own, or a number on the nearest road that nobody has."""
    used = {mark.address for mark in ground.pack.landmarks}
    seen: set[str] = set()
    for made in ground.made:
        if made.number in seen:
            continue
        seen.add(made.number)
        district = str(made.facts["区县"])
        if made.landmark is not None:
            mark = made.landmark
            yield mark.address, made.number, district, mark.lon, mark.lat
            continue
        point = made.shape.representative_point()
        address = ground.roads.address(point.x, point.y, district, used)
        used.add(address)
        yield address, made.number, district, round(point.x, 7), round(point.y, 7)
