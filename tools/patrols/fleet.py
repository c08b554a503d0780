"""The drones and teams as they are now, and the weather that they would go out in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tools.feeds.errors import NoData, NotCurrent
from tools.patrols.data import POSITIONS, SHIFTS, UNITS, WEATHER
from tools.patrols.plane import Wind
from tools.patrols.rules import PAYLOADS, Kind, Payload
from tools.seam.naming import find

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

SILENT, OFF = "silent", "off"
STATES = ("free", "busy", "charging", "maintenance", OFF, SILENT)


@dataclass(frozen=True)
class Unit:
    """A drone or a team. ``state`` is "silent" where its newest position is too old; it then stands at its base.

    ``speed``, ``climb`` in m/s, ``endurance`` in minutes on a full battery, limits in m/s and mm/h, ``battery`` in %.
    ``ends`` is the end of the duty that a team is on, None for drones and where the city has no roster.
    """

    id: str
    name: str
    kind: Kind
    base: str
    district: str
    base_at: tuple[float, float]
    at: tuple[float, float]
    state: str
    battery: float | None
    speed: float
    climb: float | None
    endurance: float | None
    wind_limit: float | None
    rain_limit: float | None
    payloads: frozenset[Payload]
    ends: datetime | None = None
    reported: datetime | None = None


@dataclass(frozen=True)
class Sky:
    """Wind and rain over a district; ``gust`` in m/s, ``rain`` in mm/h."""

    wind: Wind
    gust: float
    rain: float


def fleet(data: CityData) -> list[Unit]:
    """Every unit of the register as it is now. Raises NotCurrent where not one position is current."""
    now = {row["unit"]: row for row in data.latest(POSITIONS).iter_rows(named=True)}
    shifts = duties(data)
    rows = data.table(UNITS).drop_nulls(["id", "name", "lat", "lon", "speed"]).sort("id")
    return [_unit(row, now.get(row["id"]), shifts) for row in rows.iter_rows(named=True)]


def duties(data: CityData) -> dict[str, datetime] | None:
    """Team → the end of its duty; None where the city has no roster and the state alone counts.

    Shifts that follow without a gap are one duty: the next crew takes over the task.
    """
    if not data.has(SHIFTS):
        return None
    import polars as pl

    rows = data.table(SHIFTS).drop_nulls(["unit", "starts", "ends"]).filter(pl.col("ends") > data.now)
    found: dict[str, datetime] = {}
    for unit, starts, ends in rows.sort("starts").select("unit", "starts", "ends").iter_rows():
        if starts <= found.get(unit, data.now):
            found[unit] = max(ends, found.get(unit, ends))
    return found


def _unit(row: Mapping[str, Any], now: Mapping[str, Any] | None, shifts: Mapping[str, datetime] | None) -> Unit:
    kind: Kind = "drone" if row["kind"] == "drone" else "team"
    base_at = (row["lon"], row["lat"])
    is_placed = now is not None and now["lon"] is not None and now["lat"] is not None
    ends = shifts.get(row["id"]) if shifts and kind == "team" else None
    is_off = kind == "team" and shifts is not None and ends is None
    return Unit(
        id=row["id"],
        name=row["name"],
        kind=kind,
        base=row["base"],
        district=row["district"],
        base_at=base_at,
        at=(now["lon"], now["lat"]) if now is not None and is_placed else base_at,
        state=OFF if is_off else SILENT if now is None or not is_placed else str(now["state"]),
        battery=None if now is None else now["battery"],
        speed=row["speed"],
        climb=row["climb"],
        endurance=row["endurance"],
        wind_limit=row["wind_limit"],
        rain_limit=row["rain_limit"],
        payloads=frozenset(name for name in PAYLOADS if row[name]),
        ends=ends,
        reported=now["at"] if now is not None else None,
    )


def named(said: str, units: list[Unit], data: CityData) -> Unit:
    """The unit called ``said``. Raises NoData where none is, CannotCompute naming them where several may be."""
    aliases = {row["id"]: (row["aliases"] or "").split("、") for row in data.table(UNITS).iter_rows(named=True)}
    by_id = {unit.id: unit for unit in units}
    return by_id[find(said, [(unit.id, (unit.name, *aliases[unit.id], unit.id)) for unit in units])]


def skies(data: CityData) -> dict[str, Sky]:
    """Wind and rain of each district now; empty where nothing is current."""
    try:
        rows = data.latest(WEATHER)
    except (NoData, NotCurrent):  # drones then stay down, and it is said why
        return {}
    return {
        row["district"]: Sky(Wind(row["wind"], row["from_degrees"]), row["gust"], row["rain"])
        for row in rows.drop_nulls().iter_rows(named=True)
    }
