"""The tools of car parks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Literal

from city.gazetteer import Spot
from tools.feeds.citydata import CityData
from tools.feeds.days import working_days
from tools.parking import answers as a
from tools.parking import forecast as ahead
from tools.parking.data import FREE, HOURS, LOTS
from tools.parking.demand import RELAXED, demand
from tools.parking.fees import FeeRule, Stay, Vehicle, cost
from tools.parking.lots import (
    Away,
    Lot,
    along,
    around,
    free_now,
    lot_named,
    lots_of,
    opener,
    price,
    rule_of,
    rules_of,
)
from tools.parking.opening import opening, read_hours
from tools.seam.endings import CannotCompute, NoData
from tools.seam.fields import Period
from tools.seam.tool import tool

MOST = 10
CORRIDOR = 500
_STAY = 2  # hours that `fee_2h` prices
_TIGHT = 1.05
_LENT = "shared"
_HOUR = timedelta(hours=1)


@tool("parking.near", "附近停车场", needs=(LOTS, FREE))
def near(asked: a.Near, data: CityData) -> a.LotsNear:
    """Car parks open now within a straight-line distance of a place, with free places and the fee of two hours."""
    spot = _point(asked.place, data)
    is_open = opener(data)
    usable = [lot for lot in lots_of(data) if not lot.for_lorries and is_open(lot).is_open]
    if asked.want == "charging":
        usable = [lot for lot in usable if lot.chargers]
    found = around(usable, spot.longitude or 0.0, spot.latitude or 0.0, asked.radius)
    if not found:
        raise NoData(
            f"no open car park within {asked.radius} m of {spot.name}",
            code="none_near",
            place=spot.name,
            radius=str(asked.radius),
        )
    seen = _seen(found, data)
    free = [lot.free for lot in seen if lot.free is not None]
    return a.LotsNear(
        place=spot.name,
        want=asked.want,
        radius=asked.radius,
        stay=_STAY,
        count=len(seen),
        free=sum(free) if free else None,
        lots=sorted(seen, key=lambda lot: _rank(lot, asked.want))[:MOST],
    )


@tool("parking.on_way", "顺路停车场", needs=(LOTS, FREE))
def on_way(asked: a.OnWay, data: CityData) -> a.LotsOnWay:
    """Car parks open now within 500 m of the straight line between two places, nearest to the destination first."""
    origin, destination = _point(asked.origin, data), _point(asked.destination, data)
    if origin == destination:
        raise CannotCompute(f"both ends are {origin.name}", code="same_place", place=origin.name)
    is_open = opener(data)
    usable = [lot for lot in lots_of(data) if not lot.for_lorries and is_open(lot).is_open]
    found = along(usable, origin, destination, CORRIDOR)
    if not found:
        raise NoData(
            f"no open car park between {origin.name} and {destination.name}",
            code="none_on_way",
            origin=origin.name,
            destination=destination.name,
        )
    return a.LotsOnWay(
        origin=origin.name,
        destination=destination.name,
        width=CORRIDOR,
        stay=_STAY,
        count=len(found),
        lots=sorted(_seen(found[: 2 * MOST], data), key=lambda lot: lot.free == 0)[:MOST],
    )


@tool("parking.lot", "停车场情况", needs=(LOTS, FREE))
def one(asked: a.OneLot, data: CityData) -> a.LotFound:
    """One car park: free places now, opening hours, what it costs and by which rule."""
    lot = lot_named(data, asked.lot)
    now_open = opener(data)(lot)
    free = free_now(data, [lot]).get(lot.id)
    rule = rule_of(lot, rules_of(data))
    return a.LotFound(
        **_plain(lot, data),
        free=free,
        taken=None if free is None else 100 * (lot.spaces - free) / lot.spaces,
        is_open=now_open.is_open,
        always_open=now_open.always,
        opens=now_open.opens,
        closes=now_open.closes,
        **_told(rule, data.now),
    )


@tool("parking.fee", "停车费计算", needs=(LOTS,))
def fee(asked: a.Stayed, data: CityData) -> a.FeeFound:
    """What a stay costs by the car park's rule, from now or from the time given."""
    lot = lot_named(data, asked.lot)
    rules = rules_of(data)
    rule = rule_of(lot, rules)
    if rule is None:
        raise NoData(f"no fee rule {lot.fee!r} of {lot.name}", code="no_rule", name=lot.name)
    minutes = round(asked.hours * 60)
    arrive = asked.arrive or data.now
    vehicle: Vehicle = "large" if lot.for_lorries else asked.vehicle
    yuan = cost(rule, rules, Stay(arrive, minutes, vehicle, lot.public_money))
    if yuan is None:
        raise NoData(f"{lot.name} has no price for {vehicle}", code="no_vehicle", name=lot.name)
    ride = rule.ride if rule.ride is not None and minutes <= rule.ride.minutes else None
    return a.FeeFound(
        name=lot.name,
        hours=asked.hours,
        arrive=arrive,
        leave=arrive + timedelta(minutes=minutes),
        vehicle=vehicle,
        yuan=yuan,
        fee=rule.title,
        basis=rule.basis,
        free_minutes=rule.free_minutes,
        day_cap=rule.day_cap,
        ride_yuan=ride.yuan if ride else None,
    )


