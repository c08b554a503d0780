"""The example's recipe (``world/transit.yaml``), and the courses of lines that it makes of the pack's places."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal, NamedTuple

from pydantic import Field

from city.pack import CityPack
from city.schema import Record
from tools.transit.roads_example import Roads, StopRules

_ASIDE = 9.0
_BUS, _METRO, _FERRY = 3, 1, 4
_HOUR = 3600
_EVERY = ("workday", "restday", "holiday")
Steps = tuple[tuple[str, int], ...]


class Agency(Record):
    """Who runs lines: a unit of the pack."""

    unit: str
    url: str


class Valid(Record):
    """The days of the timetable."""

    since: date
    until: date


class Headway(Record):
    """Minutes between departures from a time of the day on; 0 ends the day. None: no service on such days."""

    workday: Steps = ()
    restday: Steps = ()
    holiday: Steps = Field(default=(), description="empty: as on days of rest")
    late: Steps = Field(default=(), description="more departures of the late evening on some days of the week")


class LineBase(Record):
    """A line's names and fare (yuan)."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    fare: float
    fare_note: str = ""


class BusLine(LineBase):
    """A bus line: the landmarks it calls at in order, both ways."""

    headway: str
    speed: str = "bus"
    via: tuple[str, ...] = Field(min_length=2)
    stops_at: Literal["all", "via"] = Field(default="all", description="all on the way, or those of `via` alone")


class RailCourse(Record):
    """Stations of one course."""

    headway: str
    stations: tuple[str, ...] = Field(min_length=2)


class RailLine(LineBase):
    """A metro line with its courses."""

    courses: tuple[RailCourse, ...]


class Metro(Record):
    """``detour``: the track's length over the straight one's."""

    detour: float
    lines: tuple[RailLine, ...]


class FerryLine(LineBase):
    """A ferry between landings."""

    headway: str
    stations: tuple[str, ...] = Field(min_length=2)


