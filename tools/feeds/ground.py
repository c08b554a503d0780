"""Distances on the ground of one city: a flat plane touching the earth at a point, in metres.

Flat earth errs by less than 0.2 % within 60 km of the point at middle latitudes, which is below the errors of the
positions that cities keep.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

_METRES_PER_DEGREE = math.radians(1) * 6_371_008.8  # the earth's mean radius


class Plane(NamedTuple):
    """The plane that touches the earth at a point, given in WGS-84 degrees."""

    longitude: float
    latitude: float

    def place(self, longitude: Any, latitude: Any) -> tuple[Any, Any]:  # numbers, or arrays or expressions of them
        """Metres east and north of the plane's point."""
        east = (longitude - self.longitude) * (_METRES_PER_DEGREE * math.cos(math.radians(self.latitude)))
        return east, (latitude - self.latitude) * _METRES_PER_DEGREE


def metres(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """Metres between two points in degrees."""
    plane = Plane(longitude, (latitude + other_latitude) / 2)
    east, _ = plane.place(other_longitude, latitude)
    return math.hypot(east, (other_latitude - latitude) * _METRES_PER_DEGREE)
