from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from city.errors import BadInput
from tests.tools.transit.conftest import SMALL, ZONE, Zip
from tools.transit.board import leaving
from tools.transit.day import Days
from tools.transit.gtfs import Service, read_gtfs
from tools.transit.network import Network
from tools.transit.raptor import journeys

THURSDAY, FRIDAY, SATURDAY, SUNDAY = (date(2026, 11, day) for day in (26, 27, 28, 29))


def test_days_of_service(zipped: Zip) -> None:
    timetable = read_gtfs(zipped())
    assert timetable.services_on(date(2026, 11, 25)) == {"week"}
    assert timetable.services_on(THURSDAY) == frozenset()  # taken out
    assert timetable.services_on(FRIDAY) == {"week", "night"}
    assert timetable.services_on(SATURDAY) == {"week"}  # added
    assert timetable.services_on(SUNDAY) == frozenset()
    assert timetable.services_on(date(2026, 12, 1)) == frozenset()
    assert timetable.days == (date(2026, 11, 1), date(2026, 11, 30))


def test_only_days_named_one_by_one(zipped: Zip) -> None:
    timetable = read_gtfs(zipped(calendar=None, trips=SMALL["trips"].replace("week", "night")))
    assert timetable.days == (FRIDAY, SATURDAY)
    assert timetable.services_on(FRIDAY) == {"night"}


def test_only_a_calendar(zipped: Zip) -> None:
    assert read_gtfs(zipped(calendar_dates=None)).services_on(THURSDAY) == {"week"}


def test_names_and_sorts(zipped: Zip) -> None:
    timetable = read_gtfs(zipped())
    assert [(line.name, line.sort) for line in timetable.lines.values()] == [("One", 3), ("Long Two", 1), ("Three", 3)]
    assert timetable.stops["H1"].station == timetable.stops["H2"].station == "H"
    assert timetable.stops["W"].station == "W"
    assert timetable.zone == ZONE


def test_times_between_are_filled_in(zipped: Zip) -> None:
    trip = next(trip for trip in read_gtfs(zipped()).trips if trip.line == "R1")
    assert trip.stops == ("W", "M", "H1")
    assert trip.departures == (28_800, 29_400, 30_000)


def test_a_trip_by_headway_runs_as_often_as_told(zipped: Zip) -> None:
    trips = [trip for trip in read_gtfs(zipped()).trips if trip.line == "R3"]
    assert [trip.departures[0] for trip in trips] == [36_000, 37_200, 38_400]
    assert all(trip.by_headway and trip.arrivals[-1] - trip.departures[0] == 1_800 for trip in trips)


def test_a_headway_may_be_kept_to_the_minute(zipped: Zip) -> None:
    exact = "trip_id,start_time,end_time,headway_secs,exact_times\nf,10:00:00,11:00:00,1200,1\n"
    assert not any(trip.by_headway for trip in read_gtfs(zipped(frequencies=exact)).trips)


def test_what_runs_by_headway_is_told_as_about(zipped: Zip) -> None:
    days = Days(read_gtfs(zipped()))
    day = days.of(date(2026, 11, 25))
    at = datetime(2026, 11, 25, 9, 30, tzinfo=ZONE)
    north = leaving(Network(days, {}, {}), day, frozenset({day.numbers["N"]}), at, 4)
    assert [(item.way.line, item.is_about, len(item.coming)) for item in north] == [("R3", True, 3)]
    hub = leaving(Network(days, {}, {}), day, frozenset({day.numbers["H2"]}), at, 4)
    assert [(item.way.line, item.is_about) for item in hub] == [("R2", False)]


def test_times_pass_midnight(zipped: Zip) -> None:
    timetable = read_gtfs(zipped())
    night = next(trip for trip in timetable.trips if trip.service == "night")
    at = timetable.moment(FRIDAY, night.departures[0])
    assert at == datetime(2026, 11, 28, 0, 10, tzinfo=ZONE)


