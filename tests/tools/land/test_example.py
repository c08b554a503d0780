from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import shapely

from city.pack import CityPack
from tests.tools.land.conftest import Town
from tools.feeds.world import World
from tools.land.data import ADDRESSES, PARCELS
from tools.land.example import make


@pytest.fixture(scope="module")
def parcels(town: Town) -> pl.DataFrame:
    return town.data().table(PARCELS)


def test_both_registers_are_read_in_standard_columns(town: Town) -> None:
    for dataset in (PARCELS, ADDRESSES):
        rows = town.data().table(dataset)
        assert not rows.is_empty()
        for column in dataset.columns:
            assert rows[column.name].null_count() == 0 or not column.required, (dataset.id, column.name)


def test_there_are_about_a_thousand_parcels_in_every_street(parcels: pl.DataFrame, pack: CityPack) -> None:
    assert 800 <= parcels["number"].n_unique() <= 1_200
    assert set(parcels["street"]) == {street.name for street in pack.streets}
    assert set(parcels["zone"]) == set(parcels["parking_zone"]) == {1, 2, 3}


@pytest.mark.parametrize(
    ("number", "day", "far", "height", "article"),
    [
        # the rows of planning/yl-cp-*.md
        ("HZ-07", date(2026, 1, 1), 2.2, 60, "6"),
        ("HZ-02", date(2026, 1, 1), 4.0, 120, "8"),
        ("GL-14", date(2026, 1, 1), 1.6, 15, "6"),
        ("YW-03", date(2026, 4, 1), 2.0, 54, "5"),
    ],
)
def test_planned_parcels_are_those_of_the_texts(
    parcels: pl.DataFrame, number: str, day: date, far: float, height: float, article: str
) -> None:
    rows = parcels.filter(
        (pl.col("number") == number)
        & (pl.col("valid_from") <= day)
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") > day))
    )
    assert rows.select("far", "height", "article").rows() == [(far, height, article)]


def test_a_parcel_of_two_plans_has_two_versions(parcels: pl.DataFrame) -> None:
    rows = parcels.filter(pl.col("number") == "HZ-15").sort("valid_from")
    assert rows["valid_from"].to_list() == [date(2021, 7, 1), date(2025, 9, 1)]
    assert rows["valid_to"].to_list() == [date(2025, 9, 1), None]
    assert [re.findall(r"泊位不少于(\d+)个", note) for note in rows["note"]] == [["300"], ["420"]]


def test_shapes_have_the_areas_of_the_plans_and_do_not_overlap(parcels: pl.DataFrame) -> None:
    newest = parcels.filter(pl.col("valid_to").is_null())
    shapes = shapely.from_wkb(newest["shape"].to_numpy())
    metres = 111_194.9**2 * 0.8695  # of a square degree at 29.6°
    for area, plan, shape in zip(newest["area"], newest["plan"], shapes, strict=True):
        if plan is not None:
            assert shape.area * metres == pytest.approx(area, rel=0.02)
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="overlaps")
    apart = one < other
    shared = shapely.area(shapely.intersection(shapes[one[apart]], shapes[other[apart]])) * metres
    assert shared.size == 0 or shared.max() < 1


def test_landmarks_stand_on_their_parcels(town: Town, parcels: pl.DataFrame, pack: CityPack) -> None:
    addresses = dict(town.data().table(ADDRESSES).select("address", "parcel").iter_rows())
    newest = parcels.filter(pl.col("valid_to").is_null())
    shapes = dict(zip(newest["number"], shapely.from_wkb(newest["shape"].to_numpy()), strict=True))
    told = 0
    for mark in pack.landmarks:
        if mark.address in addresses:
            told += 1
            assert shapes[addresses[mark.address]].covers(shapely.Point(mark.lon, mark.lat)), mark.name
    assert told > 150


def test_every_address_is_there_once(town: Town, parcels: pl.DataFrame) -> None:
    addresses = town.data().table(ADDRESSES)
    assert addresses["address"].n_unique() == len(addresses)
    assert set(addresses["parcel"]) == set(parcels["number"])


def test_the_belts_of_the_quarter(parcels: pl.DataFrame) -> None:
    core = parcels.filter(pl.col("belt") == "core")["number"].to_list()
    assert sorted(core) == [*(f"GL-0{n}" for n in range(1, 8)), "GL-21"]


def test_the_example_is_made_again_from_its_seed(pack: CityPack, folder: Path, tmp_path: Path) -> None:
    make(World.of(pack, since=date(2026, 11, 1), until=date(2026, 12, 31)), tmp_path)
    for name in ("parcels.geojson", "addresses.csv"):
        assert (tmp_path / "land" / name).read_bytes() == (folder / "land" / name).read_bytes()
    made = json.loads((folder / "land" / "parcels.geojson").read_text("utf-8"))
    assert made["type"] == "FeatureCollection"
