"""What is asked of a day, made definite; and the plan as it is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tools.seam.endings import CannotCompute, NoData, NotCurrent
from tools.tourism.crowd import now_inside, usually
from tools.tourism.day import Crowding, Plan, Wish
from tools.tourism.day import plan as best_plan
from tools.tourism.models import PlanAsked, PlannedMeal, PlannedStop, PlanTold
from tools.tourism.opening import DAY_END, minutes
from tools.tourism.route import Visit
from tools.tourism.sights import Sights, load, moment
from tools.tourism.travel import Leg, Point

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

_QUARTER = 15
_AHEAD = 180
_HOUR = 60
_MOST = 12


class Start(NamedTuple):
    """Where the day begins."""

    name: str
    point: Point


def plan(asked: PlanAsked, data: CityData) -> PlanTold:
    """See ``tourism.plan``."""
    sights = load(data)
    start = _start(asked, data, sights)
    day, begin = _when(asked, data, sights)
    end = min(begin + round((asked.hours or sights.rules.hours) * _HOUR), DAY_END)
    wish = Wish(
        start=start.point,
        day=day,
        begin=begin,
        end=end,
        by=asked.by,
        interests=frozenset(asked.interests),
        children=asked.with_children,
        elderly=asked.with_elderly,
        indoor=asked.indoor,
        most=asked.most_sights or _MOST,
    )
    crowding = _crowding(data, sights, day)
    found = best_plan(sights, wish, crowding, data.today)
    if found is None:
        raise CannotCompute("no sight fits into that day", code="nothing_fits", day=day.isoformat())
    return _told(data, sights, start, wish, crowding, found)


def _start(asked: PlanAsked, data: CityData, sights: Sights) -> Start:
    """The place said; a sight that is no place of the gazetteer too; else the city's usual start."""
    if asked.start is None:
        mark = next((m for m in data.pack.landmarks if m.id == sights.rules.start), None)
        if mark is None:
            raise NoData(f"the start {sights.rules.start!r} is no landmark", code="unknown_place", place="")
        return Start(mark.name, Point(mark.lon, mark.lat))
    try:
        spot = data.spot(asked.start)
    except NoData as unknown:
        try:
            sight = sights.named(asked.start)
        except (NoData, CannotCompute):
            raise unknown from None
        return Start(sight.name, sight.point)
    return Start(spot.name, Point(spot.longitude or 0.0, spot.latitude or 0.0))


def _when(asked: PlanAsked, data: CityData, sights: Sights) -> tuple[date, int]:
    """The day and the minute it begins. Nothing said: today while there is time, else tomorrow."""
    usual, now = minutes(sights.rules.begin), data.now.hour * _HOUR + data.now.minute
    if asked.begin is not None:
        local = asked.begin.astimezone(data.now.tzinfo) if asked.begin.tzinfo else asked.begin
        day, begin = asked.day or local.date(), local.hour * _HOUR + local.minute
    elif asked.day is not None:
        day, begin = asked.day, usual
    else:
        late = now > minutes(sights.rules.latest_start)
        day, begin = data.today + timedelta(days=late), usual
    if day == data.today and begin < now:
        if asked.begin is not None:
            raise CannotCompute(f"{begin // _HOUR}:{begin % _HOUR:02} of today is past", code="past_time")
        begin = -(-now // _QUARTER) * _QUARTER
    if day < data.today:
        raise CannotCompute(f"{day} is past", code="past_day", day=day.isoformat())
    if (day - data.today).days > _AHEAD:
        raise CannotCompute(f"{day} is too far ahead to plan", code="too_far", day=day.isoformat())
    return day, begin


def _crowding(data: CityData, sights: Sights, day: date) -> Crowding:
    usual = usually(data, day, sights.rules.crowd.weeks)
    if day != data.today:
        return Crowding(usual, {}, None)
    try:
        return Crowding(usual, now_inside(data), data.now.hour)
    except (NoData, NotCurrent):
        return Crowding(usual, {}, None)


def _told(data: CityData, sights: Sights, start: Start, wish: Wish, crowding: Crowding, found: Plan) -> PlanTold:
    visits = [visit for visit in found.route.visits if visit.stop is not None]
    pairs = zip(visits, found.legs, strict=False)
    stops = tuple(_told_stop(data, sights, wish, crowding, visit, way) for visit, way in pairs)
    meals = [visit for visit in found.route.visits if visit.stop is None]
    names = [m.name for m in sights.rules.meals if wish.begin <= minutes(m.first)]
    home = found.legs[-1]
    prices = [sights.prices(sights.by_id[visit.stop or ""], wish.day) for visit in visits]
    speeds = {"walk": sights.rules.travel.walk, "transit": sights.rules.travel.transit, "car": sights.rules.travel.car}
    return PlanTold(
        day=wish.day,
        start=start.name,
        begin=moment(data, wish.day, wish.begin),
        back=moment(data, wish.day, found.route.back),
        back_travel=home.minutes,
        back_distance=home.km,
        back_by=home.by,
        stops=stops,
        meals=tuple(
            PlannedMeal(name=name, begin=moment(data, wish.day, v.enter), end=moment(data, wish.day, v.leave))
            for name, v in zip(names, meals, strict=False)
        ),
        count=len(stops),
        travel_total=sum(stop.travel for stop in stops) + home.minutes,
        stay_total=sum(stop.stay for stop in stops),
        wait_total=sum(stop.wait for stop in stops),
        price=sum(price.full for price in prices),
        price_child=_total((p.child, p.full) for p in prices) if wish.children else None,
        price_65=_total((p.age_65, p.full) for p in prices) if wish.elderly else None,
        matching=_matching(sights, wish, visits) if wish.interests else None,
        candidates=found.candidates,
        method="exact" if found.route.exact else "heuristic",
        value=found.route.value,
        detour=sights.rules.travel.detour,
        speed=speeds[wish.by].speed,
        crowding_known=crowding.usual.days > 0,
    )


def _matching(sights: Sights, wish: Wish, visits: Iterable[Visit]) -> int:
    """Stops that are of an interest asked for."""
    return sum(bool(wish.interests & sights.by_id[visit.stop or ""].interests) for visit in visits)


def _total(prices: Iterable[tuple[float | None, float]]) -> float:
    """The sum of a concession; the full price where there is none."""
    return sum(full if less is None else less for less, full in prices)


def _told_stop(data: CityData, sights: Sights, wish: Wish, crowding: Crowding, visit: Visit, way: Leg) -> PlannedStop:
    sight = sights.by_id[visit.stop or ""]
    spans = sights.openings.on(sight.id, wish.day)
    span = next(s for s in spans if s.opens <= visit.enter <= s.last_entry and visit.leave <= s.closes)
    share = crowding.share(sight, min(visit.enter // _HOUR, 23))
    return PlannedStop(
        name=sight.name,
        district=next((d.name for d in data.pack.districts if d.id == sight.district), sight.district),
        by=way.by,
        distance=way.km,
        travel=way.minutes,
        arrive=moment(data, wish.day, visit.arrive),
        wait=visit.enter - visit.arrive,
        enter=moment(data, wish.day, visit.enter),
        leave=moment(data, wish.day, visit.leave),
        stay=visit.leave - visit.enter,
        last_entry=moment(data, wish.day, span.last_entry),
        closes=moment(data, wish.day, span.closes),
        price=sights.prices(sight, wish.day).full,
        crowding=None if share is None else 100 * share,
        booking_days=sight.booking_days,
        indoor=sight.indoor,
    )
