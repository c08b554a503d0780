"""What the pack says of the room's example: ``world/land.yaml``."""

from __future__ import annotations

from pydantic import Field

from city.schema import Record


class PlannedUnit(Record):
    """A unit whose parcels stand in control plans. ``texts``: its plans, oldest first, as files of the pack."""

    prefix: str
    area: str
    street: str
    texts: tuple[str, ...] = Field(min_length=1)
    quarter: str = Field(default="", description="historic quarter")
    core: tuple[str, ...] = Field(
        default=(), description="parcels of its core belt; the others are in the control belt"
    )
    at: dict[str, str] = Field(default_factory=dict, description="parcel → landmark that stands on it")
    near: dict[str, tuple[float, float]] = Field(default_factory=dict, description="parcel → longitude, latitude")


class Unit(Record):
    """A unit without a plan in the pack: so many parcels around a street's centre."""

    prefix: str
    street: str
    parcels: int = Field(ge=1, le=99)
    metres: float = Field(default=1_500, gt=0, description="side of the square that they fill")


class Zoned(Record):
    """A land-use code, its name, and how common it is among parcels without a plan."""

    code: str
    name: str
    weight: float = Field(ge=0)


class LandRecipe(Record):
    """The whole recipe."""

    heads: dict[str, str]
    keeps_height: str
    planned: tuple[PlannedUnit, ...]
    units: tuple[Unit, ...]
    zoned: tuple[Zoned, ...]
    landmark_codes: dict[str, str] = Field(description="kind of landmark → code of its parcel")
    ring_road: str = Field(description="road inside which zone 1 lies")
    ring_district: str
    outer_streets: tuple[str, ...] = Field(description="streets of zone 3")
    parking_streets: tuple[str, ...] = Field(description="streets of parking zone 1")
    road_widths: dict[str, float] = Field(default_factory=dict, description="road → width of its red lines, metres")
    other_width: float = Field(default=12, gt=0)
    registered: str = Field(description="day from which parcels without a plan are registered, YYYYMMDD")
