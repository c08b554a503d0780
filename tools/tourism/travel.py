"""Time from place to place: an estimate of ours, from the straight line, a detour and a speed; no timetable is read."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from tools.tourism.rules import Speed
from tools.tourism.rules import Travel as TravelRules

By = Literal["walk", "transit", "car"]
_EARTH_KM = 6371.0


class Point(NamedTuple):
    """WGS-84 degrees."""

    longitude: float
    latitude: float


class Leg(NamedTuple):
    """A way: km, whole minutes (rounded up), how it is gone."""

    km: float
    minutes: int
    by: By


def kilometres(one: Point, other: Point) -> float:
    """The straight line over the ground (haversine)."""
    lat, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    dlon = math.radians(other.longitude - one.longitude)
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin(dlon / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))


def leg(one: Point, other: Point, by: By, slow: bool, rules: TravelRules) -> Leg:
    """The way from ``one`` to ``other``: on foot where it is short or asked for, else by ride."""
    km = kilometres(one, other) * rules.detour
    walk = rules.walk_slow if slow else rules.walk
    if by == "walk" or km <= walk.most_km:
        return Leg(km, _minutes(km, walk), "walk")
    return Leg(km, _minutes(km, rules.car if by == "car" else rules.transit), by)


def _minutes(km: float, speed: Speed) -> int:
    near = min(km, speed.beyond_km)
    hours = near / speed.speed + (km - near) / speed.beyond_speed
    return math.ceil(hours * 60 + speed.wait - 1e-9) if km > 0 else 0
