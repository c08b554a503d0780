from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from city.pack import CityPack
from tests.tools.hospitals.conftest import Town, at
from tools.feeds.world import World
from tools.hospitals.data import CAMPUSES, CAR_PARKS, DEPARTMENTS, EVERY, GATES, QUEUE, ROUTES
from tools.hospitals.example import make


def test_every_dataset_is_read_in_standard_columns(town: Town) -> None:
    for dataset in EVERY:
        rows = town.data(at(26, 9)).table(dataset)
        assert rows.columns == list(dataset.named)
        assert not rows.is_empty()
        for column in dataset.columns:
            assert rows[column.name].null_count() == 0 or not column.required, (dataset.id, column.name)


def test_every_hospital_of_the_pack_is_there(town: Town, pack: CityPack) -> None:
    marks = {mark.name: mark for mark in pack.landmarks if mark.kind == "hospital"}
    rows = town.data(at(26, 9)).table(CAMPUSES)
    assert set(marks) <= set(rows["name"])
    assert set(rows["hospital"]) == set(marks)
    for row in rows.filter(pl.col("name").is_in(list(marks))).iter_rows(named=True):
        mark = marks[row["name"]]
        assert (row["address"], row["lon"], row["lat"]) == (mark.address, mark.lon, mark.lat)


def test_registers_point_at_each_other(town: Town) -> None:
    data = town.data(at(26, 9))
    gates, parks = set(data.table(GATES)["id"]), set(data.table(CAR_PARKS)["id"])
    routes = data.table(ROUTES)
    assert set(routes["gate"]) <= gates
    assert set(routes["car_park"].drop_nulls()) <= parks
    assert set(data.table(CAR_PARKS)["gate"]) <= gates
    assert set(data.table(QUEUE)["department"]) <= set(data.table(DEPARTMENTS)["id"])


def test_roads_are_the_packs(town: Town, pack: CityPack) -> None:
    assert set(town.data(at(26, 9)).table(GATES)["road"].drop_nulls()) <= {road.name for road in pack.roads}


def test_accessible_spaces_are_at_least_two_per_cent(town: Town) -> None:
    # The technical rules of 2018 (article 45), under which the car parks were built: 2 %, and one at least.
    for spaces, accessible in town.data(at(26, 9)).table(CAR_PARKS).select("spaces", "accessible").iter_rows():
        assert accessible >= max(1, spaces * 0.02)


def test_queues_are_counted_every_ten_minutes_of_the_opening_hours(town: Town) -> None:
    data = town.data(at(27, 23, 59))
    emergency = data.table(DEPARTMENTS).filter(pl.col("name") == "急诊科")["id"][0]
    counts = data.between(QUEUE, at(17, 0), at(18, 0), {"department": emergency})
    assert len(counts) == 144
    assert counts["at"].diff().drop_nulls().unique().dt.total_minutes().to_list() == [10]
    clinic = data.table(DEPARTMENTS).filter(pl.col("name") == "骨科")["id"][0]
    hours = data.between(QUEUE, at(17, 0), at(18, 0), {"department": clinic})["at"].dt.hour()
    assert set(hours) == {8, 9, 10, 11, 13, 14, 15, 16, 17}


def test_only_the_last_days_are_written(pack: CityPack, tmp_path: Path) -> None:
    make(World.of(pack, since=date(2026, 6, 1), until=date(2026, 11, 28)), tmp_path)
    rows = pl.read_parquet(tmp_path / "hospitals" / "queue" / "*.parquet")
    assert rows["time"].dt.date().n_unique() == 60
    assert str(rows["time"].max()).startswith("2026-11-27 23:50")


def test_the_same_seed_gives_the_same_files(pack: CityPack, tmp_path: Path) -> None:
    for run in ("one", "two"):
        make(World.of(pack, since=date(2026, 11, 25), until=date(2026, 11, 27)), tmp_path / run)
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 7
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file
