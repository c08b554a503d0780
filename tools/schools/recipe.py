"""What the pack says of the room's example: ``world/schools.yaml``."""

from __future__ import annotations

from pydantic import Field

from city.schema import Record
from tools.schools.answers import Kind, Nature

Plan = dict[int, int]
"""Year → classes from then on."""


class MadeSchool(Record):
    """A school: a landmark of the pack (``at``), or one near a community, with a name and an address of its own."""

    at: str = ""
    name: str = ""
    community: str = ""
    address: str = ""
    aliases: tuple[str, ...] = Field(default=(), description="what people call it, beside the landmark's aliases")
    kind: Kind
    nature: Nature = "public"
    primary: Plan = Field(default_factory=dict)
    junior: Plan = Field(default_factory=dict)


class DistrictLife(Record):
    """How a district grows: children of a year of age in per cent a year; primary entrants for one place in the anchor
    year, and the spread of that between catchments; per cent of the children who enter public schools here."""

    growth_pct: float
    primary_load: float
    spread: float = Field(ge=0, le=0.5)
    public_pct: float


class Project(Record):
    """Homes to be handed over."""

    name: str
    community: str
    year: int
    homes: int


class VacantLand(Record):
    """A vacant parcel, so many metres east and north of a community."""

    id: str
    name: str
    community: str
    east: float
    north: float
    hectares: float
    cleared: bool = True
    free_from: int


class SchoolsRecipe(Record):
    """The whole recipe. ``births``: index of the children born in a school year. ``jitter``: spread of chance."""

    first_year: int
    anchor_year: int
    last_plan: int
    phone: str
    area_name: str
    joint_area_name: str
    point_name: str
    children_per_home: float = Field(gt=0, description="of one year of age")
    jitter: float = Field(ge=0, le=0.2)
    spread_m: float = Field(gt=0, description="spread of the dwellings of a community")
    births: dict[int, float]
    districts: dict[str, DistrictLife]
    schools: tuple[MadeSchool, ...]
    projects: tuple[Project, ...]
    land: tuple[VacantLand, ...]
