"""The example's drones and patrols of a few days, made once; and small terrains drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from tests.conftest import YUNLAN
from tests.tools.rooms import feeds_of
from tools.feeds.citydata import CityData
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds
from tools.feeds.world import World
from tools.patrols.example import make
from tools.patrols.fleet import Sky, Unit
from tools.patrols.paths import Obstacle
from tools.patrols.plane import Plane, Point, Wind
from tools.patrols.reach import Goal, Terrain
from tools.patrols.roads import RoadNet
from tools.patrols.rules import FILE, Flying

ZONE = ZoneInfo("Asia/Shanghai")
CALM = Sky(Wind(0.0, 0.0), 0.0, 0.0)


@dataclass(frozen=True)
class Town:
    """The pack with the room's feeds."""

    pack: CityPack
    gazetteer: Gazetteer
    feeds: Feeds
    folder: Path

    def data(self, now: datetime, *, staff: bool = True) -> CityData:
        """What a tool is given."""
        return CityData(self.pack, self.gazetteer, self.feeds, now, internal=staff)

    def without(self, *ids: str) -> Town:
        """The town without some of its feeds."""
        return replace(self, feeds=Feeds(self.pack, [feed for feed in own_feeds() if feed.id not in ids], self.folder))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026: the 26th is a Thursday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def own_feeds() -> list[Feed]:
    return feeds_of("patrols")


def own_rules() -> Flying:
    return Flying.model_validate(yaml.safe_load((YUNLAN / FILE).read_text("utf-8")))


def small_world(pack: CityPack) -> World:
    return World.of(pack, since=date(2026, 11, 24), until=date(2026, 11, 28))


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def town(pack: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("patrols")
    make(small_world(pack), folder)
    return Town(pack, Gazetteer.of(pack), Feeds(pack, own_feeds(), folder), folder)


PLANE = Plane(113.0, 30.0)


def terrain(
    pack: CityPack, *, zones: Sequence[Obstacle] = (), sky: Sky | None = CALM, now: datetime | None = None
) -> Terrain:
    """A plain without roads, one district called "d"."""
    roads = RoadNet(replace(pack, roads=()), PLANE)
    skies = {"d": sky} if sky else {}
    return Terrain(own_rules(), PLANE, tuple(zones), True, skies, roads, now or at(26, 12))


def goal(x: float, y: float) -> Goal:
    return Goal("there", Point(x, y), "d")


def drone(
    x: float = 0.0, y: float = 0.0, *, battery: float | None = 100.0, id: str = "U1", state: str = "free"
) -> Unit:
    """10 m/s, climbing 5 m/s (0.3 minutes to 90 m), 40 minutes on a full battery, gusts to 10 m/s, rain to 2 mm/h."""
    here = PLANE.degrees(Point(x, y))
    payloads = frozenset({"camera", "thermal"})
    return Unit(id, id, "drone", "nest", "d", here, here, state, battery, 10.0, 5.0, 40.0, 10.0, 2.0, payloads)  # type: ignore[arg-type]  # literals


def team(x: float = 0.0, y: float = 0.0, *, id: str = "T1", ends: datetime | None = None, state: str = "free") -> Unit:
    """10 m/s on an empty road."""
    here = PLANE.degrees(Point(x, y))
    return Unit(id, id, "team", "post", "d", here, here, state, None, 10.0, None, None, None, None, frozenset(), ends)
