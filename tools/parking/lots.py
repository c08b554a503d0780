"""Car parks with their free places: by name, by distance from a point, along a way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from city.gazetteer import Spot
from tools.feeds.citydata import CityData
from tools.feeds.days import working_days
from tools.feeds.errors import NotCurrent
from tools.feeds.ground import Plane
from tools.feeds.naming import said_alike
from tools.parking.data import FREE, LOTS
from tools.parking.fees import FILE, FeeRule, Rules, Stay, Vehicle, cost
from tools.parking.opening import Opening, opening, read_hours
from tools.seam.endings import CannotCompute, NoData
from tools.seam.fields import PLAIN
from tools.seam.showing import text_of

_NAMED = 5


@dataclass(frozen=True)
class Lot:
    """A row of the register."""

    id: str
    name: str
    kind: str
    sort: str
    district: str
    street: str
    address: str
    longitude: float
    latitude: float
    spaces: int
    chargers: int
    accessible: int | None
    height: float | None
    for_lorries: bool
    workday_hours: str
    restday_hours: str
    fee: str
    public_money: bool
    since: date | None
    operator: str
    aliases: tuple[str, ...] = ()


class Away(NamedTuple):
    """A car park and its metres from what was asked."""

    lot: Lot
    metres: float


def lots_of(data: CityData) -> list[Lot]:
    """The car parks in use today, by id. Raises NoData."""
    return [lot for lot in _every(data) if _is_used(lot, data)]


def rules_of(data: CityData) -> Rules:
    """The city's fee rules. Raises NoData where the pack has none."""
    return data.settings(FILE, Rules)


def rule_of(lot: Lot, rules: Rules) -> FeeRule | None:
    """The rule of a car park; None where none is set, or where the pack does not know it."""
    return rules.rules.get(lot.fee)


def price(lot: Lot, data: CityData, minutes: int, vehicle: Vehicle = "car") -> float | None:
    """Yuan of a stay that begins now; None where no rule says."""
    rules = rules_of(data)
    rule = rule_of(lot, rules)
    return cost(rule, rules, Stay(data.now, minutes, vehicle, lot.public_money)) if rule else None


def lot_named(data: CityData, said: str) -> Lot:
    """The car park in use that was named.

    Raises NoData where none is like it or it is still to be opened, CannotCompute where several are.
    """
    lots = _every(data)
    every = (name for lot in lots for name in (lot.name, *lot.aliases))
    names = set(said_alike(said, every, rules_of(data).name_words))
    if not names:
        raise NoData(f"no car park is named like {said!r}", code="unknown_lot", name=said)
    alike = [lot for lot in lots if names.intersection((lot.name, *lot.aliases))]
    found = [lot for lot in alike if _is_used(lot, data)]
    if not found:  # a planned one must not be answered by its neighbour
        day = text_of(alike[0].since, PLAIN)
        raise NoData(f"{alike[0].name} opens on {day}", code="not_yet_used", name=alike[0].name, day=day)
    if len(found) > 1:
        several = "、".join(lot.name for lot in found[:_NAMED])
        raise CannotCompute(f"{said!r} may be {several}", code="several", name=said, names=several)
    return found[0]


def opener(data: CityData) -> Callable[[Lot], Opening]:
    """Says of car parks whether they are open now."""
    is_workday = working_days(data)
    return lambda lot: opening(read_hours(lot.workday_hours), read_hours(lot.restday_hours), is_workday, data.now)


def free_now(data: CityData, lots: Sequence[Lot]) -> dict[str, int | None]:
    """Free places by id; a car park whose count is too old, or that sent a false one, is left out or None."""
    try:
        rows = data.latest(FREE, {"lot": [lot.id for lot in lots]})
    except (NotCurrent, NoData):  # the place, the fee and the hours are still worth telling
        return {}
    spaces = {lot.id: lot.spaces for lot in lots}
    return {
        lot: free if free is not None and free <= spaces[lot] else None
        for lot, free in rows.select("lot", "free").iter_rows()
    }


def around(lots: Iterable[Lot], longitude: float, latitude: float, radius: float) -> list[Away]:
    """Car parks within ``radius`` metres in a straight line, nearest first."""
    plane = Plane(longitude, latitude)
    away = [Away(lot, math.hypot(*plane.place(lot.longitude, lot.latitude))) for lot in lots]
    return sorted((a for a in away if a.metres <= radius), key=lambda a: (a.metres, a.lot.id))


def along(lots: Iterable[Lot], origin: Spot, destination: Spot, width: float) -> list[Away]:
    """Car parks within ``width`` metres of the straight line, by metres to the destination, nearest first.

    The straight line stands for the way: on a city's grid the streets that one takes lie within such a corridor of it
    for all but the longest detours, and no road network is needed.
    """
    plane = Plane(*_point(destination))
    line = plane.place(*_point(origin))
    found = []
    for lot in lots:
        at = plane.place(lot.longitude, lot.latitude)
        if _from_line(at, line) <= width:
            found.append(Away(lot, math.hypot(*at)))
    return sorted(found, key=lambda a: (a.metres, a.lot.id))


def _point(spot: Spot) -> tuple[float, float]:
    assert spot.longitude is not None  # noqa: S101  # CityData.spot gives none without a position
    assert spot.latitude is not None  # noqa: S101  # as above
    return spot.longitude, spot.latitude


def _from_line(at: tuple[float, float], line: tuple[float, float]) -> float:
    """Metres from the stretch between the plane's point and ``line``."""
    length = line[0] ** 2 + line[1] ** 2
    share = min(1.0, max(0.0, (at[0] * line[0] + at[1] * line[1]) / length)) if length else 0.0
    return math.hypot(at[0] - share * line[0], at[1] - share * line[1])


def _every(data: CityData) -> list[Lot]:
    return data.derived("parking.lots", (LOTS,), lambda: _read(data))


def _is_used(lot: Lot, data: CityData) -> bool:
    return lot.since is None or lot.since <= data.today


def _read(data: CityData) -> list[Lot]:
    needed = ("name", "kind", "district", "longitude", "latitude", "spaces")
    rows = data.table(LOTS).drop_nulls(needed).sort("id")
    return [_lot(row) for row in rows.iter_rows(named=True)]


def _lot(row: dict[str, Any]) -> Lot:
    for name in ("sort", "street", "address", "fee", "operator", "workday_hours", "restday_hours"):
        row[name] = row[name] or ""
    for name in ("for_lorries", "public_money"):
        row[name] = bool(row[name])
    aliases = tuple(name for name in (row["aliases"] or "").split("、") if name)
    return Lot(**row | {"chargers": row["chargers"] or 0, "aliases": aliases})
