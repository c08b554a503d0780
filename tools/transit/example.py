"""An example timetable as a GTFS zip, and registers of its lines and stops, of the pack's places and a recipe."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from tools.feeds.world import World
from tools.transit.recipe_example import Course, Recipe, courses, services, spelt

_SEASON = "%Y%m%d"
_ZIPPED_AT = (2026, 1, 1, 0, 0, 0)
Rows = list[dict[str, object]]


class _Trip(NamedTuple):
    id: str
    course: Course
    service: str
    start: int


def make(world: World, folder: Path) -> None:
    """Write ``transit/``: the timetable's zip and two registers."""
    recipe = world.recipe("transit", Recipe)
    made = courses(world.pack, recipe)
    target = folder / "transit"
    target.mkdir(parents=True, exist_ok=True)
    trips = list(_trips(made, recipe))
    tables = {
        "agency": _agencies(world, recipe),
        "stops": _stops(made),
        "routes": _routes(made, recipe),
        "trips": [_trip_row(trip) for trip in trips],
        "stop_times": [row for trip in trips for row in _times(trip, recipe)],
        **_calendars(recipe),
    }
    with zipfile.ZipFile(target / "gtfs.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            entry = zipfile.ZipInfo(f"{name}.txt", _ZIPPED_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _text(rows))
    _write(target / "lines.csv", _line_names(world, made, recipe))
    _write(target / "stops.csv", _stop_names(world, made, recipe))


def _trips(made: Sequence[Course], recipe: Recipe) -> Iterator[_Trip]:
    for course in made:
        for service, starts in recipe.starts(course.headway).items():
            for at, start in enumerate(starts):
                yield _Trip(f"{course.id}-{service}-{at:03d}", course, service, start)


def _times(trip: _Trip, recipe: Recipe) -> Iterator[dict[str, object]]:
    """Arrival and departure at each stop, in whole minutes, in step with how fast one gets on at that hour."""
    at = float(trip.start)
    done = 0.0
    last = len(trip.course.stops) - 1
    for sequence, stop in enumerate(trip.course.stops):
        at += (stop.metres - done) / recipe.metres_per_second(trip.course.speed, at, trip.service == "workday")
        done = stop.metres
        told = _clock(round(at / 60) * 60)
        yield {
            "trip_id": trip.id,
            "arrival_time": told,
            "departure_time": told,
            "stop_id": stop.id,
            "stop_sequence": sequence + 1,
            "pickup_type": int(sequence == last),
            "drop_off_type": int(sequence == 0),
        }


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _trip_row(trip: _Trip) -> dict[str, object]:
    return {
        "route_id": trip.course.line,
        "service_id": trip.service,
        "trip_id": trip.id,
        "trip_headsign": trip.course.stops[-1].name,
        "direction_id": trip.course.direction,
    }


def _agencies(world: World, recipe: Recipe) -> Rows:
    units = {unit.id: unit for unit in world.pack.units}
    return [
        {
            "agency_id": id,
            "agency_name": units[agency.unit].name,
            "agency_url": agency.url,
            "agency_timezone": world.pack.city.timezone,
            "agency_phone": units[agency.unit].phone,
        }
        for id, agency in recipe.agencies.items()
    ]


def _stops(made: Sequence[Course]) -> Rows:
    """Stops once each; a metro's platforms belong to a station."""
    found: dict[str, dict[str, object]] = {}
    for course in made:
        for stop in course.stops:
            if stop.station:
                found.setdefault(stop.station, _stop_row(stop.station, stop.name, stop.at, 1, ""))
            found.setdefault(stop.id, _stop_row(stop.id, stop.name, stop.at, 0, stop.station))
    return [found[id] for id in sorted(found)]


def _stop_row(id: str, name: str, at: tuple[float, float], sort: int, station: str) -> dict[str, object]:
    return {
        "stop_id": id,
        "stop_name": name,
        "stop_lat": at[1],
        "stop_lon": at[0],
        "location_type": sort,
        "parent_station": station,
    }


def _routes(made: Sequence[Course], recipe: Recipe) -> Rows:
    sorts = {course.line: course.sort for course in made}
    return [
        {
            "route_id": line.id,
            "agency_id": "metro" if sorts[line.id] == 1 else "bus",
            "route_short_name": line.name,
            "route_long_name": "",
            "route_type": sorts[line.id],
        }
        for line in recipe.every_line
    ]


def _calendars(recipe: Recipe) -> dict[str, Rows]:
    since, until = recipe.valid.since, recipe.valid.until
    span = {"start_date": since.strftime(_SEASON), "end_date": until.strftime(_SEASON)}
    weeks = {"workday": range(5), "restday": range(5, 7), "holiday": (), "late": recipe.late_days}
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    calendar: Rows = [
        {"service_id": id, **{name: int(at in days) for at, name in enumerate(names)}, **span}
        for id, days in weeks.items()
    ]
    dates: Rows = []
    for day in _days(since, until):
        usual = {id for id, days in weeks.items() if day.weekday() in days}
        runs = services(day, recipe.late_days)
        dates += [
            {"service_id": id, "date": day.strftime(_SEASON), "exception_type": 1 if id in runs else 2}
            for id in sorted(usual ^ runs)
        ]
    return {"calendar": calendar, "calendar_dates": dates}


def _days(since: date, until: date) -> Iterator[date]:
    for ahead in range((until - since).days + 1):
        yield since + timedelta(days=ahead)


def _line_names(world: World, made: Sequence[Course], recipe: Recipe) -> Rows:
    units = {unit.id: unit.name for unit in world.pack.units}
    sorts = {course.line: course.sort for course in made}
    return [
        {
            "线路编号": line.id,
            "线路": line.name,
            "别名": "、".join(dict.fromkeys([*line.aliases, *({spelt(line.name, recipe.numerals)} - {line.name})])),
            "单位": units[recipe.agencies["metro" if sorts[line.id] == 1 else "bus"].unit],
            "票价分": round(line.fare * 100),
            "票价说明": line.fare_note,
        }
        for line in recipe.every_line
    ]


def _stop_names(world: World, made: Sequence[Course], recipe: Recipe) -> Rows:
    shorten = recipe.stops.shorten
    aliases: dict[str, list[str]] = {}
    for mark in world.pack.landmarks:
        short = next((mark.name.removeprefix(lead) for lead in shorten if mark.name.startswith(lead)), mark.name)
        aliases.setdefault(short, []).extend(name for name in (mark.name, *mark.aliases) if name != short)
    for name, called in recipe.stops.called.items():
        aliases.setdefault(name, []).extend(called)
    found: dict[str, dict[str, object]] = {}
    for course in made:
        for stop in course.stops:
            row = {
                "站名": stop.name,
                "别名": "、".join(dict.fromkeys(aliases.get(stop.name, ()))),
                "x": stop.at[0],
                "y": stop.at[1],
            }
            found.setdefault(stop.name, row)
    return [found[name] for name in sorted(found)]


def _text(rows: Sequence[Mapping[str, object]]) -> str:
    told = io.StringIO(newline="")
    writer = csv.DictWriter(told, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return told.getvalue()


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text(_text(rows), encoding="utf-8", newline="")
