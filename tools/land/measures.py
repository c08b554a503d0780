"""What is derived of a scheme before it is checked: sums, footprints, distances, heights, rises, the parcel's data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from tools.land.parts import Building, Gap, Historic, Part, Programme, Setback, Side, amount, said
from tools.land.rows import Row, Value, specs, value_of
from tools.land.scheme import Scheme
from tools.land.values import Number, Untold, Word, largest, total

_HOMES = ("homes_small", "homes_middle", "homes_large")


class Ground(Part):
    """What the register and the control plan say of the parcel; None: the plan sets none."""

    number: str | None = said("地块编号")
    unit: str | None = said("规划单元")
    code: str | None = said("用地性质代码")
    far: float | None = amount("容积率")
    density: float | None = amount("建筑密度")
    green: float | None = amount("绿地率")
    height: float | None = amount("限高")
    keeps_height: bool = said("保持原高", default=False)
    zone: int | None = amount("开发强度分区")
    parking_zone: int | None = amount("停车配建分区")
    historic_area: str | None = said("历史文化街区")
    belt: str | None = said("核心保护范围或建设控制地带")
    district_area: str | None = said("所在片区")
    plan: str = ""
    clause: str = ""
    quote: str = ""
    note: str = ""


class Rises(Protocol):
    """From how many floors on a building of homes is multi-storey, and high."""

    @property
    def multi(self) -> int:
        """First number of floors of a multi-storey building."""

    @property
    def high(self) -> int:
        """First number of floors of a high one."""


KNOWN: set[str] = {
    *specs(Scheme),
    "all_buildings",
    "codes",
    "homes_total",
    "rentals",
    "dwellings",
    "uses",
    "tallest_homes",
}
"""Names that formulas may use beside the book's own."""


def facts(scheme: Scheme, ground: Ground | None, rises: Rises, homes: Sequence[str]) -> dict[str, Value]:
    """Every name of a formula. ``homes``: the uses that are homes."""
    names: dict[str, Value] = {
        field: value_of(spec, getattr(scheme, field), field) for field, spec in specs(Scheme).items()
    }
    program = [_programme(row) for row in scheme.program] if scheme.program is not None else None
    names["program"] = tuple(program) if program is not None else Untold(frozenset({"program"}))
    buildings = {b.id: _building(b, rises, homes) for b in scheme.buildings or ()}
    own = [row for row in buildings.values() if not _is_neighbour(row)]
    if scheme.buildings is not None:
        names["buildings"], names["all_buildings"] = tuple(own), tuple(buildings.values())
    else:
        names["all_buildings"] = names["buildings"]
    sides = {side.id: side for side in scheme.sides or ()}
    if scheme.gaps is not None:
        names["gaps"] = tuple(_gap(gap, buildings) for gap in scheme.gaps)
    if scheme.setbacks is not None:
        names["setbacks"] = tuple(_setback(back, buildings, sides) for back in scheme.setbacks)
    names |= _sums(scheme, names, own, program)
    names |= _place(scheme, ground)
    names["uses"] = _uses(program, own if scheme.buildings is not None else None)
    names["main_use"] = _main_use(scheme, program)
    names["tallest_homes"] = _tallest(own if scheme.buildings is not None else None, homes)
    return names


def blank(rows: str) -> Row:
    """One of a scheme's list, of which nothing is told."""
    model = specs(Scheme)[rows].model or Part
    building = Row(Building, None, "buildings")
    made: dict[str, Value] = {"south": building, "north": building} if model is Gap else {}
    if model is Setback:
        made = {"building": building, "side": Row(Side, None, "sides")}
    return Row(model, None, rows, made)


def _programme(row: Programme) -> Row:
    """Where one class of homes is told, those left out are none."""
    plain = Row(Programme, row, "program", name=row.use or "")
    made: dict[str, Value] = {}
    if any(getattr(row, name) is not None for name in _HOMES):
        made = {name: Number.of(float(getattr(row, name) or 0)) for name in _HOMES}
    made["homes"] = total([made.get(name) or plain.get(name) for name in _HOMES])
    return Row(Programme, row, "program", made, row.use or "")


def _is_neighbour(row: Row) -> bool:
    return isinstance(row.part, Building) and row.part.neighbour


def _building(b: Building, rises: Rises, homes: Sequence[str]) -> Row:
    plain = Row(Building, b, "buildings", name=b.id)
    made: dict[str, Value] = {}
    if b.top is None:  # never below the eaves
        made["top"] = Number(b.height or 0.0, math.inf, frozenset({"buildings.top"}))
    if b.height is None and b.top is not None:
        made["height"] = Number(0.0, b.top, frozenset({"buildings.height"}))
    if b.base_area is None and b.footprint is not None:
        made["base_area"] = Number.of(_area(b.footprint))
    if b.rise is None and b.use in homes and b.floors is not None:
        made["rise"] = Word("low" if b.floors < rises.multi else "multi" if b.floors < rises.high else "high")
    return Row(Building, b, "buildings", made | _lacking_rise(plain, homes, made), b.id)


def _lacking_rise(plain: Row, homes: Sequence[str], made: dict[str, Value]) -> dict[str, Value]:
    """A rise that would follow from floors lacks the floors."""
    b = plain.part
    if isinstance(b, Building) and b.rise is None and "rise" not in made and b.use in homes:
        return {"rise": Word(None, frozenset({"buildings.floors"}))}
    return {}


