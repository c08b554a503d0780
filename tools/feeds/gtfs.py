"""GTFS timetables: whether the zip holds what a timetable needs, and until when it is valid.

The files and columns are those that the GTFS Schedule reference marks as required.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from tools.feeds.feed import Feed
from tools.feeds.reading import Look, fault

MOST_MB = 500
"""Bound of one file unpacked."""
_NEEDS = {
    "agency.txt": ("agency_name", "agency_url", "agency_timezone"),
    "stops.txt": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("route_id", "service_id", "trip_id"),
    "stop_times.txt": ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"),
}
_DAYS = {
    "calendar.txt": ("service_id", "monday", "sunday", "start_date", "end_date"),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
}


def check_timetable(feed: Feed, path: Path, now: datetime) -> Look:
    """Trips, the last moment for which the timetable is made (``newest``), and what is missing in it (``notes``).

    Raises BadInput where the file is no zip.
    """
    try:
        with zipfile.ZipFile(path) as held:
            notes = list(_missing(held))
            trips = 0 if notes else sum(1 for _ in _rows(held, "trips.txt"))
            last = None if notes else _last_day(held)
    except (zipfile.BadZipFile, UnicodeDecodeError, csv.Error, ValueError) as error:
        raise fault(feed, f"{path.name!r} is no GTFS zip ({error})", "export the timetable anew", "source") from error
    ends = datetime.combine(last + timedelta(days=1), time(), now.tzinfo) if last else None
    return Look(rows=trips, newest=ends, notes=tuple(notes))


def _missing(held: zipfile.ZipFile) -> Iterator[str]:
    names = set(held.namelist())
    inner = next((name for name in sorted(names) if name.endswith("/stops.txt")), "")
    if inner:
        yield f"the files lie in a folder ({inner}): they must lie at the top of the zip"
        return
    given = {name: needs for name, needs in (_NEEDS | _DAYS).items() if name in names}
    yield from (f"{name} is missing" for name in sorted(_NEEDS.keys() - given.keys()))
    if not _DAYS.keys() & given.keys():
        yield "calendar.txt and calendar_dates.txt are missing: one of them must say on which days there is service"
    for name, needs in given.items():
        if held.getinfo(name).file_size > MOST_MB * 1_000_000:
            yield f"{name} is larger than {MOST_MB} MB unpacked"
            continue
        lacking = [column for column in needs if column not in _columns(held, name)]
        if lacking:
            yield f"{name} has no column {', '.join(lacking)}"


def _columns(held: zipfile.ZipFile, name: str) -> list[str]:
    with held.open(name) as raw:
        head = next(csv.reader(io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")), [])
    return [column.strip() for column in head]


def _rows(held: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    with held.open(name) as raw:
        yield from csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8-sig", newline=""), restval="")


def _last_day(held: zipfile.ZipFile) -> date | None:
    """The last day with service."""
    names = set(held.namelist())
    told = [row["end_date"] for row in _rows(held, "calendar.txt")] if "calendar.txt" in names else []
    if "calendar_dates.txt" in names:
        told += [row["date"] for row in _rows(held, "calendar_dates.txt") if row["exception_type"].strip() == "1"]
    return max((datetime.strptime(day.strip(), "%Y%m%d").date() for day in told if day.strip()), default=None)
