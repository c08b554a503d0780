from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from city.pack import CityPack
from tests.tools.transit.conftest import NOW, ZONE
from tools.feeds.feeds import Feeds
from tools.feeds.ground import metres
from tools.feeds.state import Standing
from tools.feeds.world import World
from tools.transit.data import GTFS, LINES, STOPS
from tools.transit.example import make
from tools.transit.gtfs import Timetable, read_gtfs
from tools.transit.recipe_example import spelt


def timetable(folder: Path) -> Timetable:
    return read_gtfs(folder / "transit" / "gtfs.zip")


def test_the_feeds_have_no_problems(feeds: Feeds) -> None:
    known = {dataset.id: dataset for dataset in (GTFS, LINES, STOPS)}
    states = {state.feed: state for state in feeds.state(NOW, known)}
    assert set(states) == set(known)
    for state in states.values():
        assert (state.standing, state.problem) == (Standing.FRESH, None)
        assert state.rows
    late = {state.feed: state for state in feeds.state(NOW + timedelta(days=60), known)}
    assert (late["transit.gtfs"].standing, late["transit.gtfs"].code) == (Standing.LATE, "over")
    for examined in feeds.examine(NOW, known):
        assert not examined.problems


def test_the_city_has_a_network(folder: Path) -> None:
    made = timetable(folder)
    served = {stop for trip in made.trips for stop in trip.stops}
    sorts = Counter(line.sort for line in made.lines.values())
    assert 500 <= len(served) <= 700
    assert sorts[1] == 2
    assert sorts[3] >= 40
    assert sorts[4] == 1
    assert made.zone == ZONE
    assert set(made.lines) == {trip.line for trip in made.trips}
    assert max(trip.departures[-1] for trip in made.trips) > 25 * 3600


def test_every_landmark_of_the_metro_is_a_station(folder: Path, city: CityPack) -> None:
    made = timetable(folder)
    names = {made.stops[stop].name for trip in made.trips for stop in trip.stops if made.lines[trip.line].sort == 1}
    assert names == {mark.name for mark in city.landmarks if mark.name.startswith("地铁")}


def test_vehicles_go_at_speeds_that_can_be(folder: Path) -> None:
    made = timetable(folder)
    for trip in {(trip.line, trip.stops): trip for trip in made.trips}.values():
        assert list(trip.departures) == sorted(trip.departures)
        places = [made.stops[stop] for stop in trip.stops]
        straight = metres(places[0].longitude, places[0].latitude, places[-1].longitude, places[-1].latitude)
        hours = (trip.arrivals[-1] - trip.departures[0]) / 3600
        assert straight / 1000 / hours < 60
        assert len({place.name for place in places}) == len(places) >= 2


def test_each_day_has_its_services(folder: Path) -> None:
    made = timetable(folder)
    assert made.services_on(date(2026, 11, 26)) == {"workday"}
    assert made.services_on(date(2026, 11, 27)) == {"workday", "late"}
    assert made.services_on(date(2026, 11, 28)) == {"restday", "late"}
    assert made.services_on(date(2026, 11, 29)) == {"restday"}
    assert made.services_on(date(2026, 10, 1)) == {"holiday"}
    assert "workday" in made.services_on(date(2026, 10, 10))  # a Saturday that is worked
    for ahead in range(122):
        running = made.services_on(date(2026, 9, 1) + timedelta(days=ahead))
        assert len(running & {"workday", "restday", "holiday"}) == 1


def test_numbers_are_spelt() -> None:
    numerals = "oabcdefghix"
    told = {"3": "c", "10": "x", "12": "xb", "20": "bx", "32": "cxb", "101": "aoa", "0": "o"}
    assert {number: spelt(number, numerals) for number in told} == told
    assert spelt("12", "") == "12"


def test_the_same_world_gives_the_same_bytes(folder: Path, city: CityPack, tmp_path: Path) -> None:
    make(World.of(city, since=date(2026, 11, 1), until=date(2026, 12, 1)), tmp_path)

    def digests(where: Path) -> dict[str, str]:
        files = sorted((where / "transit").iterdir())
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    assert len(digests(folder)) == 3
    assert digests(tmp_path) == digests(folder)
