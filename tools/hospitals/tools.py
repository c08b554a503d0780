"""The tools of the room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tools.feeds.citydata import CityData
from tools.feeds.days import working_days
from tools.feeds.ground import metres
from tools.hospitals.answers import (
    EntranceFound,
    HospitalsFound,
    HowLong,
    NearHospital,
    OpenFrom,
    Waiting,
    WaitingFound,
    WhereNear,
    WhichWay,
)
from tools.hospitals.data import CAMPUSES, CAR_PARKS, DEPARTMENTS, GATES, HOURS, QUEUE, ROUTES
from tools.hospitals.hours import Span, Status, minutes, of_day, status
from tools.hospitals.queues import NOBODY, Counts, now_waiting
from tools.hospitals.settings import Rules
from tools.seam.endings import CannotCompute, NoData
from tools.seam.naming import find
from tools.seam.tool import tool

_NEAREST = 5
_LISTED = 12
_FAR = 1_000
"""Metres from which people count in kilometres."""
Row = dict[str, Any]  # a row of a register, by its standard columns


@tool("hospitals.entrance", "医院走哪个门", needs=(CAMPUSES, GATES, CAR_PARKS, HOURS, ROUTES))
def entrance(asked: WhichWay, data: CityData) -> EntranceFound:
    """Which entrance, building and car park of a hospital to take, by purpose of the visit and time of the day."""
    rules = data.settings(Rules.FILE, Rules)
    campus, at = _campus(data, asked.hospital), asked.time or data.now
    visit = rules.purposes[asked.purpose]
    routes = _routes(data, campus["id"], asked.purpose, at)
    if not routes:
        raise NoData(
            f"{campus['name']} has no way in for {asked.purpose}",
            code="no_purpose",
            hospital=campus["name"],
            visit=visit.name,
        )
    spans, works = _spans(data, campus["id"], visit.service), working_days(data)
    state = status(spans, at, works)
    route = _route_at(routes, at if state.is_open else state.opens_at or at)
    gate, park = _by_id(data, GATES, route["gate"]), _by_id(data, CAR_PARKS, route["car_park"])
    car_gate = _by_id(data, GATES, park["gate"]) if park else None
    charged = campus["is_public"] and park is not None and asked.purpose not in ("delivery", "drop_off")
    return EntranceFound(
        hospital=campus["name"],
        address=campus["address"],
        phone=campus["phone"],
        purpose=asked.purpose,
        visit=visit.name,
        at=at,
        is_now=asked.time is None,
        is_open=state.is_open,
        closes_at=state.closes_at,
        opens_at=state.opens_at,
        hours=tuple(OpenFrom(opens=opens, closes=closes) for opens, closes in of_day(spans, at, works)),
        gate=gate["name"] if gate else route["gate"],
        road=gate["road"] if gate else None,
        is_step_free=bool(gate and gate["step_free"]),
        building=route["building"],
        walk=route["walk"],
        metres=route["metres"],
        walk_minutes=None if route["metres"] is None else max(1, round(route["metres"] / rules.metres_a_minute)),
        car_park=park["name"] if park else None,
        car_gate=car_gate["name"] if car_gate else None,
        spaces=park["spaces"] if park else None,
        accessible=park["accessible"] if park else None,
        stay=route["stay"],
        day_cap=rules.parking.day_cap if charged else None,
        free_hours=rules.parking.emergency_free_hours if charged and asked.purpose == "emergency" else None,
        others=_others(data, campus),
    )


@tool("hospitals.near", "附近的医院", needs=(CAMPUSES, DEPARTMENTS, HOURS))
def near(asked: WhereNear, data: CityData) -> HospitalsFound:
    """The nearest hospitals, or those with a department, and whether it is open now."""
    spot = data.spot(asked.place)
    if spot.latitude is None or spot.longitude is None:
        raise CannotCompute(f"{spot.name!r} is too wide to say what is near", code="too_wide", place=spot.name)
    whole = spot.kind == "district"
    department = _department(data, asked.department) if asked.department else None
    services = _services(data, department)
    works, found = working_days(data), []
    for campus in data.table(CAMPUSES).drop_nulls(["lon", "lat"]).sort("id").iter_rows(named=True):
        if campus["id"] not in services or (whole and campus["district"] != spot.district):
            continue
        state = status(_spans(data, campus["id"], services[campus["id"]]), data.now, works)
        away = None if whole else metres(spot.longitude, spot.latitude, campus["lon"], campus["lat"])
        found.append(_near(campus, away, state))
    if not found:
        where = spot.name if whole else data.pack.city.name
        raise NoData(f"{where}: no {department}", code="nothing_near", place=where, department=department or "")
    found.sort(key=lambda hospital: hospital.metres or 0)
    nearest = next((hospital for hospital in found if hospital.is_open), None)
    return HospitalsFound(
        place=spot.name,
        department=department,
        is_district=whole,
        hospitals=tuple(found[:_NEAREST]),
        open_name=nearest.name if nearest else None,
        open_address=nearest.address if nearest else None,
        open_metres=nearest.metres if nearest else None,
    )


@tool("hospitals.waiting", "候诊人数", needs=(CAMPUSES, DEPARTMENTS, HOURS, QUEUE))
def waiting(asked: HowLong, data: CityData) -> WaitingFound:
    """How many people wait at a hospital now, and about how long: one department, or those that are open."""
    import polars as pl

    campus = _campus(data, asked.hospital)
    rows = data.table(DEPARTMENTS).filter(pl.col("campus") == campus["id"]).sort("id")
    if asked.department:
        name = _department(data, asked.department)
        rows = rows.filter(pl.col("name") == name)
        if rows.is_empty():
            raise NoData(
                f"{campus['name']} has no {name}", code="no_department", hospital=campus["name"], department=name
            )
    departments = list(rows.iter_rows(named=True))
    if not departments:
        raise NoData(f"no departments of {campus['name']} are known", code="no_queue", hospital=campus["name"])
    works = working_days(data)
    states = {d["id"]: status(_spans(data, campus["id"], d["service"]), data.now, works) for d in departments}
    opened = [id for id, state in states.items() if state.is_open]
    counts = now_waiting(data, opened, data.settings(Rules.FILE, Rules)) if opened else NOBODY
    if opened and not counts.now:
        raise NoData(f"{campus['name']} reports no queue", code="no_queue", hospital=campus["name"])
    told = [_waiting(department, states[department["id"]], counts) for department in departments]
    told.sort(key=lambda one: (not one.is_open, -(one.waiting or 0), one.name))
    known = [one.waiting for one in told if one.waiting is not None]
    return WaitingFound(
        hospital=campus["name"],
        at=counts.at,
        is_one=bool(asked.department),
        total=sum(known) if known else None,
        open_count=len(opened),
        departments=tuple(told[:_LISTED]),
    )


def _campus(data: CityData, said: str) -> Row:
    rows = {row["id"]: row for row in data.table(CAMPUSES).iter_rows(named=True)}
    return rows[find(said, [(id, (row["name"], *(row["aliases"] or "").split("、"))) for id, row in rows.items()])]


def _department(data: CityData, said: str) -> str:
    """The name of a department as the register has it."""
    names = data.table(DEPARTMENTS).select("name", "aliases").unique(maintain_order=True).iter_rows()
    forms: dict[str, list[str]] = {}
    for name, aliases in names:
        forms.setdefault(name, [name]).extend((aliases or "").split("、"))
    return find(said, list(forms.items()))


def _spans(data: CityData, campus: str, service: str) -> list[Span]:
    import polars as pl

    rows = data.table(HOURS).filter((pl.col("campus") == campus) & (pl.col("service") == service))
    return [
        Span(days, minutes(opens), minutes(closes))
        for days, opens, closes in rows.select("days", "opens", "closes").drop_nulls().iter_rows()
    ]


def _services(data: CityData, department: str | None) -> dict[str, str]:
    """Campus → the service by whose hours the department is open; without a department, the clinic's."""
    import polars as pl

    rows = data.table(DEPARTMENTS)
    if department is None:
        return dict.fromkeys(rows["campus"].unique().to_list(), "outpatient")
    return dict(rows.filter(pl.col("name") == department).select("campus", "service").iter_rows())


