"""A small world of the example city's sights, with the room's own feeds only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from tests.conftest import YUNLAN
from tests.tools.rooms import feeds_of
from tools.feeds.citydata import CityData
from tools.feeds.feeds import Feeds
from tools.feeds.world import World
from tools.tourism.example import make

ZONE = ZoneInfo("Asia/Shanghai")
SINCE, UNTIL = date(2026, 9, 20), date(2026, 12, 1)
Ask = Callable[..., CityData]


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def tourism_folder(pack: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tourism")
    make(World.of(pack, since=SINCE, until=UNTIL), folder)
    return folder


@pytest.fixture(scope="session")
def ask(pack: CityPack, tourism_folder: Path) -> Ask:
    """City data as of a moment of the small world."""
    own = feeds_of("tourism")
    feeds, gazetteer = Feeds(pack, own, tourism_folder), Gazetteer.of(pack)

    def at(*moment: int) -> CityData:
        return CityData(pack, gazetteer, feeds, datetime(*moment, tzinfo=ZONE))  # type: ignore[misc, arg-type]

    return at
