"""The example city's catalogue over feeds of three datasets: a register, one that is counted, one that is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from tests.conftest import YUNLAN
from tools.feeds.citydata import CityData
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds, read_feeds

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZONE)
Ask = Callable[..., CityData]


def feed(
    dataset: str, title: str, unit: str, *, path: str, fresh_for: str | None = None, internal: bool = False
) -> Feed:
    return Feed.model_validate(
        {
            "id": dataset,
            "dataset": dataset,
            "title": title,
            "unit": unit,
            "source": {"kind": "parquet", "path": path},
            "fresh_for": fresh_for,
            "every": "每10分钟",
            "visibility": "internal" if internal else "public",
        }
    )


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def gazetteer(pack: CityPack) -> Gazetteer:
    return Gazetteer.of(pack)


@pytest.fixture
def ask(pack: CityPack, gazetteer: Gazetteer, tmp_path: Path) -> Ask:
    """City data as of a moment, for staff or citizens. Two car parks; free places counted at 8:00 and 8:20."""
    counted = [NOW.replace(tzinfo=None) - timedelta(minutes=m) for m in (30, 10)]
    free = {"lot": ["a", "a"], "at": counted, "free": [3, 5]}
    pl.DataFrame(free).write_parquet(tmp_path / "free.parquet")
    pl.DataFrame({"id": ["a", "b"], "name": ["甲", "乙"], "aliases": ["", ""]}).write_parquet(
        tmp_path / "events.parquet"
    )
    feeds = Feeds(
        pack,
        [
            feed("parking.free", "停车场空闲泊位", "urban_mgmt", path="free.parquet", fresh_for="PT30M"),
            feed("items.events", "一件事目录", "gov_service", path="events.parquet"),
            feed("items.queue", "窗口排队", "gov_service", path="none.parquet", fresh_for="PT30M"),
            feed("schools.points", "居住点和住户数", "natural_resources", path="none.parquet", internal=True),
        ],
        tmp_path,
    )

    def at(now: datetime = NOW, *, staff: bool = False) -> CityData:
        return CityData(pack, gazetteer, feeds, now, internal=staff)

    return at


@pytest.fixture(scope="session")
def whole(pack: CityPack, gazetteer: Gazetteer, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The catalogue with every feed that the pack names; their files are not there, and searching needs none."""
    feeds = Feeds(pack, read_feeds(YUNLAN), tmp_path_factory.mktemp("none"))

    def at(now: datetime = NOW, *, staff: bool = False) -> CityData:
        return CityData(pack, gazetteer, feeds, now, internal=staff)

    return at
