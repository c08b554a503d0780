"""Who can be where, and when: the way, the minutes, and why somebody cannot.

A drone's minutes are making ready, climbing, and its way around the zones in the wind. It must also come home: way,
time over the place, way back, climb and descent have to fit the battery less the reserve. A team's minutes are making
ready and its way by road at the speed the hour leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tools.patrols.fleet import Sky, Unit, skies
from tools.patrols.paths import Obstacle, inside, obstacles, shortest
from tools.patrols.plane import Plane, Point, flight_seconds, length
from tools.patrols.roads import RoadNet
from tools.patrols.rules import FILE, Event, Flying, Payload
from tools.patrols.zones import closed

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

_MINUTE = 60.0


class Way(NamedTuple):
    """How a unit gets there. ``minutes`` from the order; ``needed`` is the battery used there and back, in per cent."""

    minutes: float
    metres: float
    path: tuple[Point, ...]
    needed: float | None = None


@dataclass(frozen=True)
class Terrain:
    """What all ways of one call share. ``is_charted``: whether the city has a map of its no-fly zones."""

    rules: Flying
    plane: Plane
    zones: tuple[Obstacle, ...]
    is_charted: bool
    skies: Mapping[str, Sky]
    roads: RoadNet
    now: datetime

    @classmethod
    def of(cls, data: CityData) -> Terrain:
        """The city as it is now."""
        rules = data.settings(FILE, Flying)
        plane = Plane(*data.pack.city.centre)
        shapes = closed(data, rules)
        # The pack's roads do not change while it is open; they belong to no dataset, so none renews them.
        roads = data.derived("patrols.roads", (), lambda: RoadNet(data.pack, plane))
        zones = tuple(obstacles(shapes or (), plane, rules.flight.margin))
        return cls(rules, plane, zones, shapes is not None, skies(data), roads, data.now)


class Goal(NamedTuple):
    """Where somebody is wanted; ``district`` may be empty."""

    name: str
    point: Point
    district: str


class Need(NamedTuple):
    """What an event asks of whoever goes: the event's payloads of drones, the one ``asked`` for of everybody."""

    event: Event
    asked: Payload | None = None

    def of(self, unit: Unit) -> frozenset[Payload]:
        """What the unit must carry."""
        asked = frozenset({self.asked} if self.asked else ())
        return asked | frozenset(self.event.payloads) if unit.kind == "drone" else asked


def unfit(unit: Unit, need: Need, terrain: Terrain, goal: Goal) -> str:
    """Why the unit cannot be sent at all, before its way is known; empty where nothing speaks against it."""
    if not (need.event.drones if unit.kind == "drone" else need.event.teams):
        return f"no_{unit.kind}"
    if unit.state != "free":
        return unit.state
    if not need.of(unit) <= unit.payloads:
        return "payload"
    if unit.kind == "team":
        return ""
    if not terrain.is_charted:
        return "uncharted"
    return weathered(unit, terrain, goal) or ("zone" if inside(goal.point, terrain.zones) else "")


def weathered(unit: Unit, terrain: Terrain, goal: Goal) -> str:
    """The weather where it starts and where it goes must both allow the flight."""
    over = [terrain.skies.get(district) for district in dict.fromkeys((unit.district, goal.district)) if district]
    if not over or any(sky is None for sky in over):
        return "weather"
    known = [sky for sky in over if sky is not None]
    if unit.wind_limit is not None and any(sky.gust > unit.wind_limit for sky in known):
        return "wind"
    if unit.rain_limit is not None and any(sky.rain > unit.rain_limit for sky in known):
        return "rain"
    return ""


def least_minutes(unit: Unit, goal: Goal, terrain: Terrain) -> float:
    """A bound below which no flight of the unit can be: straight, with the wind full in its back."""
    start = terrain.plane.point(*unit.at)
    wind = max((sky.wind.speed for sky in terrain.skies.values()), default=0.0)
    flight = terrain.rules.flight
    return flight.ready + _climb(unit, terrain) + length([start, goal.point]) / (unit.speed + wind) / _MINUTE


