"""A city's real timetable through the same reader, feed and search; its text stays where it is."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from city.pack import CityPack
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds
from tools.feeds.ground import metres
from tools.feeds.state import Standing
from tools.transit.choosing import Search
from tools.transit.data import GTFS
from tools.transit.day import Days, walk_seconds
from tools.transit.gtfs import Stop, read_gtfs

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def path(shared_data: Path) -> Path:
    found = shared_data / "feeds" / "gtfs_kobe_subway" / "kobe_subway_gtfs.zip"
    if not found.is_file():
        pytest.skip(f"no real timetable at {found}: set CITYDESK_SHARED_DATA")
    return found


def test_the_feed_says_that_it_has_run_out(path: Path, city: CityPack) -> None:
    feed = Feed.model_validate(
        {"id": "real", "dataset": GTFS.id, "title": "real", "source": {"kind": "gtfs", "path": path.name}}
    )
    feeds = Feeds(city, [feed], path.parent)
    now = datetime(2026, 11, 26, 8, 30).astimezone()
    (state,) = feeds.state(now, {GTFS.id: GTFS})
    assert state.rows
    assert (state.standing, state.code) == (Standing.LATE, "over")
    assert feeds.file(GTFS, now, internal=False)[0] == path


def test_every_row_is_read(path: Path) -> None:
    made = read_gtfs(path)
    with zipfile.ZipFile(path) as archive:
        rows = {name: len(archive.read(f"{name}.txt").splitlines()) - 1 for name in ("stops", "routes", "trips")}
        times = len(archive.read("stop_times.txt").splitlines()) - 1
    assert len(made.stops) == rows["stops"]
    assert len(made.lines) == rows["routes"]
    assert len(made.trips) == rows["trips"]
    assert sum(len(trip.stops) for trip in made.trips) == times
    assert made.zone.key == "Asia/Tokyo"


def test_a_way_across_the_network(path: Path) -> None:
    made = read_gtfs(path)
    assert made.days is not None
    day = weekday_of(made.days)
    days = Days(made)
    found = days.of(day)
    far = max(days.stops, key=lambda stop: away(stop, days.stops[0]))
    ends = [near(days, days.stops[0]), near(days, far)]
    ways = Search(found, *ends).soonest(9 * 3600)
    assert ways
    speed = away(far, days.stops[0]) / (ways[0].arrive - ways[0].depart)
    assert 4 < speed < 25  # metres a second in a straight line, as a metro may go


def weekday_of(span: tuple[date, date]) -> date:
    day = span[0] + timedelta(days=7)
    return day + timedelta(days=(2 - day.weekday()) % 7)


def away(one: Stop, other: Stop) -> float:
    return metres(one.longitude, one.latitude, other.longitude, other.latitude)


def near(days: Days, place: Stop) -> dict[int, int]:
    return {at: walk_seconds(away(stop, place)) for at, stop in enumerate(days.stops) if away(stop, place) < 500}
