from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl

from city.pack import CityPack
from tests.conftest import ROOT
from tests.tools.environment.conftest import DataAt
from tools.environment.data import AIR, PLANTS, SECTIONS, STATIONS, SURFACE, TAP, WATERS
from tools.environment.example import make
from tools.feeds.world import World


def test_the_same_seed_gives_the_same_bytes(city: CityPack, tmp_path: Path) -> None:
    world = World.of(city, since=date(2026, 7, 28), until=date(2026, 8, 5))
    for name in ("one", "two"):
        make(world, tmp_path / name)
    files = sorted(path for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(files) == 8
    for file in files:
        again = tmp_path / "two" / file.relative_to(tmp_path / "one")
        assert file.read_bytes() == again.read_bytes(), file.name


def test_the_files_are_read_in_standard_columns(data_at: DataAt) -> None:
    data = data_at()
    assert data.table(STATIONS)["counts"].to_list().count(True) == 11
    assert set(data.table(SECTIONS)["target"]) <= {1, 2, 3, 4, 5}
    assert set(data.table(SECTIONS)["water"]) == set(data.table(WATERS)["id"])
    assert data.table(PLANTS).height == 7
    air = data.table(AIR)
    assert 0.2 < air["co"].median() < 2  # type: ignore[operator]  # milligrams, not micrograms
    assert 0.005 < air["pm25"].null_count() / air.height < 0.05
    assert data.table(SURFACE)["phosphorus"].max() < 2  # type: ignore[operator]
    tap = data.table(TAP)
    assert tap.filter(pl.col("below")).height > 100
    assert tap["item"].null_count() == 0


def test_the_tools_are_light_to_import() -> None:
    heavy = ("polars", "duckdb", "scipy", "numpy")
    code = f"import sys, tools.environment.tools; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout == "[]\n"