def fly(unit: Unit, goal: Goal, terrain: Terrain) -> Way | str:
    """The flight to ``goal``, or the reason why there is none."""
    start, home = terrain.plane.point(*unit.at), terrain.plane.point(*unit.base_at)
    zone = inside(start, terrain.zones) or inside(home, terrain.zones)
    if zone is not None:
        return "start_zone"
    there = shortest(start, goal.point, terrain.zones)
    back = there[::-1] if there and start == home else shortest(goal.point, home, terrain.zones)
    if there is None or back is None:
        return "no_path"
    wind = terrain.skies[unit.district].wind
    out, in_ = flight_seconds(there, unit.speed, wind), flight_seconds(back, unit.speed, wind)
    if out is None or in_ is None:
        return "wind"
    flight, climb = terrain.rules.flight, _climb(unit, terrain)
    aloft = 2 * climb + out / _MINUTE + flight.on_site + in_ / _MINUTE
    if unit.endurance is None or unit.battery is None:
        return "battery"
    needed = 100 * aloft / unit.endurance
    if unit.battery - needed < flight.reserve:
        return "battery"
    return Way(flight.ready + climb + out / _MINUTE, length(there), tuple(there), needed)


def _climb(unit: Unit, terrain: Terrain) -> float:
    """Minutes to the flight's height; a drone that is already out is taken to climb as well."""
    return terrain.rules.flight.altitude / (unit.climb or 1.0) / _MINUTE


def drives(units: Sequence[Unit], goal: Goal, terrain: Terrain) -> Iterator[Way | str]:
    """The drive of each team to ``goal``, or the reason why there is none."""
    drive = terrain.rules.drive
    starts = [terrain.plane.point(*unit.at) for unit in units]
    far = terrain.roads.metres(goal.point, starts, drive)
    share = drive.share(terrain.now)
    for unit, start, metres in zip(units, starts, far, strict=True):
        minutes = drive.ready + metres / (unit.speed * share) / _MINUTE
        is_late = unit.ends is not None and terrain.now + timedelta(minutes=minutes + drive.handover) > unit.ends
        yield "shift_ends" if is_late else Way(minutes, metres, (start, goal.point))


class Ranked(NamedTuple):
    """Who can go, the soonest first, and why others cannot."""

    ready: list[tuple[Unit, Way]]
    refused: list[tuple[Unit, str]]


def rank(units: Sequence[Unit], goal: Goal, need: Need, terrain: Terrain, most: int) -> Ranked:
    """The ``most`` units that are there first, exactly: a flight that cannot be among them is not worked out."""
    reasons = [(unit, unfit(unit, need, terrain, goal)) for unit in units]
    refused = [(unit, why) for unit, why in reasons if why]
    fit = [unit for unit, why in reasons if not why]
    teams = [unit for unit in fit if unit.kind == "team"]
    ready: list[tuple[Unit, Way]] = []
    for unit, way in zip(teams, drives(teams, goal, terrain), strict=True):
        _sort_in(unit, way, ready, refused)
    drones = [(least_minutes(unit, goal, terrain), unit) for unit in fit if unit.kind == "drone"]
    for least, unit in sorted(drones, key=lambda one: (one[0], one[1].id)):
        if len(ready) >= most and least > ready[most - 1][1].minutes:
            break
        _sort_in(unit, fly(unit, goal, terrain), ready, refused)
    return Ranked(ready[:most], refused)


def _sort_in(unit: Unit, way: Way | str, ready: list[tuple[Unit, Way]], refused: list[tuple[Unit, str]]) -> None:
    if isinstance(way, str):
        refused.append((unit, way))
    else:
        ready.append((unit, way))
        ready.sort(key=lambda one: (one[1].minutes, one[0].id))
