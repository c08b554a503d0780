"""Feeds of a test's own folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from tests.conftest import YUNLAN
from tools.feeds.citydata import CityData
from tools.feeds.dataset import Column, Dataset
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZONE)
LOTS = Dataset(
    "parking.lots",
    "停车场名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("spaces", "int", "泊位数", "个", required=False, least=0, most=10_000),
        Column("fee", "float", "收费", "元", required=False),
        Column("covered", "flag", "室内", required=False),
        Column("opened", "day", "启用日期", required=False),
    ),
)
FREE = Dataset(
    "parking.free",
    "空闲泊位",
    key=("lot",),
    time="at",
    columns=(
        Column("lot", "text", "编号"),
        Column("at", "time", "时间"),
        Column("free", "int", "空闲泊位", "个", least=0),
    ),
)

Opened = Callable[..., CityData]


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def gazetteer(pack: CityPack) -> Gazetteer:
    return Gazetteer.of(pack)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The installation's feed folder."""
    made = tmp_path / "feeds"
    made.mkdir()
    return made


@pytest.fixture
def opened(pack: CityPack, gazetteer: Gazetteer, folder: Path) -> Opened:
    """Opens one feed of a dataset: ``opened(LOTS, {"kind": "csv", "path": "lots.csv"}, columns={…})``."""

    def open_(dataset: Dataset, source: Mapping[str, Any], *, now: datetime = NOW, **more: Any) -> CityData:
        return CityData(pack, gazetteer, Feeds(pack, [feed_of(dataset, source, **more)], folder), now, internal=True)

    return open_


def feed_of(dataset: Dataset, source: Mapping[str, Any], **more: Any) -> Feed:
    """One feed of a dataset."""
    given = {"id": dataset.id, "dataset": dataset.id, "title": dataset.title, "source": source, **more}
    return Feed.model_validate({"origin": "feeds/test.yaml: [0]", **given})