@tool("parking.index", "泊位指数", needs=(LOTS, HOURS), cost=3)
def index(asked: a.Area, data: CityData) -> a.IndexFound:
    """Places against demand: places over the cars parked in the busiest hour of a usual day (see ``demand.py``).

    Car parks that institutions lend out of hours are left out: by day, at the peak, the public has none of them.
    """
    area = _district(asked.district, data) if asked.district else data.pack.city.name
    period = _past(asked.period, data)
    lots = [lot for lot in lots_of(data) if lot.district == (asked.district or lot.district) and lot.kind != _LENT]
    zone = data.now.tzinfo
    rows = data.between(  # a row of an hour is written at its end
        HOURS,
        datetime.combine(period.since, time(0), zone) + _HOUR,
        datetime.combine(period.until + timedelta(days=1), time(0), zone) + _HOUR,
    )
    found = demand(rows, lots)
    if found is None:
        raise NoData(f"no hours of car parks in {area} in {period}", code="no_hours", area=area)
    names = {lot.id: lot for lot in lots}
    districts = {d.id: d.name for d in data.pack.districts}
    return a.IndexFound(
        area=area,
        since=period.since,
        until=period.until,
        lots=found.lots,
        spaces=found.spaces,
        peak_cars=round(found.peak_cars),
        peak_hour=found.peak_hour,
        peak_taken=100 * found.peak_cars / found.spaces,
        index=found.ratio,
        level=_level(found.ratio),
        turnover=found.turnover,
        by_hour=[a.HourUse(hour=h.hour, taken=100 * h.share) for h in found.hours],
        full=[
            a.FullLot(
                name=names[full.lot].name,
                district=districts.get(names[full.lot].district, ""),
                spaces=names[full.lot].spaces,
                full_hours=full.hours,
                peak=100 * min(1.0, full.peak),
            )
            for full in found.full[:MOST]
        ],
    )


@tool("parking.forecast", "停车预测", needs=(LOTS, HOURS), cost=2)
def forecast(asked: a.Later, data: CityData) -> a.ForecastFound:
    """How full a car park will be within the next seven days, with an interval that holds eight times in ten."""
    lot = lot_named(data, asked.lot)
    end = data.now.replace(minute=0, second=0, microsecond=0)
    target = asked.time.astimezone(data.now.tzinfo)
    hours = int((target.replace(minute=0, second=0, microsecond=0) - end) / _HOUR) + 1
    if target < data.now:
        raise CannotCompute(f"{target} is over", code="past")
    if hours > ahead.FURTHEST:
        raise CannotCompute(f"{target} is more than {ahead.FURTHEST} h ahead", code="too_far")
    rows = data.between(HOURS, end - timedelta(weeks=ahead.WEEKS), data.now, {"lot": lot.id}, ("lot", "at", "cars"))
    is_workday = working_days(data)
    known = [(at, None if cars is None else cars / lot.spaces) for at, cars in rows.select("at", "cars").iter_rows()]
    past = ahead.series(end, known, is_workday)
    if past is None:
        raise CannotCompute(f"too few hours of {lot.name}", code="too_few_hours", name=lot.name)
    slot = ahead.slot_of(target.date(), target.hour, is_workday)
    said = ahead.predict(ahead.fit(past.share, past.slots), past.slots, slot, hours)
    return a.ForecastFound(
        name=lot.name,
        time=target,
        known_until=max(at for at, _ in known),
        spaces=lot.spaces,
        taken=100 * said.share,
        taken_low=100 * said.low,
        taken_high=100 * said.high,
        free=round(lot.spaces * (1 - said.share)),
        free_low=round(lot.spaces * (1 - said.high)),
        free_high=round(lot.spaces * (1 - said.low)),
        is_open=opening(read_hours(lot.workday_hours), read_hours(lot.restday_hours), is_workday, target).is_open,
    )


