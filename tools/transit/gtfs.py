"""Reads a GTFS Schedule zip (gtfs.org, reference of 2024) with polars: stops, lines, trips, calendars.

What is kept to of the reference:

* times are seconds after noon minus twelve hours of the service day, and may pass 24:00;
* a service runs as ``calendar.txt`` says, and ``calendar_dates.txt`` adds and takes days; either file may be missing;
* ``frequencies.txt`` repeats a trip every so many seconds, from its first stop's time; such a trip itself does not run;
* stops of a station (``parent_station``) belong together;
* a trip over a stop or a route that is not in the feed is left out;
* a stop without a time gets one in line between its neighbours; a stop where nobody may board or alight is kept so.

Times are told in the agency's zone.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from city.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T", str, int, bool)
_NEEDED = ("agency", "stops", "routes", "trips", "stop_times")
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADDED, _TAKEN = "1", "2"
_NEVER = "1"
_EXTENDED = {1: 2, 2: 3, 4: 1, 7: 3, 8: 11, 9: 0, 10: 4, 12: 4}


class Stop(NamedTuple):
    """Where vehicles stop; ``station`` is the id of the station it belongs to, else its own."""

    id: str
    name: str
    longitude: float
    latitude: float
    station: str


class Line(NamedTuple):
    """A route. ``sort`` is GTFS's route type: 0 tram, 1 metro, 2 rail, 3 bus, 4 ferry …"""

    id: str
    name: str
    sort: int


class Trip(NamedTuple):
    """A run of a vehicle. Times are seconds of the service day. ``by_headway``: the times are but about right."""

    line: str
    service: str
    headsign: str
    stops: tuple[str, ...]
    arrivals: tuple[int, ...]
    departures: tuple[int, ...]
    boards: tuple[bool, ...]
    alights: tuple[bool, ...]
    by_headway: bool = False


class Service(NamedTuple):
    """When a service runs: days of the week between two days, days added and taken."""

    weekdays: frozenset[int]
    since: date
    until: date
    added: frozenset[date]
    taken: frozenset[date]

    def runs(self, day: date) -> bool:
        """Whether it runs on ``day``."""
        if day in self.added or day in self.taken:
            return day in self.added
        return self.since <= day <= self.until and day.weekday() in self.weekdays


@dataclass(frozen=True)
class Timetable:
    """A whole feed."""

    zone: ZoneInfo
    stops: dict[str, Stop]
    lines: dict[str, Line]
    trips: tuple[Trip, ...]
    services: dict[str, Service]

    def services_on(self, day: date) -> frozenset[str]:
        """Services that run on a day."""
        return frozenset(id for id, service in self.services.items() if service.runs(day))

    def moment(self, day: date, seconds: int) -> datetime:
        """When a time of a service day is: counted from noon, so that a change of clocks moves nothing."""
        noon = datetime.combine(day, time(12), self.zone)
        return (noon.astimezone(_UTC) + timedelta(seconds=seconds - 43_200)).astimezone(self.zone)

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that the feed knows of."""
        known = [day for s in self.services.values() for day in (*_span(s), *s.added)]
        return (min(known), max(known)) if known else None


_UTC = ZoneInfo("UTC")


def read_gtfs(path: Path) -> Timetable:
    """Read a feed. Raises BadInput naming what is wrong."""
    import polars as pl

    try:
        with zipfile.ZipFile(path) as archive:
            tables = {name: _table(archive, name) for name in (*_NEEDED, "calendar", "calendar_dates", "frequencies")}
    except (OSError, zipfile.BadZipFile, pl.exceptions.PolarsError) as error:
        raise BadInput(f"{path.name} is no GTFS zip: {error}") from error
    missing = [f"{name}.txt" for name in _NEEDED if tables[name].is_empty()]
    if missing:
        raise BadInput(f"{path.name}: {', '.join(missing)} missing or empty")
    try:
        stops, lines = _stops(tables["stops"]), _lines(tables["routes"])
        return Timetable(
            zone=ZoneInfo(tables["agency"]["agency_timezone"][0]),
            stops=stops,
            lines=lines,
            trips=tuple(trip for trip in _trips(tables) if trip.line in lines and stops.keys() >= {*trip.stops}),
            services=_services(tables["calendar"], tables["calendar_dates"]),
        )
    except (LookupError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise BadInput(f"{path.name} is not GTFS as the reference has it: {error}") from error


def _table(archive: zipfile.ZipFile, name: str) -> pl.DataFrame:
    """A table as text; empty where it is missing. Folders within the zip do not matter."""
    import polars as pl

    members = [m for m in archive.namelist() if m.rsplit("/", 1)[-1] == f"{name}.txt"]
    if not members:
        return pl.DataFrame()
    raw = archive.read(members[0]).removeprefix(b"\xef\xbb\xbf")
    try:
        rows = pl.read_csv(io.BytesIO(raw), infer_schema=False, truncate_ragged_lines=True)
    except pl.exceptions.NoDataError:
        return pl.DataFrame()
    return rows.rename({column: column.strip() for column in rows.columns}).with_columns(
        pl.all().str.strip_chars().replace("", None)
    )


def _with(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The table with these columns, null where it has them not."""
    import polars as pl

    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in rows.columns)


