"""The example's schools, made once, and calls of its tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
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
from tools.schools.example import make

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True)
class Town:
    """The pack with the room's feeds."""

    pack: CityPack
    gazetteer: Gazetteer
    feeds: Feeds

    def data(self, now: datetime = NOW, *, staff: bool = True) -> CityData:
        """What a tool is given."""
        return CityData(self.pack, self.gazetteer, self.feeds, now, internal=staff)


def own_feeds() -> list[Feed]:
    return feeds_of("schools")


def opened(pack: CityPack, folder: Path, until: date = date(2026, 12, 31)) -> Town:
    make(World.of(pack, since=date(2026, 11, 1), until=until), folder)
    return Town(pack, Gazetteer.of(pack), Feeds(pack, own_feeds(), folder))


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def town(pack: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Town:
    return opened(pack, tmp_path_factory.mktemp("schools"))


Call = Callable[..., Any]
