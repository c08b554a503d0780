"""One room of the example city by itself: its feeds, what is told of its tools, a toolbox of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import yaml
from pydantic import TypeAdapter

from city.gazetteer import Gazetteer
from city.pack import CityPack
from tests.conftest import YUNLAN
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds
from tools.seam.audit import MemoryLog
from tools.seam.finding import tools_of
from tools.seam.packed import Told
from tools.seam.toolbox import Offered, Toolbox


def feeds_of(room: str) -> list[Feed]:
    """The feeds of the room's file."""
    return TypeAdapter(list[Feed]).validate_python(_read(f"feeds/{room}.yaml"))


def told_of(room: str) -> dict[str, Told]:
    """What the room's file tells of its tools."""
    return TypeAdapter(dict[str, Told]).validate_python(_read(f"tools/{room}.yaml"))


def box_of(city: CityPack, feeds: Feeds, told: Mapping[str, Told], room: ModuleType) -> Toolbox:
    """A toolbox of the tools of one module alone."""
    offered = {tool.id: Offered(tool, told[tool.id]) for tool in tools_of(room)}
    return Toolbox(city, Gazetteer.of(city), feeds, MemoryLog(), offered)


def _read(file: str) -> Any:
    return yaml.safe_load((YUNLAN / file).read_text(encoding="utf-8"))