def _point(place: str, data: CityData) -> Spot:
    """A place that one can stand at. Raises NoData, and CannotCompute for a whole district."""
    spot = data.spot(place)
    if spot.kind == "district":
        raise CannotCompute(f"{spot.name} is too wide to say what is near", code="too_wide", place=spot.name)
    return spot


def _seen(found: Iterable[Away], data: CityData) -> list[a.LotSeen]:
    away = list(found)
    free = free_now(data, [item.lot for item in away])
    districts = {d.id: d.name for d in data.pack.districts}
    return [
        a.LotSeen(
            name=lot.name,
            sort=lot.sort,
            district=districts.get(lot.district, ""),
            distance=round(metres),
            free=free.get(lot.id),
            spaces=lot.spaces,
            fee_2h=price(lot, data, _STAY * 60),
            chargers=lot.chargers,
            height=lot.height,
            longitude=lot.longitude,
            latitude=lot.latitude,
        )
        for lot, metres in away
    ]


def _rank(lot: a.LotSeen, want: a.Want) -> tuple[bool, float, int]:
    """Full car parks last, then what is wanted, then the nearest; an unknown fee or count behind the known."""
    if want == "cheapest":
        return lot.free == 0, float("inf") if lot.fee_2h is None else lot.fee_2h, lot.distance
    if want == "free_places":
        return lot.free == 0, float("inf") if lot.free is None else -lot.free, lot.distance
    return lot.free == 0, 0.0, lot.distance


def _plain(lot: Lot, data: CityData) -> dict[str, object]:
    names = ("name", "sort", "address", "operator", "spaces", "chargers", "accessible", "height", "for_lorries")
    row: dict[str, object] = {name: getattr(lot, name) for name in (*names, "longitude", "latitude")}
    return row | {"district": next((d.name for d in data.pack.districts if d.id == lot.district), "")}


def _told(rule: FeeRule | None, now: datetime) -> dict[str, object]:
    """A rule in fields; the free hours as those of today."""
    if rule is None:
        return dict.fromkeys(("fee", "basis", "free_minutes", "free_from", "free_until", "day_cap")) | {
            "free_on_holidays": False,
            "steps": [],
            "ride_yuan": None,
            "ride_hours": None,
        }
    begins = [0, *(band.until or 0 for band in rule.bands)]
    steps = [
        a.Step(since=since, until=band.until, unit=band.unit, yuan=band.yuan)
        for since, band in zip(begins, rule.bands, strict=False)
    ]
    opens = None if rule.free_from is None else datetime.combine(now.date(), rule.free_from, now.tzinfo)
    closes = None if rule.free_until is None else datetime.combine(now.date(), rule.free_until, now.tzinfo)
    if opens and closes and closes <= opens:
        closes += timedelta(days=1)
    return {
        "fee": rule.title,
        "basis": rule.basis,
        "free_minutes": rule.free_minutes,
        "free_from": opens,
        "free_until": closes,
        "free_on_holidays": rule.free_on_holidays,
        "steps": steps,
        "day_cap": rule.day_cap,
        "ride_yuan": rule.ride.yuan if rule.ride else None,
        "ride_hours": rule.ride.minutes / 60 if rule.ride else None,
    }


def _district(id: str, data: CityData) -> str:
    name = next((d.name for d in data.pack.districts if d.id == id), None)
    if name is None:
        raise NoData(f"no district {id!r}", code="unknown_district")
    return name


def _past(period: Period | None, data: CityData) -> Period:
    """The period asked for, up to yesterday or today; the last seven whole days where none is."""
    yesterday = data.today - timedelta(days=1)
    if period is None:
        return Period(since=yesterday - timedelta(days=6), until=yesterday)
    if period.since > data.today:
        raise CannotCompute(f"{period.since} is still to come", code="not_yet")
    return Period(since=period.since, until=min(period.until, data.today))


def _level(index: float | None) -> Literal["short", "tight", "relaxed"] | None:
    if index is None:
        return None
    return "relaxed" if index >= RELAXED else "tight" if index >= _TIGHT else "short"
