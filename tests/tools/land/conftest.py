"""The example's parcels, made once, and the book of rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from city.pack.record import read_record
from tests.conftest import YUNLAN
from tests.tools.rooms import feeds_of
from tools.feeds.citydata import CityData
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds
from tools.feeds.world import World
from tools.land.book import FILE, Book
from tools.land.checking import Checked, Verdict
from tools.land.example import make
from tools.land.measures import Ground
from tools.land.scheme import Scheme

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()


@dataclass(frozen=True)
class Town:
    """The pack with the room's feeds."""

    pack: CityPack
    gazetteer: Gazetteer
    feeds: Feeds

    def data(self, now: datetime = NOW) -> CityData:
        """What a tool is given."""
        return CityData(self.pack, self.gazetteer, self.feeds, now)


def own_feeds() -> list[Feed]:
    return feeds_of("land")


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def folder(pack: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("land")
    make(World.of(pack, since=date(2026, 11, 1), until=date(2026, 12, 31)), folder)
    return folder


@pytest.fixture(scope="session")
def town(pack: CityPack, folder: Path) -> Town:
    return Town(pack, Gazetteer.of(pack), Feeds(pack, own_feeds(), folder))


@pytest.fixture(scope="session")
def book() -> Book:
    return read_record(YUNLAN, FILE, Book)


def verdicts(
    book: Book, scheme: dict[str, Any], *, ground: Ground | None = None, day: date = TODAY
) -> dict[str, Verdict]:
    """Every rule that applies, by its id."""
    return {one.rule: one for one in Checked(book, day, ground).verdicts(Scheme.model_validate(scheme))}


def result(book: Book, rule: str, scheme: dict[str, Any], *, ground: Ground | None = None, day: date = TODAY) -> str:
    """What one rule comes to; none where it does not apply."""
    found = verdicts(book, scheme, ground=ground, day=day).get(rule)
    return found.result if found else "none"
