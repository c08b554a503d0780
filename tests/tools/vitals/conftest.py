"""A small world of signs, and a toolbox of this room alone."""

from __future__ import annotations

from collections.abc import Callable
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
from tools.vitals import tools as room
from tools.vitals.example import make
from tools.vitals.simulate import Simulated, simulate

ZONE = ZoneInfo("Asia/Shanghai")
SINCE, UNTIL = date(2025, 6, 1), date(2025, 9, 10)
NOW = datetime(2025, 9, 9, 8, 30, tzinfo=ZONE)
Call = Callable[..., ToolResult]


@pytest.fixture(scope="session")
def city() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def world(city: CityPack) -> World:
    return World.of(city, since=SINCE, until=UNTIL)


@pytest.fixture(scope="session")
def made(world: World) -> Simulated:
    return simulate(world)


@pytest.fixture(scope="session")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vitals")
    make(world, path)
    return path


@pytest.fixture(scope="session")
def feeds(city: CityPack, folder: Path) -> Feeds:
    return open_feeds(city, folder)


@pytest.fixture(scope="session")
def told() -> dict[str, Told]:
    return told_of("vitals")


@pytest.fixture
def data(city: CityPack, feeds: Feeds) -> CityData:
    return CityData(city, Gazetteer.of(city), feeds, NOW, internal=True)


@pytest.fixture(scope="session")
def box(city: CityPack, feeds: Feeds, told: dict[str, Told]) -> Toolbox:
    return open_box(city, feeds, told)


@pytest.fixture
def call(box: Toolbox) -> Call:
    def ask(tool: str, *, now: datetime = NOW, staff: bool = False, **arguments: Any) -> ToolResult:
        caller = Caller.staff("vitals.read") if staff else Caller.citizen()
        return box.call(f"vitals.{tool}", arguments, caller, now)

    return ask


def open_feeds(city: CityPack, folder: Path) -> Feeds:
    return Feeds(city, feeds_of("vitals"), folder)


def open_box(city: CityPack, feeds: Feeds, told: dict[str, Told]) -> Toolbox:
    return box_of(city, feeds, told, room)
