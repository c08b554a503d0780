from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from city.pack import CityPack
from tests.conftest import ROOT
from tools.economy.catalogue import Catalogue
from tools.economy.data import FIGURES, INDICATORS
from tools.economy.example import make
from tools.economy.figures import Figures, read
from tools.feeds.citydata import CityData
from tools.feeds.world import World


def test_the_same_seed_gives_the_same_bytes(city: CityPack, folder: Path, tmp_path: Path) -> None:
    make(World.of(city, since=date(2026, 11, 1), until=date(2026, 11, 27)), tmp_path)  # begins earlier
    for name in ("figures.parquet", "indicators.json"):
        assert (folder / "economy" / name).read_bytes() == (tmp_path / "economy" / name).read_bytes(), name


def test_the_files_are_read_in_standard_columns(data: CityData, book: Catalogue) -> None:
    assert set(data.table(INDICATORS)["id"]) == set(book.by_id)
    rows = data.table(FIGURES)
    assert set(rows["indicator"]) == set(book.by_id)
    assert set(rows["span"]) == {"single", "cumulative"}
    assert rows["area"].n_unique() == 7
    assert rows["month"].null_count() == rows["area"].null_count() == 0
    assert {month.day for month in rows["month"]} == {1}


def newest(figures: Figures, area: str, month: date) -> float:
    figure = figures.get(area, month, "cumulative")
    assert figure is not None
    assert figure.value is not None
    return figure.value


def test_parts_add_up(data: CityData, book: Catalogue) -> None:
    month = date(2026, 9, 1)
    whole = newest(read(book.by_id["gdp"], data), "city", month)
    parts = [
        newest(read(book.by_id[f"gdp_{part}"], data), "city", month) for part in ("primary", "secondary", "tertiary")
    ]
    assert whole == pytest.approx(sum(parts), abs=0.3)
    retail = read(book.by_id["retail"], data)
    districts = [newest(retail, one.id, month) for one in data.pack.districts]
    assert newest(retail, "city", month) == pytest.approx(sum(districts), abs=0.5)


def test_only_what_is_published_by_its_own_schedule(data: CityData, book: Catalogue) -> None:
    for one in book.indicators:
        found = read(one, data)
        assert found.by_key, one.id
        for key, figure in found.by_key.items():
            assert one.has(key.month), (one.id, key)
            assert key.span == "cumulative" or one.has_single(key.month)
            assert figure.first is not None or figure.published == one.due_on(key.month)
            assert (figure.value is None) == (one.kind == "growth")


def test_the_tools_are_light_to_import() -> None:
    heavy = ("polars", "duckdb", "scipy", "numpy")
    code = f"import sys, tools.economy.tools; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout == "[]\n"