def _routes(data: CityData, campus: str, purpose: str, at: datetime) -> list[Row]:
    """The ways in for a purpose that are in force on the day."""
    import polars as pl

    day = pl.lit(at.date())
    rows = data.table(ROUTES).filter(
        (pl.col("campus") == campus)
        & (pl.col("purpose") == purpose)
        & (pl.col("since").is_null() | (pl.col("since") <= day))
        & (pl.col("until").is_null() | (pl.col("until") > day))
    )
    return list(rows.sort("opens", "since").iter_rows(named=True))


def _route_at(routes: list[Row], at: datetime) -> Row:
    """The way in at a time of the day; where none holds then, the first of the day."""
    clock = at.hour * 60 + at.minute
    held = [route for route in routes if minutes(route["opens"]) <= clock < minutes(route["closes"])]
    return (held or routes)[0]


def _by_id(data: CityData, register: Any, id: str | None) -> Row | None:  # GATES or CAR_PARKS
    import polars as pl

    rows = data.table(register).filter(pl.col("id") == id) if id else None
    return rows.row(0, named=True) if rows is not None and len(rows) else None


def _others(data: CityData, campus: Row) -> tuple[str, ...]:
    import polars as pl

    rows = data.table(CAMPUSES).filter((pl.col("hospital") == campus["hospital"]) & (pl.col("id") != campus["id"]))
    return tuple(rows.sort("id")["name"].to_list())


def _near(campus: Row, away: float | None, state: Status) -> NearHospital:
    return NearHospital(
        name=campus["name"],
        grade=campus["grade"],
        address=campus["address"],
        phone=campus["phone"],
        metres=None if away is None else round(away),
        km=round(away / 1000, 1) if away is not None and away >= _FAR else None,
        is_open=state.is_open,
        closes_at=state.closes_at,
        opens_at=state.opens_at,
    )


def _waiting(department: Row, state: Status, counts: Counts) -> Waiting:
    now = counts.now.get(department["id"])
    return Waiting(
        name=department["name"],
        building=department["building"],
        floor=department["floor"],
        is_open=state.is_open,
        waiting=now.waiting if now else None,
        minutes=now.minutes if now else None,
        usual=counts.usual.get(department["id"]),
        opens_at=state.opens_at,
    )
