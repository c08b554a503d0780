"""A small world of car parks, and a toolbox of their tools alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
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
from tools.parking import tools as room
from tools.parking.example import make
from tools.seam.packed import Told
from tools.seam.result import ToolResult
from tools.seam.toolbox import Caller, Toolbox

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZONE)
Call = Callable[..., ToolResult]


@pytest.fixture(scope="session")
def city() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def feeds(city: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Feeds:
    folder = tmp_path_factory.mktemp("parking")
    make(World.of(city, since=date(2026, 10, 28), until=date(2026, 11, 27)), folder)
    return Feeds(city, feeds_of("parking"), folder)


@pytest.fixture(scope="session")
def told() -> Mapping[str, Told]:
    return told_of("parking")


@pytest.fixture
def data(city: CityPack, feeds: Feeds) -> CityData:
    return CityData(city, Gazetteer.of(city), feeds, NOW)


@pytest.fixture(scope="session")
def box(city: CityPack, feeds: Feeds, told: Mapping[str, Told]) -> Toolbox:
    return box_of(city, feeds, told, room)


@pytest.fixture
def call(box: Toolbox) -> Call:
    def ask(tool: str, now: datetime = NOW, **arguments: Any) -> ToolResult:
        return box.call(f"parking.{tool}", arguments, Caller.citizen(), now)

    return ask
