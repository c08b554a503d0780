"""A small world of the example city's halls, with the room's own feeds only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from tests.conftest import YUNLAN
from tests.tools.rooms import feeds_of
from tools.feeds.citydata import CityData
from tools.feeds.feeds import Feeds
from tools.feeds.world import World
from tools.items.example import make
from tools.items.stock import Stock, load

ZONE = ZoneInfo("Asia/Shanghai")
Ask = Callable[..., CityData]


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def ask(pack: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """City data as of a moment of the small world: 20 to 30 November 2026."""
    folder = tmp_path_factory.mktemp("items")
    make(World.of(pack, since=date(2026, 11, 20), until=date(2026, 12, 1)), folder)
    own = feeds_of("items")
    feeds, gazetteer = Feeds(pack, own, folder), Gazetteer.of(pack)

    def at(*moment: int) -> CityData:
        return CityData(pack, gazetteer, feeds, datetime(*moment, tzinfo=ZONE))  # type: ignore[misc, arg-type]

    return at


@pytest.fixture(scope="session")
def stock(ask: Ask) -> Stock:
    return load(ask(2026, 11, 26, 10, 20))