def _stops(rows: pl.DataFrame) -> dict[str, Stop]:
    rows = _with(rows, "parent_station").drop_nulls(["stop_id", "stop_lat", "stop_lon"])
    chosen = rows.select("stop_id", "stop_name", "stop_lon", "stop_lat", "parent_station")
    return {
        id: Stop(id, name or id, float(longitude), float(latitude), station or id)
        for id, name, longitude, latitude, station in chosen.iter_rows()
    }


def _lines(rows: pl.DataFrame) -> dict[str, Line]:
    rows = _with(rows, "route_short_name", "route_long_name")
    chosen = rows.select("route_id", "route_short_name", "route_long_name", "route_type")
    return {id: Line(id, short or long or id, _plain_sort(int(sort))) for id, short, long, sort in chosen.iter_rows()}


def _plain_sort(sort: int) -> int:
    """A route type of the extended list (hundreds) as one of the reference's own; others as they are."""
    return _EXTENDED.get(sort // 100, sort) if sort >= 100 else sort


def _services(calendar: pl.DataFrame, dates: pl.DataFrame) -> dict[str, Service]:
    found: dict[str, Service] = {}
    for row in calendar.iter_rows(named=True):
        weekdays = frozenset(at for at, name in enumerate(_WEEK) if row[name] == "1")
        span = _day(row["start_date"]), _day(row["end_date"])
        found[row["service_id"]] = Service(weekdays, *span, frozenset(), frozenset())
    changes: dict[tuple[str, str], set[date]] = {}
    for row in dates.iter_rows(named=True):
        changes.setdefault((row["service_id"], row["exception_type"]), set()).add(_day(row["date"]))
    never = Service(frozenset(), date.max, date.min, frozenset(), frozenset())
    for id in {service for service, _ in changes}:
        added, taken = (frozenset(changes.get((id, sort), ())) for sort in (_ADDED, _TAKEN))
        found[id] = found.get(id, never)._replace(added=added, taken=taken)
    return found


def _trips(tables: dict[str, pl.DataFrame]) -> Iterable[Trip]:
    import polars as pl

    trips = _with(tables["trips"], "trip_headsign").select("trip_id", "route_id", "service_id", "trip_headsign")
    trips = trips.unique("trip_id", keep="first", maintain_order=True).with_row_index("number")
    times = _times(tables["stop_times"].join(trips.select("trip_id", "number"), on="trip_id"))
    by_trip = times.group_by("number", maintain_order=True).agg(pl.all())
    joined = by_trip.join(trips, on="number", how="inner", maintain_order="left")
    repeated = _frequencies(tables["frequencies"])
    # One tuple for all trips that have the same: a city has far more trips than courses.
    courses: dict[tuple[str, ...], tuple[str, ...]] = {}
    clocks: dict[tuple[int, ...], tuple[int, ...]] = {}
    flags: dict[tuple[bool, ...], tuple[bool, ...]] = {}
    for row in joined.iter_rows(named=True):
        trip = Trip(
            line=row["route_id"],
            service=row["service_id"],
            headsign=row["trip_headsign"] or "",
            stops=_once(row["stop_id"], courses),
            arrivals=(arrivals := _once(row["arrival"], clocks)),
            departures=arrivals if row["departure"] == row["arrival"] else _once(row["departure"], clocks),
            boards=_once(row["boards"], flags),
            alights=_once(row["alights"], flags),
        )
        spans = repeated.get(row["trip_id"])
        yield from [trip] if spans is None else _repeat(trip, spans)


def _once(values: Sequence[T], known: dict[tuple[T, ...], tuple[T, ...]]) -> tuple[T, ...]:
    made = tuple(values)
    return known.setdefault(made, made)


def _times(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``stop_times.txt`` in order, times in seconds, missing ones between their neighbours."""
    import polars as pl

    rows = _with(rows, "pickup_type", "drop_off_type")
    first = pl.coalesce("arrival_time", "departure_time")
    last = pl.coalesce("departure_time", "arrival_time")
    timed = rows.select(
        "number",
        "stop_id",
        pl.col("stop_sequence").cast(pl.Int64),
        _seconds(first).alias("arrival"),
        _seconds(last).alias("departure"),
        pl.col("pickup_type").ne_missing(_NEVER).alias("boards"),
        pl.col("drop_off_type").ne_missing(_NEVER).alias("alights"),
    ).sort("number", "stop_sequence")
    timed = timed.drop("stop_sequence")
    if not timed["arrival"].null_count():
        return timed
    between = timed.with_columns(pl.col("arrival", "departure").interpolate().over("number").cast(pl.Int64))
    # A trip whose first or last stop has no time cannot be told.
    return between.filter(pl.all_horizontal(pl.col("arrival", "departure").is_not_null()).all().over("number"))


def _seconds(text: pl.Expr) -> pl.Expr:
    """Seconds of H:MM:SS."""
    import polars as pl

    parts = text.str.split_exact(":", 2).struct
    hours, minutes, seconds = (parts.field(f"field_{at}").cast(pl.Int64) for at in range(3))
    return hours * 3600 + minutes * 60 + seconds


class _Span(NamedTuple):
    since: int
    until: int
    headway: int
    exact: bool


def _frequencies(rows: pl.DataFrame) -> dict[str, list[_Span]]:
    import polars as pl

    found: dict[str, list[_Span]] = {}
    if rows.is_empty():
        return found
    timed = _with(rows, "exact_times").select(
        "trip_id",
        _seconds(pl.col("start_time")).alias("since"),
        _seconds(pl.col("end_time")).alias("until"),
        pl.col("headway_secs").cast(pl.Int64),
        pl.col("exact_times").eq_missing("1"),
    )
    for trip, since, until, headway, exact in timed.iter_rows():
        if headway <= 0:
            raise ValueError(f"headway_secs of trip {trip!r} is not above 0")
        found.setdefault(trip, []).append(_Span(since, until, headway, exact))
    return found


def _repeat(trip: Trip, spans: list[_Span]) -> Iterable[Trip]:
    first = trip.departures[0]
    for span in spans:
        for start in range(span.since, span.until, span.headway):
            yield trip._replace(
                arrivals=tuple(at - first + start for at in trip.arrivals),
                departures=tuple(at - first + start for at in trip.departures),
                by_headway=not span.exact,
            )


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()


def _span(service: Service) -> tuple[date, ...]:
    return (service.since, service.until) if service.since <= service.until else ()
