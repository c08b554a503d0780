from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

from city.pack import CityPack
from tests.conftest import ROOT
from tools.emergencies.example import make
from tools.feeds.world import World


def test_the_same_seed_gives_the_same_bytes(city: CityPack, tmp_path: Path) -> None:
    world = World.of(city, since=date(2025, 7, 1), until=date(2025, 7, 15))
    for name in ("one", "two"):
        make(world, tmp_path / name)
    files = sorted((tmp_path / "one" / "emergencies").iterdir())
    assert len(files) == 7
    for file in files:
        assert file.read_bytes() == (tmp_path / "two" / "emergencies" / file.name).read_bytes(), file.name


def test_the_tools_are_light_to_import() -> None:
    heavy = ("polars", "duckdb", "scipy", "numpy")
    code = f"import sys, tools.emergencies.tools; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout == "[]\n"
