from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import polars as pl

from city.pack import CityPack
from tools.feeds.citydata import CityData
from tools.feeds.world import World
from tools.parking.data import LOTS
from tools.parking.example import make
from tools.parking.lots import lots_of, rules_of


def prints(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_files(city: CityPack, tmp_path: Path) -> None:
    world = World.of(city, since=date(2026, 3, 30), until=date(2026, 4, 2))
    for name in ("one", "other"):
        make(world, tmp_path / name)
    made = prints(tmp_path / "one")
    assert set(made) == {
        "parking/lots.csv",
        *(f"parking/{sort}/2026-{month}.parquet" for sort in ("hours", "free") for month in ("03", "04")),
    }
    assert made == prints(tmp_path / "other")


def test_car_parks_have_rows_only_once_they_are_open(city: CityPack, tmp_path: Path) -> None:
    make(World.of(city, since=date(2026, 4, 10), until=date(2026, 4, 15)), tmp_path)
    lots = pl.read_csv(tmp_path / "parking" / "lots.csv")
    id = lots.filter(pl.col("启用日期") == "2026-04-12")["编号"].item()
    hours = pl.read_parquet(tmp_path / "parking" / "hours" / "*.parquet").filter(pl.col("park_id") == id)
    assert hours["hour_end"].min() == datetime(2026, 4, 12, 1)


def test_the_register_follows_the_citys_texts(data: CityData) -> None:
    lots, rules = lots_of(data), rules_of(data)
    assert 350 <= len(lots) <= 450
    assert len({lot.name for lot in lots}) == len(lots)
    sorts = Counter(lot.kind for lot in lots)
    assert set(sorts) == {"public", "roadside", "commercial", "hospital", "ride", "shared", "estate"}
    assert all(lot.fee in rules.rules for lot in lots if lot.fee)
    assert all(lot.district == "nanping" for lot in lots if not lot.fee)
    first_class = {"yuncheng_gulou", "yuncheng_xijin", "yuncheng_wenmiao", "landong_huizhan"}
    roadside = [lot for lot in lots if lot.kind == "roadside" and lot.fee]
    assert len(roadside) > 40
    assert all(lot.fee.startswith("road_1") == (lot.street in first_class) for lot in roadside)
    planned = {lot.name: (lot.spaces, lot.chargers) for lot in lots}
    assert planned["金桥换乘停车场"] == (600, 150)
    assert planned["新华菜市场停车楼"] == (180, 45)
    public = [lot for lot in lots if lot.kind == "public" and not lot.for_lorries]
    assert sum(lot.chargers for lot in public) >= 0.18 * sum(lot.spaces for lot in public)
    assert all(lot.height is None or 1.9 <= lot.height <= 3 for lot in lots)
    assert {column.name for column in LOTS.columns} >= {"id", "name", "spaces"}
