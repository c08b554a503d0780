"""The example city's economy with a toolbox of this room alone, and small books made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from city.pack.record import read_record
from tests.conftest import YUNLAN
from tests.tools.rooms import box_of, feeds_of, told_of
from tools.economy import catalogue as books
from tools.economy import lights
from tools.economy import tools as room
from tools.economy.data import FIGURES
from tools.economy.example import make
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
Row = tuple[str, str, str, str, str, float | None, float | None]
"""Indicator, area, month, span, published, value, growth: in the words of the example's file."""
Room = Callable[[Sequence[Row]], Call]


@pytest.fixture(scope="session")
def city() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def book() -> books.Catalogue:
    return read_record(YUNLAN, books.FILE, books.Catalogue)


@pytest.fixture(scope="session")
def rules() -> lights.Warnings:
    return read_record(YUNLAN, lights.FILE, lights.Warnings)


@pytest.fixture(scope="session")
def own_feeds() -> list[Feed]:
    return feeds_of("economy")


@pytest.fixture(scope="session")
def told() -> Mapping[str, Told]:
    return told_of("economy")


@pytest.fixture(scope="session")
def folder(city: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("economy")
    make(World.of(city, since=date(2026, 11, 20), until=date(2026, 11, 27)), made)
    return made


@pytest.fixture(scope="session")
def feeds(city: CityPack, own_feeds: list[Feed], folder: Path) -> Feeds:
    return Feeds(city, own_feeds, folder)


@pytest.fixture(scope="session")
def data(city: CityPack, feeds: Feeds) -> CityData:
    return CityData(city, Gazetteer.of(city), feeds, NOW)


@pytest.fixture(scope="session")
def box(city: CityPack, feeds: Feeds, told: Mapping[str, Told]) -> Toolbox:
    return opened(city, feeds, told)


@pytest.fixture(scope="session")
def call(box: Toolbox) -> Call:
    return asking(box)


@pytest.fixture
def room_of(city: CityPack, own_feeds: list[Feed], told: Mapping[str, Told], tmp_path: Path) -> Room:
    """Calls upon a few rows that are written by hand."""

    def open_room(rows: Sequence[Row]) -> Call:
        (tmp_path / "economy").mkdir()
        names = ("zbdm", "dq", "bgq", "kj", "fbrq", "sz", "tb")
        frame = pl.DataFrame(
            rows, schema=dict.fromkeys(names, pl.String) | {"sz": pl.Float64, "tb": pl.Float64}, orient="row"
        )
        frame.write_parquet(tmp_path / "economy" / "figures.parquet")
        figures = [feed for feed in own_feeds if feed.dataset == FIGURES.id]
        return asking(opened(city, Feeds(city, figures, tmp_path), told))

    return open_room


def opened(city: CityPack, feeds: Feeds, told: Mapping[str, Told]) -> Toolbox:
    return box_of(city, feeds, told, room)


def asking(box: Toolbox) -> Call:
    def ask(
        tool: str, *, now: datetime = NOW, rights: tuple[str, ...] = ("economy.read",), **arguments: Any
    ) -> ToolResult:
        caller = Caller.staff(*rights) if rights else Caller.citizen()
        return box.call(f"economy.{tool}", arguments, caller, now)

    return ask


def value(result: ToolResult) -> dict[str, Any]:
    """The value of a call that must have brought one."""
    assert result.ending is Ending.DONE, result.reason
    assert result.value is not None
    return result.value


def ended(result: ToolResult) -> tuple[Ending, str]:
    """How a call ended, and its code."""
    return result.ending, result.code


def span(since: str, until: str) -> dict[str, str]:
    return {"since": since, "until": until}
