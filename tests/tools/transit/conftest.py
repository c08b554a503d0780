"""The example city's timetable, a toolbox of its tools alone, and a maker of small GTFS zips."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from tests.conftest import YUNLAN
from tests.tools.rooms import box_of, feeds_of, told_of
from tools.feeds.citydata import CityData
from tools.feeds.feeds import Feeds
from tools.feeds.world import World
from tools.seam.packed import Told
from tools.seam.result import ToolResult
from tools.seam.toolbox import Caller, Toolbox
from tools.transit import tools as room
from tools.transit.example import make
from tools.transit.network import network_of

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZONE)
"""A Thursday."""
Call = Callable[..., ToolResult]
Zip = Callable[..., Path]


@pytest.fixture(scope="session")
def city() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def folder(city: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("transit")
    make(World.of(city, since=date(2026, 11, 1), until=date(2026, 12, 1)), made)
    return made


@pytest.fixture(scope="session")
def feeds(city: CityPack, folder: Path) -> Feeds:
    made = Feeds(city, feeds_of("transit"), folder)
    network_of(CityData(city, Gazetteer.of(city), made, NOW))  # read before any call, so that no test hangs on time
    return made


@pytest.fixture(scope="session")
def told() -> Mapping[str, Told]:
    return told_of("transit")


@pytest.fixture
def data(city: CityPack, feeds: Feeds) -> CityData:
    return CityData(city, Gazetteer.of(city), feeds, NOW)


@pytest.fixture(scope="session")
def box(city: CityPack, feeds: Feeds, told: Mapping[str, Told]) -> Toolbox:
    return box_of(city, feeds, told, room)


@pytest.fixture
def call(box: Toolbox) -> Call:
    def ask(tool: str, now: datetime = NOW, **arguments: Any) -> ToolResult:
        return box.call(f"transit.{tool}", arguments, Caller.citizen(), now)

    return ask


SMALL = {
    "agency": "agency_id,agency_name,agency_url,agency_timezone\nA,Agency,https://a.example,Asia/Shanghai\n",
    "stops": (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "H,Hub,29.6000,113.2000,1,\nH1,Hub,29.6000,113.2000,0,H\nH2,Hub,29.6004,113.2004,0,H\n"
        "W,West,29.6000,113.1500,0,\nM,Midway,29.6000,113.1800,0,\nN,North,29.6500,113.2000,0,\n"
    ),
    "routes": ("route_id,route_short_name,route_long_name,route_type\nR1,One,,3\nR2,,Long Two,1\nR3,Three,,715\n"),
    "trips": (
        "route_id,service_id,trip_id,trip_headsign\n"
        "R1,week,a,Hub\nR1,week,b,Hub\nR2,week,c,North\nR2,night,d,North\nR3,week,f,\n"
    ),
    "stop_times": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "a,08:00:00,08:00:00,W,1\na,,,M,2\na,08:20:00,08:20:00,H1,5\n"
        "b,9:00:00,9:00:00,W,1\nb,,,M,2\nb,9:20:00,9:20:00,H1,5\n"
        "c,08:30:00,08:30:00,H2,1\nc,08:40:00,08:40:00,N,2\n"
        "d,24:10:00,24:10:00,H2,1\nd,24:20:00,24:20:00,N,2\n"
        "f,06:00:00,06:00:00,N,1\nf,06:30:00,06:30:00,W,2\n"
    ),
    "calendar": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "week,1,1,1,1,1,0,0,20261101,20261130\n"
    ),
    "calendar_dates": (
        "service_id,date,exception_type\nweek,20261126,2\nweek,20261128,1\nnight,20261127,1\nnight,20261127,1\n"
    ),
    "frequencies": "trip_id,start_time,end_time,headway_secs\nf,10:00:00,11:00:00,1200\n",
}


@pytest.fixture
def zipped(tmp_path: Path) -> Zip:
    """Writes the small feed with tables changed, or left out where None."""

    def write(**changes: str | None) -> Path:
        path = tmp_path / "gtfs.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in {**SMALL, **changes}.items():
                if text is not None:
                    archive.writestr(f"{name}.txt", text)
        return path

    return write
