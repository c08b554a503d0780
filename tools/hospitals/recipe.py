"""What the pack says of the room's example: ``world/hospitals.yaml``."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from city.schema import Record
from tools.hospitals.hours import Days
from tools.hospitals.settings import Purpose

Service = str


class OpenHours(Record):
    """Opening hours of a service."""

    days: Days
    opens: str
    closes: str


class MadeGate(Record):
    """A gate, ``east`` and ``north`` metres from the middle of the campus."""

    name: str
    road: str = ""
    east: float
    north: float
    step_free: bool = True


class MadeBuilding(Record):
    """A building, placed like a gate."""

    name: str
    east: float
    north: float


class MadePark(Record):
    """A car park; ``gate`` is the part that cars come in by. ``since`` and ``until``: days in use."""

    name: str
    spaces: int
    accessible: int | None = None
    gate: str
    since: date | None = None
    until: date | None = None


class Way(Record):
    """A way in: parts of the campus by their keys. Several car parks: the first that is in use on the day."""

    purpose: Purpose
    gate: str
    building: str
    parks: tuple[str, ...] = ()
    opens: str = "00:00"
    closes: str = "24:00"
    stay: int | None = None


class Ward(Record):
    """A department of a layout. ``load``: people waiting at the busiest time; ``pace``: minutes for each of them."""

    name: str
    building: str
    floor: int | None = None
    service: Service = "outpatient"
    load: float = Field(default=0, ge=0)
    pace: float = Field(default=1, gt=0)


class Layout(Record):
    """How hospitals of a sort work."""

    hours: dict[Service, tuple[OpenHours, ...]]
    ways: tuple[Way, ...]
    departments: tuple[Ward, ...]


class MadeCampus(Record):
    """A campus: a landmark (``at``), or one of a name and address of its own beside a community."""

    at: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
    hospital: str = ""
    community: str = ""
    address: str = ""
    grade: str
    public: bool = True
    layout: str
    size: float = Field(gt=0, description="people who come, in those of the layout")
    gates: dict[str, MadeGate]
    buildings: dict[str, MadeBuilding]
    parks: dict[str, MadePark]
    without: tuple[str, ...] = Field(default=(), description="departments and purposes that it does not have")
    reports: bool = Field(default=True, description="whether it reports its queues")


class HospitalsRecipe(Record):
    """The whole recipe. ``profile``: how many wait in each hour, of the busiest; ``compass``: words of eight ways."""

    phone: str
    walk: str
    turn: str
    compass: tuple[str, ...] = Field(min_length=8, max_length=8)
    queue_days: int = Field(ge=1, le=400)
    profile: dict[Service, tuple[float, ...]]
    free_day: float
    after_holiday: float
    aliases: dict[str, tuple[str, ...]]
    layouts: dict[str, Layout]
    campuses: tuple[MadeCampus, ...]
