"""Metres on a plane that touches the city, and what wind does to a flight."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

from tools.feeds import ground


class Point(NamedTuple):
    """Metres east and north of the plane's origin."""

    x: float
    y: float


class Plane:
    """The plane of ``tools.feeds.ground`` with the way back to degrees."""

    def __init__(self, longitude: float, latitude: float) -> None:
        self._ground = ground.Plane(longitude, latitude)
        self._east, self._north = self._ground.place(longitude + 1, latitude + 1)

    def point(self, longitude: float, latitude: float) -> Point:
        """Degrees to metres."""
        return Point(*self._ground.place(longitude, latitude))

    def degrees(self, point: Point) -> tuple[float, float]:
        """Metres to (longitude, latitude)."""
        return self._ground.longitude + point.x / self._east, self._ground.latitude + point.y / self._north


def length(path: list[Point]) -> float:
    """Metres along a way."""
    return sum(math.dist(one, other) for one, other in itertools.pairwise(path))


class Wind(NamedTuple):
    """Speed in m/s, and the direction it comes from in degrees (0 north, 90 east)."""

    speed: float
    from_degrees: float


def ground_speed(airspeed: float, wind: Wind, east: float, north: float) -> float | None:
    """Speed over ground in m/s along a track (``east``, ``north``: its direction), None where the wind is too strong.

    The wind triangle: the craft turns into the wind so far that it does not drift; what is left of its speed along the
    track and the wind along the track add up.
    """
    norm = math.hypot(east, north)
    if norm == 0:
        return airspeed
    towards = math.radians(wind.from_degrees + 180)
    blow_east, blow_north = wind.speed * math.sin(towards), wind.speed * math.cos(towards)
    along = (blow_east * east + blow_north * north) / norm
    across = (blow_east * north - blow_north * east) / norm
    if abs(across) >= airspeed:
        return None
    left = math.sqrt(airspeed**2 - across**2) + along
    return left if left > 0 else None


def flight_seconds(path: list[Point], airspeed: float, wind: Wind) -> float | None:
    """Seconds along a way in steady wind, None where a leg cannot be flown."""
    total = 0.0
    for one, other in itertools.pairwise(path):
        speed = ground_speed(airspeed, wind, other.x - one.x, other.y - one.y)
        if speed is None:
            return None
        total += math.dist(one, other) / speed
    return total
