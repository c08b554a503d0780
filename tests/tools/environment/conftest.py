"""A year and a month of the example city's air and water, with a toolbox of this room alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from city.pack.record import read_record
from tests.conftest import YUNLAN
from tests.tools.rooms import box_of, feeds_of, told_of
from tools.environment import air_rules, tap_rules, water_rules
from tools.environment import tools as room
from tools.environment.example import make
from tools.feeds.citydata import CityData
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds
from tools.feeds.world import World
from tools.seam import Ending, ToolResult
from tools.seam.packed import Told
from tools.seam.toolbox import Caller, Toolbox

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZONE)
Call = Callable[..., ToolResult]
DataAt = Callable[..., CityData]


@pytest.fixture(scope="session")
def city() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def air_book() -> air_rules.AirRules:
    return read_record(YUNLAN, air_rules.FILE, air_rules.AirRules)


@pytest.fixture(scope="session")
def water_book() -> water_rules.WaterRules:
    return read_record(YUNLAN, water_rules.FILE, water_rules.WaterRules)


@pytest.fixture(scope="session")
def tap_book() -> tap_rules.TapRules:
    return read_record(YUNLAN, tap_rules.FILE, tap_rules.TapRules)


@pytest.fixture(scope="session")
def own_feeds() -> list[Feed]:
    return feeds_of("environment")


@pytest.fixture(scope="session")
def folder(city: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("environment")
    make(World.of(city, since=date(2025, 11, 1), until=date(2026, 11, 27)), made)
    return made


@pytest.fixture(scope="session")
def feeds(city: CityPack, own_feeds: list[Feed], folder: Path) -> Feeds:
    return Feeds(city, own_feeds, folder)


@pytest.fixture(scope="session")
def told() -> Mapping[str, Told]:
    return told_of("environment")


@pytest.fixture(scope="session")
def data_at(city: CityPack, feeds: Feeds) -> DataAt:
    gazetteer = Gazetteer.of(city)
    return lambda now=NOW: CityData(city, gazetteer, feeds, now)


@pytest.fixture(scope="session")
def box(city: CityPack, feeds: Feeds, told: Mapping[str, Told]) -> Toolbox:
    return box_of(city, feeds, told, room)


@pytest.fixture(scope="session")
def call(box: Toolbox) -> Call:
    def ask(tool: str, *, now: datetime = NOW, **arguments: Any) -> ToolResult:
        return box.call(f"environment.{tool}", arguments, Caller.citizen(), now)

    return ask


def value(result: ToolResult) -> dict[str, Any]:
    """The value of a call that must have brought one."""
    assert result.ending is Ending.DONE, result.reason
    assert result.value is not None
    return result.value


def ended(result: ToolResult) -> tuple[Ending, str]:
    """How a call ended, and its code."""
    return result.ending, result.code
