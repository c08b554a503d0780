from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from city.pack import CityPack
from tests.tools.schools.conftest import Town, opened
from tools.feeds.world import World
from tools.schools.data import CATCHMENTS, CHILDREN, COVERS, EVERY, PLACES, SCHOOLS, SERVES
from tools.schools.example import make

PLANNED = {
    "会展小学": (2024, 1620),
    "软件园小学": (2025, 1350),
    "星河实验中学": (2026, 1800),
    "鼓楼小学": (2025, 1080),
    "书院路中学": (2026, 1500),
    "渔湾小学": (2027, 1080),
    "渔湾中学": (2028, 1200),
    "大学城实验小学": (2024, 1080),
    "南坪县城关小学分校": (2027, 1080),
    "云澜市外国语学校澜东校区": (2027, 2520),
}
"""Of cities/yunlan/planning/yl-schoolplan-2023.md, the near projects: places and the year of their opening."""


def test_every_dataset_is_read_in_standard_columns(town: Town) -> None:
    for dataset in EVERY:
        rows = town.data().table(dataset)
        assert rows.columns == list(dataset.named)
        assert not rows.is_empty()
        for column in dataset.columns:
            assert rows[column.name].null_count() == 0 or not column.required, (dataset.id, column.name)


def test_places_are_those_of_the_plan(town: Town) -> None:
    names = dict(town.data().table(SCHOOLS).select("name", "id").iter_rows())
    places = town.data().table(PLACES)
    for name, (year, seats) in PLANNED.items():
        own = places.filter(pl.col("school") == names[name])
        by_year = dict(own.group_by("year").agg(pl.col("seats").sum()).iter_rows())
        assert by_year[year] == seats, name
        assert by_year.get(year - 1, 0) < seats, name


def test_about_sixty_schools_and_every_landmark_among_them(town: Town, pack: CityPack) -> None:
    schools = town.data().table(SCHOOLS)
    assert 55 <= len(schools) <= 75
    assert set(schools["kind"]) == {"primary", "junior", "nine_year"}
    colleges = {"云澜大学", "澜江师范大学", "云澜理工学院", "云澜职业技术学院"}
    assert {m.name for m in pack.landmarks if m.kind == "school"} - colleges <= set(schools["name"])
    assert schools["name"].n_unique() == len(schools)


def test_catchments_share_out_the_city_once(town: Town, pack: CityPack) -> None:
    data = town.data()
    communities = {c.id for street in pack.streets for c in street.communities}
    covers = data.table(COVERS).join(data.table(CATCHMENTS), left_on="catchment", right_on="id")
    for stage in ("primary", "junior"):
        own = covers.filter(pl.col("stage") == stage)["community"].to_list()
        assert sorted(own) == sorted(communities)
    public = set(data.table(SCHOOLS).filter(pl.col("nature") == "public")["id"])
    assert set(data.table(SERVES)["school"]) == public


def test_areas_do_not_overlap(town: Town) -> None:
    from shapely import from_wkb

    rows = town.data().table(CATCHMENTS).filter(pl.col("stage") == "primary")
    shapes = [from_wkb(area) for area in rows["area"]]
    assert all(shape.is_valid for shape in shapes)
    overlaps = [a.intersection(b).area for i, a in enumerate(shapes) for b in shapes[:i]]
    assert max(overlaps) < 1e-9


def test_only_what_is_over_is_written(pack: CityPack, tmp_path: Path) -> None:
    early = opened(pack, tmp_path, until=date(2026, 11, 2))
    assert max(early.data().table(CHILDREN)["at"]).year == 2026
    make(World.of(pack, since=date(2026, 5, 1), until=date(2026, 5, 3)), tmp_path / "may")
    assert not (tmp_path / "may" / "schools" / "children" / "2026.parquet").exists()
    assert (tmp_path / "may" / "schools" / "children" / "2025.parquet").exists()


@pytest.mark.parametrize("seed", [7, 8])
def test_the_same_seed_gives_the_same_files(pack: CityPack, tmp_path: Path, seed: int) -> None:
    for run in ("one", "two"):
        make(World.of(pack, since=date(2026, 11, 1), until=date(2026, 11, 3), seed=seed), tmp_path / run)
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    assert len(files) > 15
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file
