"""Every block of docs/feeds.md holds: feeds load and are sound, and the files that it shows are read as it says."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from city.pack import CityPack
from tests.city.pack.making import write
from tests.conftest import ROOT
from tests.tools.feeds.conftest import NOW, ZONE
from tools.feeds.checking import check_feeds
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds
from tools.feeds.known import every_dataset

PAGE = (ROOT / "docs" / "feeds.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = dict(re.findall(r"^```(?:csv|json) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
GIVEN: list[dict[str, Any]] = [feed for block in BLOCKS for feed in yaml.safe_load(block)]
SHOWN: dict[str, list[dict[str, Any]]] = {
    "parking/now.csv": [
        {"lot": "P001", "at": datetime(2026, 11, 26, 8, 25, tzinfo=ZONE), "free": 43},
        {"lot": "P002", "at": datetime(2026, 11, 26, 8, 25, tzinfo=ZONE), "free": 0},
        {"lot": "P003", "at": datetime(2026, 11, 26, 8, 25, tzinfo=ZONE), "free": None},
    ],
    "schools/serves.csv": [{"catchment": "A01", "school": "S007"}, {"catchment": "A02", "school": "S007"}],
    "tourism/inside.json": [
        {"sight": "T01", "at": datetime(2026, 11, 26, 8, 20, tzinfo=ZONE), "inside": 1203},
        {"sight": "T02", "at": datetime(2026, 11, 26, 8, 20, tzinfo=ZONE), "inside": 88},
    ],
    "emergencies/stations.geojson": [
        {"id": "61512", "name": "东桥", "district": "yuncheng", "lat": 29.61, "lon": 113.19},
    ],
}


def kind_of(feed: dict[str, Any]) -> str:
    return str(feed["source"]["kind"])


def test_every_kind_of_source_has_an_example() -> None:
    kinds = {"csv", "xlsx", "json", "geojson", "parquet", "gtfs", "http", "sql"}
    assert kinds <= set(map(kind_of, GIVEN))


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_feed_of_the_page_is_sound(block: str, tmp_path: Path, pack: CityPack) -> None:
    write(tmp_path / "feeds" / "page.yaml", yaml.safe_load(block))
    problems = check_feeds(tmp_path, every_dataset(), {unit.id for unit in pack.units})
    assert list(map(str, problems)) == []


@pytest.mark.parametrize("name", FILES)
def test_files_of_the_page_are_read_as_it_says(name: str, folder: Path, pack: CityPack) -> None:
    write(folder / name, FILES[name])
    (given,) = [feed for feed in GIVEN if feed["source"].get("path") == name]
    feed = Feed.model_validate(given)
    dataset = every_dataset()[feed.dataset]
    rows, _ = Feeds(pack, [feed], folder).table(dataset, NOW, internal=True)
    assert rows.to_dicts() == SHOWN[name]


def test_every_file_of_the_page_is_looked_at() -> None:
    assert FILES.keys() == SHOWN.keys()
