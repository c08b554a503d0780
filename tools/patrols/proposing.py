"""A draft of an assignment: who, the way, and what would be flown over. It sends nobody: a person confirms it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from tools.patrols.answers import Corner, Proposed
from tools.patrols.asked import ProposeAsked
from tools.patrols.fleet import Unit, fleet, named
from tools.patrols.looking import direct_km, goal_of, left_of, of_sort, whole
from tools.patrols.paths import shortest
from tools.patrols.plane import Point
from tools.patrols.reach import Goal, Need, Terrain, Way, drives, fly, rank, unfit
from tools.seam import CannotCompute

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

MOST_OVER = 20


def proposed(asked: ProposeAsked, data: CityData) -> Proposed:
    """See ``tools.propose``. Raises NoData, and CannotCompute where the unit, or everybody, cannot go."""
    terrain = Terrain.of(data)
    goal, event = goal_of(asked.place, data, terrain), terrain.rules.events[asked.event]
    units, need = fleet(data), Need(event)
    best = rank(of_sort(units, asked.kind), goal, need, terrain, 1).ready
    if asked.unit:
        unit = named(asked.unit, units, data)
        way = _way(unit, goal, need, terrain, best)
    elif best:
        unit, way = best[0]
    else:
        raise _nobody(asked, goal, rank(units, goal, need, terrain, 1).ready, terrain)
    flies = unit.kind == "drone"
    sooner = best[0] if best and best[0][0] != unit and best[0][1].minutes < way.minutes else None
    return Proposed(
        unit=unit.name,
        kind=terrain.rules.words.kinds[unit.kind],
        place=goal.name,
        event=event.name,
        call=event.call or None,
        reason=asked.reason,
        until=terrain.now + timedelta(minutes=terrain.rules.holds),
        minutes=round(way.minutes, 1),
        arrives=terrain.now + timedelta(minutes=math.ceil(way.minutes)),
        km=round(way.metres / 1000, 1),
        direct_km=direct_km(unit, goal, terrain),
        battery=whole(unit.battery),
        left=left_of(unit, way),
        ends=unit.ends,
        altitude=terrain.rules.flight.altitude if flies else None,
        avoided=_avoided(unit, goal, way, terrain) if flies else (),
        over=_over(goal, way, data, terrain) if flies else (),
        route=tuple(_corner(*terrain.plane.degrees(point)) for point in way.path) if flies else (),
        sooner=sooner[0].name if sooner else None,
        sooner_minutes=round(sooner[1].minutes, 1) if sooner else None,
    )


def _nobody(asked: ProposeAsked, goal: Goal, instead: Sequence[tuple[Unit, Way]], terrain: Terrain) -> CannotCompute:
    """That nobody can go, or nobody of the kind that was asked for, with who can instead."""
    said = {"place": goal.name, "event": terrain.rules.events[asked.event].name}
    if asked.kind == "any" or not instead:
        return CannotCompute(f"nobody can go to {goal.name}", code="nobody", **said)
    kind = terrain.rules.words.kinds[asked.kind]
    message = f"no {asked.kind} can go to {goal.name}"
    return CannotCompute(message, code="nobody_of_kind", kind=kind, instead=instead[0][0].name, **said)


def _way(unit: Unit, goal: Goal, need: Need, terrain: Terrain, best: Sequence[tuple[Unit, Way]]) -> Way:
    """The way of a unit that was asked for by name. Raises CannotCompute, with who can go instead."""
    why = unfit(unit, need, terrain, goal)
    way = why or (fly(unit, goal, terrain) if unit.kind == "drone" else next(drives([unit], goal, terrain)))
    if not isinstance(way, str):
        return way
    instead = {"instead": best[0][0].name} if best else {}
    raise CannotCompute(
        f"{unit.id} cannot go to {goal.name}: {way}",
        code="unfit" if best else "unfit_nobody",
        unit=unit.name,
        place=goal.name,
        why=terrain.rules.words.reasons.get(way, way),
        **instead,
    )


def _corner(longitude: float, latitude: float) -> Corner:
    return Corner(longitude=round(longitude, 5), latitude=round(latitude, 5))


def _avoided(unit: Unit, goal: Goal, way: Way, terrain: Terrain) -> tuple[str, ...]:
    """The zones but for which the way would be another: each left out alone."""
    found = []
    for zone in terrain.zones:
        if not any(_touches(zone.outline, point) for point in way.path[1:-1]):
            continue
        rest = [other for other in terrain.zones if other is not zone]
        without = shortest(terrain.plane.point(*unit.at), goal.point, rest)
        if without is not None and tuple(without) != way.path:
            found.append(zone.name)
    return tuple(dict.fromkeys(found))


def _touches(outline: object, point: Point) -> bool:
    from shapely import Point as Spot

    near: bool = Spot(point).distance(outline) < 1.0
    return near


def _over(goal: Goal, way: Way, data: CityData, terrain: Terrain) -> tuple[str, ...]:
    """Landmarks that lie within the width that counts as flown over, but for the place itself, in the way's order."""
    from shapely import LineString
    from shapely import Point as Spot

    if len(set(way.path)) < 2:
        return ()
    line, found = LineString(way.path), []
    for mark in data.pack.landmarks:
        spot = Spot(terrain.plane.point(mark.lon, mark.lat))
        if mark.name != goal.name and line.distance(spot) <= terrain.rules.flight.seen:
            found.append((line.project(spot), mark.name))
    return tuple(name for _, name in sorted(found)[:MOST_OVER])
