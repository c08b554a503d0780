"""A small world of rain and warnings, and a toolbox of this room alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from city.pack.record import read_record
from tests.conftest import YUNLAN
from tests.tools.rooms import box_of, feeds_of, told_of
from tools.emergencies import tools as room
from tools.emergencies.example import make
from tools.emergencies.plans import Book, open_book
from tools.feeds.citydata import CityData
from tools.feeds.feeds import Feeds
from tools.feeds.world import World
from tools.seam.packed import Told
from tools.seam.result import ToolResult
from tools.seam.toolbox import Caller, Toolbox

ZONE = ZoneInfo("Asia/Shanghai")
WORLD = World.of(load_pack(YUNLAN), since=date(2025, 6, 1), until=date(2025, 8, 1))
AFTER = datetime(2025, 8, 3, 12, tzinfo=ZONE)
"""When the feeds have long been silent."""


def _moment(hour: int) -> datetime:
    """Twenty minutes after the end of an hour of the world."""
    naive: datetime = WORLD.hours[hour].item()
    return (naive + timedelta(hours=1, minutes=20)).replace(tzinfo=ZONE)


def _day_sums(least: int) -> NDArray[np.float64]:
    sums = np.convolve(WORLD.weather.rain, np.ones(24))[: len(WORLD.hours)]
    sums[: least * 24] = np.nan
    return sums


WET = _moment(int(np.nanargmax(_day_sums(20))))
"""The end of the day with most rain."""
_COOL = WORLD.weather.temperature.reshape(-1, 24).max(axis=1)[20:].argmin() + 20
DRY = _moment(int(_COOL) * 24 + 23)
"""A cool day's end, without a warning."""
Call = Callable[..., ToolResult]
DataAt = Callable[[datetime], CityData]


@pytest.fixture(scope="session")
def city() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def book() -> Book:
    return open_book(lambda file, model: read_record(YUNLAN, file, model))


@pytest.fixture(scope="session")
def feeds(city: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Feeds:
    folder = tmp_path_factory.mktemp("emergencies")
    make(WORLD, folder)
    return Feeds(city, feeds_of("emergencies"), folder)


@pytest.fixture(scope="session")
def told() -> Mapping[str, Told]:
    return told_of("emergencies")


@pytest.fixture(scope="session")
def data_at(city: CityPack, feeds: Feeds) -> DataAt:
    gazetteer = Gazetteer.of(city)
    return lambda now: CityData(city, gazetteer, feeds, now, internal=True)


@pytest.fixture(scope="session")
def box(city: CityPack, feeds: Feeds, told: Mapping[str, Told]) -> Toolbox:
    return box_of(city, feeds, told, room)


@pytest.fixture
def call(box: Toolbox) -> Call:
    def ask(tool: str, *, now: datetime = WET, staff: bool = False, **arguments: Any) -> ToolResult:
        caller = Caller.staff("emergencies.read") if staff else Caller.citizen()
        return box.call(f"emergencies.{tool}", arguments, caller, now)

    return ask