def test_a_change_of_clocks_moves_nothing_by_day(zipped: Zip) -> None:
    agency = SMALL["agency"].replace("Asia/Shanghai", "Europe/Berlin")
    timetable = read_gtfs(zipped(agency=agency))
    at = timetable.moment(date(2026, 10, 25), 8 * 3600)
    assert at == datetime(2026, 10, 25, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("name", ["agency", "stops", "routes", "trips", "stop_times"])
def test_what_is_missing_is_named(zipped: Zip, name: str) -> None:
    with pytest.raises(BadInput, match=f"{name}.txt missing"):
        read_gtfs(zipped(**{name: None}))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("agency", "Asia/Shanghai", "Nowhere/Land"),
        ("stops", "29.6000,113.1500", "north,113.1500"),
        ("stops", "stop_lat", "latitude"),
        ("routes", ",3\n", ",bus\n"),
        ("stop_times", "08:00:00,08:00:00", "eight,eight"),
        ("calendar", "20261101", "1 Nov"),
        ("calendar", "monday", "mon"),
        ("frequencies", "1200", "0"),
    ],
)
def test_what_is_wrong_is_no_crash(zipped: Zip, name: str, old: str, new: str) -> None:
    with pytest.raises(BadInput, match=r"gtfs\.zip"):
        read_gtfs(zipped(**{name: SMALL[name].replace(old, new)}))


def test_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "gtfs.zip"
    path.write_text("<html>not found</html>", encoding="utf-8")
    with pytest.raises(BadInput, match="no GTFS zip"):
        read_gtfs(path)
    with pytest.raises(BadInput):
        read_gtfs(tmp_path / "absent.zip")


def test_a_trip_over_an_unknown_stop_or_route_is_left_out(zipped: Zip) -> None:
    times = SMALL["stop_times"].replace("H2,1", "X,1", 1)
    timetable = read_gtfs(zipped(stop_times=times, trips=SMALL["trips"].replace("R3", "R9")))
    assert sorted((trip.line, trip.service) for trip in timetable.trips) == [
        ("R1", "week"),
        ("R1", "week"),
        ("R2", "night"),
    ]


def test_a_day_taken_is_not_run_though_the_week_says_so() -> None:
    service = Service(frozenset(range(7)), THURSDAY, SUNDAY, frozenset(), frozenset({FRIDAY}))
    assert [service.runs(day) for day in (THURSDAY, FRIDAY, SATURDAY)] == [True, False, True]


def test_the_trips_of_the_evening_before_are_in_the_day(zipped: Zip) -> None:
    days = Days(read_gtfs(zipped()))
    saturday = days.of(SATURDAY)
    starts = {(pattern.line, seconds) for pattern in saturday.patterns for seconds in pattern.departures[0]}
    assert ("R2", 600) in starts  # ten past midnight, of Friday's service
    assert ("R1", 28_800) in starts
    assert days.seconds(SATURDAY, datetime(2026, 11, 28, 1, 0, tzinfo=ZONE)) == 3_600


def test_a_station_joins_its_platforms(zipped: Zip) -> None:
    days = Days(read_gtfs(zipped()))
    day = days.of(date(2026, 11, 25))
    west, north = day.numbers["W"], day.numbers["N"]
    found = journeys(day, 7 * 3600, {west: 120}, {north: 60})
    assert [[day.patterns[ride.pattern].line for ride in journey.rides] for journey in found] == [["R1", "R2"]]
    assert (found[0].depart, found[0].arrive) == (28_800 - 120, 31_200 + 60)
    # From five past eight there is the trip of nine, too late for the only one to the north.
    assert journeys(day, 8 * 3600 + 300, {west: 0}, {north: 0}) == []


def test_a_vehicle_where_nobody_may_board_or_alight(zipped: Zip) -> None:
    head, *rows = SMALL["stop_times"].splitlines()
    told = {"a,08:00:00,08:00:00,W,1": "1,0", "a,08:20:00,08:20:00,H1,5": "0,1"}
    text = "\n".join([f"{head},pickup_type,drop_off_type", *(f"{row},{told.get(row, '0,0')}" for row in rows)])
    day = Days(read_gtfs(zipped(stop_times=text))).of(date(2026, 11, 25))
    numbers = day.numbers
    found = journeys(day, 7 * 3600, {numbers["W"]: 0}, {numbers["M"]: 0})
    assert found[0].depart == 9 * 3600  # not on the trip of eight
    found = journeys(day, 8 * 3600 + 300, {numbers["M"]: 0}, {numbers["H1"]: 0})
    assert found[0].arrive == 9 * 3600 + 1_200