def _gap(gap: Gap, buildings: dict[str, Row]) -> Row:
    south, north = buildings[gap.a], buildings[gap.b]
    made: dict[str, Value] = {"south": south, "north": north}
    if gap.distance is None and (between := _between(south, north)) is not None:
        made["distance"] = Number.of(between)
    return Row(Gap, gap, "gaps", made, f"{gap.a}–{gap.b}")


def _setback(back: Setback, buildings: dict[str, Row], sides: dict[str, Side]) -> Row:
    building, side = buildings[back.building], sides[back.side]
    made: dict[str, Value] = {"building": building, "side": Row(Side, side, "sides", name=side.id)}
    outline = building.part.footprint if isinstance(building.part, Building) else None
    if back.distance is None and outline is not None and side.line is not None:
        made["distance"] = Number.of(_distance(outline, side.line, is_line=True))
    return Row(Setback, back, "setbacks", made, f"{back.building}–{back.side}")


def _between(one: Row, other: Row) -> float | None:
    first = one.part.footprint if isinstance(one.part, Building) else None
    second = other.part.footprint if isinstance(other.part, Building) else None
    return _distance(first, second, is_line=False) if first is not None and second is not None else None


def _area(outline: Sequence[tuple[float, float]]) -> float:
    from shapely.geometry import Polygon

    return float(Polygon(outline).area)


def _distance(outline: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]], *, is_line: bool) -> float:
    """Metres between a footprint and a line or another footprint; to the centimetre, as plans are dimensioned."""
    from shapely.geometry import LineString, Polygon

    return round(float(Polygon(outline).distance(LineString(other) if is_line else Polygon(other))), 2)


def _sums(scheme: Scheme, names: dict[str, Value], own: list[Row], program: list[Row] | None) -> dict[str, Value]:
    """Totals: as told, else the sum of their parts."""
    made: dict[str, Value] = {}
    for field in ("floor_area", "counted_area"):
        if getattr(scheme, field) is None and program:
            made[field] = total(row.get(field) for row in program)
    if scheme.base_area is None and own:
        made["base_area"] = total(row.get("base_area") for row in own)
    made["dwellings"], made["rentals"] = _homes(program, "dwelling"), _homes(program, "rental")
    made["homes_total"] = made["dwellings"].plus(made["rentals"])
    return made


def _homes(program: list[Row] | None, use: str) -> Number:
    if program is None:
        return Number(0.0, math.inf, frozenset({"program"}))
    return total(row.get("homes") for row in program if row.get("use").text in (use, None))


def _place(scheme: Scheme, ground: Ground | None) -> dict[str, Value]:
    """What is known of the parcel; what a scheme says of its place counts where the register says nothing."""
    row = Row(Ground, ground, "parcel")
    made: dict[str, Value] = {"parcel": row}
    zone = (ground.zone if ground else None) or scheme.zone
    parking = (ground.parking_zone if ground else None) or scheme.parking_zone
    made["zone"] = _zone(zone, "zone")
    made["parking_zone"] = _zone(parking, "parking_zone")
    area = (ground.district_area if ground else None) or scheme.district_area
    made["district_area"] = _word(area, "district_area")
    code = (ground.code if ground else None) or scheme.code
    made["code"] = _word(code, "code")
    if ground is not None and ground.belt is not None:
        quarter = {"area": Word(ground.historic_area or ""), "belt": Word(ground.belt)}
        made["historic"] = Row(Historic, scheme.historic, "historic", quarter)
    made["codes"] = tuple(Word(one) for one in code.split("/")) if code else Untold(frozenset({"code"}))
    return made


def _zone(zone: int | None, path: str) -> Number:
    return Number.of(float(zone)) if zone else Number(1.0, 3.0, frozenset({path}))


def _word(text: str | None, path: str) -> Word:
    return Word(text) if text is not None else Word(None, frozenset({path}))


def _uses(program: list[Row] | None, own: list[Row] | None) -> Value:
    found = program if program is not None else own
    if found is None:
        return Untold(frozenset({"program"}))
    return tuple(row.get("use") for row in found)


def _main_use(scheme: Scheme, program: list[Row] | None) -> Word:
    if scheme.main_use is not None:
        return Word(scheme.main_use)
    if not program:
        return Word(None, frozenset({"main_use"}))
    by_use: dict[str, Number] = {}
    for row in program:
        use = row.get("use").text or ""
        by_use[use] = by_use.get(use, Number.of(0.0)).plus(row.get("counted_area"))
    best = max(by_use, key=lambda use: by_use[use].least)
    sure = all(by_use[best].least >= area.most for use, area in by_use.items() if use != best)
    return Word(best) if best and sure else Word(None, frozenset({"main_use"}))


def _tallest(own: list[Row] | None, homes: Sequence[str]) -> Number:
    if own is None:
        return Number(0.0, math.inf, frozenset({"buildings"}))
    floors = [row.get("floors") for row in own if row.get("use").text in (*homes, None)]
    return largest(floors) if floors else Number(0.0, math.inf, frozenset({"buildings.floors"}))
