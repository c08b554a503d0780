"""A timetable's zip: what it lacks is told, and until when it is valid."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from city.errors import BadInput
from city.pack import CityPack
from tests.tools.feeds.conftest import NOW, ZONE, Opened, feed_of
from tools.feeds.dataset import Dataset
from tools.feeds.feeds import Feeds
from tools.feeds.gtfs import check_timetable

LINES = Dataset("transit.timetable", "时刻表", form="gtfs")
SOURCE = {"kind": "gtfs", "path": "transit.zip"}
FEED = feed_of(LINES, SOURCE)
FILES = {
    "agency.txt": "agency_name,agency_url,agency_timezone\n甲,http://x,Asia/Shanghai\n",
    "stops.txt": "\ufeffstop_id,stop_name,stop_lat,stop_lon\n1,a,30,113\n",
    "routes.txt": "route_id,route_type\n1,3\n",
    "trips.txt": "route_id,service_id,trip_id\n1,d,t1\n1,d,t2\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,25:00:00,25:00:00,1,1\n",
    "calendar.txt": "service_id,monday,tuesday,sunday,start_date,end_date\nd,1,1,1,20260101,20261231\n",
}


def put(folder: Path, **changes: str | None) -> Path:
    """The zip, with files changed or left out."""
    path = folder / "transit.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, text in {**FILES, **{f"{name}.txt": text for name, text in changes.items()}}.items():
            if text is not None:
                made.writestr(name, text)
    return path


def test_a_whole_timetable(folder: Path, opened: Opened) -> None:
    path = put(folder)
    look = check_timetable(FEED, path, NOW)
    assert (look.rows, look.newest, look.notes) == (2, datetime(2027, 1, 1, tzinfo=ZONE), ())
    data = opened(LINES, SOURCE)
    assert data.timetable(LINES) == path
    assert data.used[LINES.id].feed.id == LINES.id


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stops": None}, "stops.txt is missing"),
        ({"calendar": None}, "calendar.txt and calendar_dates.txt are missing"),
        ({"trips": "route_id,trip_id\n1,t1\n"}, "trips.txt has no column service_id"),
        ({"stops": ""}, "stops.txt has no column stop_id, stop_name, stop_lat, stop_lon"),
    ],
)
def test_what_is_missing_is_told(change: dict[str, str | None], message: str, folder: Path) -> None:
    assert [note[: len(message)] for note in check_timetable(FEED, put(folder, **change), NOW).notes] == [message]


def test_single_days_with_service_count_too(folder: Path) -> None:
    days = "service_id,date,exception_type\nd,20270102,1\nd,20270505,2\n"
    assert check_timetable(FEED, put(folder, calendar=None, calendar_dates=days), NOW).newest == datetime(
        2027, 1, 3, tzinfo=ZONE
    )


def test_a_folder_in_the_zip_is_told(folder: Path) -> None:
    with zipfile.ZipFile(folder / "transit.zip", "w") as made:
        for name, text in FILES.items():
            made.writestr(f"gtfs/{name}", text)
    (note,) = check_timetable(FEED, folder / "transit.zip", NOW).notes
    assert "gtfs/stops.txt" in note


def test_what_is_no_zip_is_told(folder: Path) -> None:
    (folder / "transit.zip").write_text("<html>")
    with pytest.raises(BadInput, match=r"transit\.zip.* → export"):
        check_timetable(FEED, folder / "transit.zip", NOW)


def test_its_state(folder: Path, pack: CityPack) -> None:
    put(folder)
    feeds = Feeds(pack, [FEED], folder)
    (state,) = feeds.state(NOW, {LINES.id: LINES})
    assert (state.rows, state.standing) == (2, "fresh")
    (late,) = feeds.state(NOW + timedelta(days=60), {LINES.id: LINES})
    assert (late.standing, late.code) == ("late", "over")
    put(folder, stops=None)
    (broken,) = Feeds(pack, [FEED], folder).state(NOW, {LINES.id: LINES})
    assert broken.standing == "broken"
    assert "stops.txt is missing" in broken.reason
