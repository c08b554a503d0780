"""Nearest units, the state of the fleet, several events at once, for the reader."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from tools.feeds.errors import NoData
from tools.patrols.answers import AssignFound, Count, Left, NearestFound, One, Ready, Reason, Sent, StatusFound
from tools.patrols.asked import AssignAsked, NearestAsked, Sort, StatusAsked
from tools.patrols.assigning import assign
from tools.patrols.fleet import OFF, SILENT, STATES, Unit, fleet, named
from tools.patrols.paths import inside
from tools.patrols.plane import length
from tools.patrols.reach import Goal, Need, Ranked, Terrain, Way, rank, weathered
from tools.patrols.rules import PAYLOADS, Kind, Words
from tools.seam import CannotCompute

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

MOST_OTHERS = 6
MOST_EVENTS = 12


def goal_of(place: str, data: CityData, terrain: Terrain) -> Goal:
    """A place by its name. Raises NoData, and CannotCompute for a whole district."""
    spot = data.spot(place)
    if spot.kind == "district":
        raise CannotCompute(f"{spot.name!r} is too wide to go to", code="too_wide", place=spot.name)
    if spot.latitude is None or spot.longitude is None:  # ``spot`` raises where it has no position
        raise NoData(f"{place!r} has no position", code="unknown_place", place=place)
    return Goal(spot.name, terrain.plane.point(spot.longitude, spot.latitude), spot.district)


def of_sort(units: Sequence[Unit], kind: Sort) -> list[Unit]:
    """The units of a kind."""
    return [unit for unit in units if kind in ("any", unit.kind)]


def nearest_to(asked: NearestAsked, data: CityData) -> NearestFound:
    """See ``tools.nearest``."""
    terrain = Terrain.of(data)
    goal, event = goal_of(asked.place, data, terrain), terrain.rules.events[asked.event]
    found = rank(of_sort(fleet(data), asked.kind), goal, Need(event, asked.payload), terrain, asked.most)
    zone, sky = inside(goal.point, terrain.zones), terrain.skies.get(goal.district)
    return NearestFound(
        place=goal.name,
        event=event.name,
        call=event.call or None,
        zone=zone.name if zone else None,
        zone_reason=zone.reason if zone else None,
        gust=round(sky.gust, 1) if sky else None,
        rain=round(sky.rain, 1) if sky else None,
        units=tuple(ready(unit, way, goal, terrain) for unit, way in found.ready),
        others=_others(found, goal, terrain),
        reasons=_reasons(found, terrain.rules.words),
    )


def _reasons(found: Ranked, words: Words) -> tuple[Reason, ...]:
    counts = Counter(words.reasons.get(why, why) for _, why in found.refused)
    return tuple(Reason(why=why, count=count) for why, count in counts.most_common())


def _others(found: Ranked, goal: Goal, terrain: Terrain) -> tuple[Left, ...]:
    """Units nearer in a straight line than the last that is taken (all where none is), and why they are not."""
    bound = max((direct_km(unit, goal, terrain) for unit, _ in found.ready), default=math.inf)
    words = terrain.rules.words
    rows = [
        Left(
            name=unit.name,
            kind=words.kinds[unit.kind],
            direct_km=direct_km(unit, goal, terrain),
            why=words.reasons.get(why, why),
        )
        for unit, why in found.refused
    ]
    near = sorted((row for row in rows if row.direct_km <= bound), key=lambda row: (row.direct_km, row.name))
    return tuple(near[:MOST_OTHERS])


def direct_km(unit: Unit, goal: Goal, terrain: Terrain) -> float:
    """Kilometres in a straight line."""
    return round(length([terrain.plane.point(*unit.at), goal.point]) / 1000, 1)


def ready(unit: Unit, way: Way, goal: Goal, terrain: Terrain) -> Ready:
    """A unit that can go, for the reader."""
    words = terrain.rules.words
    return Ready(
        name=unit.name,
        kind=words.kinds[unit.kind],
        base=unit.base,
        minutes=round(way.minutes, 1),
        arrives=terrain.now + timedelta(minutes=math.ceil(way.minutes)),
        km=round(way.metres / 1000, 1),
        direct_km=direct_km(unit, goal, terrain),
        battery=whole(unit.battery),
        left=left_of(unit, way),
        ends=unit.ends,
        payloads=tuple(words.payloads[name] for name in PAYLOADS if name in unit.payloads),
        detour=unit.kind == "drone" and len(way.path) > 2,
    )


def whole(battery: float | None) -> int | None:
    """Per cent, never more than there is."""
    return None if battery is None else math.floor(battery)


def left_of(unit: Unit, way: Way) -> int | None:
    """Per cent of battery left when home again."""
    return None if unit.battery is None or way.needed is None else math.floor(unit.battery - way.needed)


def counted(asked: StatusAsked, data: CityData) -> StatusFound:
    """See ``tools.status``. Raises NoData where the district has no unit."""
    everybody = fleet(data)
    one = named(asked.unit, everybody, data) if asked.unit else None
    units = [unit for unit in everybody if asked.district in (None, unit.district)] if one is None else [one]
    names = {district.id: district.name for district in data.pack.districts}
    where = names.get(asked.district, asked.district) if asked.district else data.pack.city.name
    if not units:
        raise NoData(f"no unit is based in {where}", code="no_units", where=where)
    terrain = Terrain.of(data)
    kinds = [
        _count(terrain.rules.words.kinds[kind], [unit for unit in units if unit.kind == kind])
        for kind in get_args(Kind)
        if any(unit.kind == kind for unit in units)
    ]
    drones = [unit for unit in units if unit.kind == "drone" and unit.state == "free"]
    at_home = [weathered(unit, terrain, _home(unit, terrain)) for unit in drones]
    reserve = terrain.rules.flight.reserve
    return StatusFound(
        where=where,
        at=max((unit.reported for unit in units if unit.reported), default=None),
        one=_one(one, terrain, data) if one else None,
        total=len(units),
        free=sum(count.free for count in kinds),
        kinds=tuple(kinds),
        grounded=None if "weather" in at_home else sum(why in ("wind", "rain") for why in at_home),
        low=sum(unit.kind == "drone" and unit.battery is not None and unit.battery <= reserve for unit in units),
        reserve=round(reserve),
    )


def _one(unit: Unit, terrain: Terrain, data: CityData) -> One:
    words, here = terrain.rules.words, terrain.plane.point(*unit.at)
    marks = [(length([here, terrain.plane.point(mark.lon, mark.lat)]), mark.name) for mark in data.pack.landmarks]
    return One(
        name=unit.name,
        kind=words.kinds[unit.kind],
        state=words.states.get(unit.state, unit.state),
        base=unit.base,
        near=min(marks)[1] if marks and unit.state not in (SILENT, OFF) else None,
        battery=whole(unit.battery),
        ends=unit.ends,
        reported=unit.reported,
    )


def _home(unit: Unit, terrain: Terrain) -> Goal:
    return Goal(unit.base, terrain.plane.point(*unit.base_at), unit.district)


def _count(kind: str, units: Sequence[Unit]) -> Count:
    states = Counter(unit.state if unit.state in STATES else "other" for unit in units)
    return Count(kind=kind, total=len(units), **{name: states[name] for name in (*STATES, "other")})


def assigned(asked: AssignAsked, data: CityData) -> AssignFound:
    """See ``tools.assign``. Raises CannotCompute where fewer than two places are known, or too many are named."""
    terrain = Terrain.of(data)
    goals, unknown = _goals(asked, data, terrain)
    if not goals:
        raise CannotCompute("no place is known", code="no_places")
    if len(goals) < 2:
        raise CannotCompute(
            f"only {len(goals)} of the places are known",
            code="few_places",
            known="、".join(goal.name for goal in goals),
        )
    if len(goals) > MOST_EVENTS:
        raise CannotCompute(f"{len(goals)} places", code="many_places", most=str(MOST_EVENTS))
    units, event = of_sort(fleet(data), asked.kind), terrain.rules.events[asked.event]
    ways = [
        {unit.id: (unit, way) for unit, way in rank(units, goal, Need(event), terrain, len(goals)).ready}
        for goal in goals
    ]
    chosen = assign([{id: way.minutes for id, (_, way) in row.items()} for row in ways])
    sent = [
        _sent(goal, row.get(id) if id else None, terrain) for goal, row, id in zip(goals, ways, chosen, strict=True)
    ]
    minutes = [one.minutes for one in sent if one.minutes is not None]
    return AssignFound(
        event=event.name,
        call=event.call or None,
        events=len(goals),
        served=len(minutes),
        total=round(sum(minutes), 1),
        longest=max(minutes, default=None),
        sent=tuple(sent),
        unknown=tuple(unknown),
    )


def _sent(goal: Goal, going: tuple[Unit, Way] | None, terrain: Terrain) -> Sent:
    if going is None:
        return Sent(place=goal.name)
    unit, way = going
    kind = terrain.rules.words.kinds[unit.kind]
    return Sent(
        place=goal.name, unit=unit.name, kind=kind, minutes=round(way.minutes, 1), km=round(way.metres / 1000, 1)
    )


def _goals(asked: AssignAsked, data: CityData, terrain: Terrain) -> tuple[list[Goal], list[str]]:
    """The places as given, or those named in what is said; and those that are not known."""
    names = list(asked.places)
    if not names:
        found = data.gazetteer.mentions(asked.said)
        exact = [one for one in found if any(spot.kind not in ("district", "road") for spot in one.spots)]
        names = list(dict.fromkeys(one.name for one in exact or found))
    goals: list[Goal] = []
    unknown: list[str] = []
    for name in names:
        try:
            goals.append(goal_of(name, data, terrain))
        except (NoData, CannotCompute):  # it is named among the unknown, and the others are served
            unknown.append(name)
    return goals, unknown