class Recipe(Record):
    """``world/transit.yaml``."""

    valid: Valid
    agencies: dict[str, Agency]
    stops: StopRules
    speeds: dict[str, tuple[tuple[float, float], ...]] = Field(description="hour from which → km/h, stops included")
    headways: dict[str, Headway]
    late_days: tuple[int, ...]
    numerals: str = Field(default="", description="zero to nine and ten as people write them; lines get such names too")
    metro: Metro
    ferry: tuple[FerryLine, ...]
    lines: tuple[BusLine, ...]

    @property
    def every_line(self) -> tuple[LineBase, ...]:
        """Metro first, then buses, then ferries."""
        return (*self.metro.lines, *self.lines, *self.ferry)

    def metres_per_second(self, speed: str, seconds: float, workday: bool) -> float:
        """How fast one gets on at a time of the day; there are no rush hours on days of rest."""
        hour = seconds / _HOUR % 24
        steps = self.speeds[speed]
        held = next(kmh for since, kmh in reversed(steps) if since <= hour)
        day = sorted(kmh for since, kmh in steps)[len(steps) // 2]
        return (held if workday else max(held, day)) / 3.6

    def starts(self, headway: str) -> dict[str, list[int]]:
        """Departures from the first stop of each service, seconds of the day."""
        given = self.headways[headway]
        steps = {"workday": given.workday, "restday": given.restday, "holiday": given.holiday or given.restday}
        found = {service: list(_starts(held)) for service, held in (*steps.items(), ("late", given.late))}
        return {service: starts for service, starts in found.items() if starts}


class CourseStop(NamedTuple):
    """A stop of a course, metres from its beginning."""

    id: str
    name: str
    at: tuple[float, float]
    metres: float
    station: str = ""


class Course(NamedTuple):
    """One direction of a line's course; ``sort`` is GTFS's route type."""

    id: str
    line: str
    sort: int
    direction: int
    headway: str
    speed: str
    stops: tuple[CourseStop, ...]


def courses(pack: CityPack, recipe: Recipe) -> list[Course]:
    """Every course, both ways."""
    marks = {mark.name: (mark.lon, mark.lat) for mark in pack.landmarks}
    calls = {name: marks[name] for line in recipe.lines for name in line.via}
    roads = Roads(pack, recipe.stops, calls)
    found: list[Course] = []
    for line in recipe.metro.lines:
        for at, course in enumerate(line.courses):
            both = _rail(line.id, course.stations, marks, roads, recipe.metro.detour)
            found += _both(f"{line.id}.{at}", line.id, _METRO, course.headway, "metro", both)
    for bus in recipe.lines:
        found += _both(bus.id, bus.id, _BUS, bus.headway, bus.speed, _by_road(roads, bus))
    for ferry in recipe.ferry:
        both = _rail(ferry.id, ferry.stations, marks, roads, 1.05)
        found += _both(ferry.id, ferry.id, _FERRY, ferry.headway, "ferry", both)
    return found


def _both(
    id: str, line: str, sort: int, headway: str, speed: str, both: Sequence[Sequence[CourseStop]]
) -> list[Course]:
    return [
        Course(f"{id}.{direction}", line, sort, direction, headway, speed, tuple(stops))
        for direction, stops in enumerate(both)
    ]


def _by_road(roads: Roads, line: BusLine) -> list[list[CourseStop]]:
    """Stops out and back; those back are on the other side of the road."""
    out = roads.along(roads.way(line.via))
    if line.stops_at == "via":
        called = {roads.short(name) for name in line.via}
        out = [item for item in out if item[0].name in called]
    whole = out[-1][1]
    there: list[CourseStop] = []
    back: list[CourseStop] = []
    for spot, metres, forwards in out:
        for course, ahead, done in ((there, forwards, metres), (back, not forwards, whole - metres)):
            side = "a" if ahead else "b"
            at = roads.place(spot, _ASIDE if ahead else -_ASIDE)
            course.append(CourseStop(f"s{spot.road:02d}-{round(spot.measure):05d}{side}", spot.name, at, done))
    first = there[0].metres
    return [[stop._replace(metres=stop.metres - first) for stop in there], back[::-1]]


def _rail(
    line: str, stations: Sequence[str], marks: Mapping[str, tuple[float, float]], roads: Roads, detour: float
) -> list[list[CourseStop]]:
    found = []
    for side, names in (("a", stations), ("b", stations[::-1])):
        done, before, course = 0.0, marks[names[0]], []
        for name in names:
            done += detour * math.dist(roads.plane.place(*before), roads.plane.place(*marks[name]))
            before = marks[name]
            number = _number(marks, name)
            course.append(CourseStop(f"p{number:03d}-{line}{side}", name, before, done, f"h{number:03d}"))
        found.append(course)
    return found


def _number(marks: Mapping[str, tuple[float, float]], name: str) -> int:
    """A landmark's place in the pack, for the stop's id."""
    return list(marks).index(name)


def spelt(name: str, numerals: str) -> str:
    """A name with its number, up to 99, in the numerals given (zero to nine, ten); others digit by digit."""

    def one(found: re.Match[str]) -> str:
        value = int(found[0])
        if value > 99:
            return "".join(numerals[int(digit)] for digit in found[0])
        tens, units = divmod(value, 10)
        lead = ("" if tens == 1 else numerals[tens]) + numerals[10] if tens else ""
        return lead + (numerals[units] if units or not tens else "")

    return re.sub(r"\d+", one, name) if numerals else name


def _starts(steps: Steps) -> Iterator[int]:
    """Departures; the last one as told, and none shortly before it."""
    end = _seconds(steps[-1][0]) if steps else 0
    for (since, every), (until, _) in pairwise(steps):
        yield from (at for at in range(_seconds(since), _seconds(until), every * 60) if end - at >= every * 30)
    if steps:
        yield end


def _seconds(told: str) -> int:
    hours, minutes = told.split(":")
    return int(hours) * _HOUR + int(minutes) * 60


def services(day: date, late_days: Sequence[int]) -> set[str]:
    """Services of a day: as on workdays, days of rest or festivals; more in the evenings of some days of the week."""
    import chinese_calendar

    free, festival = chinese_calendar.get_holiday_detail(day)
    sort = "workday" if not free else ("holiday" if festival else "restday")
    return {sort, "late"} if day.weekday() in late_days and sort != "holiday" else {sort}
