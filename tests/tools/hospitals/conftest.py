"""The example's hospitals of a few days, made once, and what their tools are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from tests.conftest import YUNLAN
from tests.tools.rooms import feeds_of
from tools.feeds.citydata import CityData
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds
from tools.feeds.world import World
from tools.hospitals.example import make

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Town:
    """The pack with the room's feeds."""

    pack: CityPack
    gazetteer: Gazetteer
    feeds: Feeds
    folder: Path

    def data(self, now: datetime) -> CityData:
        """What a tool is given; a citizen asks."""
        return CityData(self.pack, self.gazetteer, self.feeds, now)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026: the 26th is a Thursday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def own_feeds() -> list[Feed]:
    return feeds_of("hospitals")


def opened(pack: CityPack, folder: Path) -> Town:
    make(World.of(pack, since=date(2026, 11, 16), until=date(2026, 11, 28)), folder)
    return Town(pack, Gazetteer.of(pack), Feeds(pack, own_feeds(), folder), folder)


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def town(pack: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Town:
    return opened(pack, tmp_path_factory.mktemp("hospitals"))
