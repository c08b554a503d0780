"""The toy city of the seam's tests, behind MCP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from city.pack import CityPack
from tests.tools.seam.toys import NOW, box_of, make_city, write_rows
from tools.seam.audit import MemoryLog
from tools.seam.toolbox import Toolbox


@pytest.fixture(scope="session")
def toy_pack(tmp_path_factory: pytest.TempPathFactory) -> CityPack:
    """The toy city; nobody changes it."""
    return make_city(tmp_path_factory.mktemp("toys") / "xiaocheng")


@pytest.fixture
def log() -> MemoryLog:
    """The record of the box."""
    return MemoryLog()


@pytest.fixture
def box(toy_pack: CityPack, tmp_path: Path, log: MemoryLog) -> Iterator[Toolbox]:
    """All toys, with one bench seen three minutes ago and one two hours ago."""
    write_rows(tmp_path / "feeds", [("b1", NOW - timedelta(minutes=3), 4), ("b2", NOW - timedelta(hours=2), 9)])
    made = box_of(toy_pack, tmp_path / "feeds", log=log)
    yield made
    made.close()
