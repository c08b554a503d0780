from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from city.pack import CityPack
from tests.conftest import YUNLAN
from tools.feeds.citydata import CityData
from tools.feeds.world import World
from tools.vitals.data import SIGNS, VALUES, WEATHER
from tools.vitals.example import make
from tools.vitals.reading import board_of, catalogue_of
from tools.vitals.simulate import Recipe, Simulated, simulate


@pytest.fixture(scope="module")
def year(city: CityPack) -> Simulated:
    return simulate(World.of(city, since=date(2025, 6, 1), until=date(2026, 6, 1), seed=3))


def test_the_same_seed_gives_the_same_bytes(world: World, folder: Path, tmp_path: Path) -> None:
    make(world, tmp_path)
    first, again = (sorted(p for p in at.rglob("*") if p.is_file()) for at in (folder, tmp_path))
    assert len(first) == len(again) == 7
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]


def test_another_seed_is_another_city(world: World, made: Simulated) -> None:
    other = simulate(World.of(world.pack, since=world.since, until=world.until, seed=8))
    assert np.nanmean(other.values == made.values) < 0.2
    assert other.planted != made.planted


def test_tools_read_what_was_made(data: CityData, made: Simulated) -> None:
    signs = catalogue_of(data).signs
    board = board_of(data, signs, data.now, 72)
    assert board.values.shape == (120, 72)
    end = (data.now.date() - date(2025, 6, 1)).days * 24 + data.now.hour + 1
    np.testing.assert_array_equal(board.values, made.values[:, end - 72 : end])
    known = data.table(SIGNS)
    assert known.height == 120
    weather = data.latest(WEATHER)
    assert -20 < weather["temperature"][0] < 45
    np.testing.assert_allclose(board.where.temperature[-1], weather["temperature"][0])


def test_no_feed_names_what_was_planted(folder: Path) -> None:
    feeds = yaml.safe_load((YUNLAN / "feeds" / "vitals.yaml").read_text(encoding="utf-8"))
    assert {feed["dataset"] for feed in feeds} == {SIGNS.id, VALUES.id, WEATHER.id}
    assert not any("planted" in feed["source"]["path"] for feed in feeds)
    rooms = (YUNLAN.parents[1] / "tools" / "vitals").glob("*.py")
    reading = [path.name for path in rooms if "planted" in path.read_text(encoding="utf-8")]
    assert set(reading) <= {"planting.py", "simulate.py", "example.py", "__init__.py"}
    assert (folder / "vitals" / "planted.parquet").is_file()


def test_planted_anomalies_keep_to_the_recipe(city: CityPack, year: Simulated) -> None:
    recipe = World.of(city, since=date(2025, 6, 1), until=date(2025, 6, 2)).recipe("vitals", Recipe).planted
    assert len(year.planted) > 150
    assert {event.kind for event in year.planted} == {*recipe.kinds, "joint"}
    assert min(event.begin for event in year.planted) >= recipe.first_day * 24
    for event in year.planted:
        planting = recipe.joint if event.kind == "joint" else recipe.kinds[event.kind]  # type: ignore[index]
        assert planting.hours[0] <= event.end - event.begin <= planting.hours[1]
        assert planting.size[0] <= abs(event.size) <= max(planting.size[1], 0)
    by_row: dict[int, list[tuple[int, int]]] = {}
    for event in year.planted:
        by_row.setdefault(event.row, []).append((event.begin, event.end))
    gaps = [after[0] - before[1] for spans in by_row.values() for before, after in pairwise(spans)]
    assert min(gaps) >= recipe.apart_days * 24


def test_planted_zeros_and_repeats_are_in_the_series(year: Simulated) -> None:
    checked = {"stuck": 0, "dropout": 0}
    for event in year.planted:
        if event.kind in checked:
            inside = year.values[event.row, event.begin : event.end]
            known = inside[~np.isnan(inside)]
            assert len(set(known.tolist())) <= 1
            assert event.kind == "stuck" or not known.any()
            checked[event.kind] += 1
    assert min(checked.values()) > 5


def test_series_have_days_weeks_seasons_and_gaps(year: Simulated) -> None:
    rows = {sign.id: row for row, sign in enumerate(year.catalogue.signs)}
    load, heat = year.values[rows["pw_load_home"]], year.values[rows["heat_load"]]
    days = np.nanmean(load[: 364 * 24].reshape(-1, 24), axis=1)
    assert days[45:75].mean() > 1.3 * days[120:150].mean()  # high summer against autumn
    hours = np.nanmean(load[: 364 * 24].reshape(-1, 24), axis=0)
    assert hours[19] > 2 * hours[3]
    assert np.isnan(heat[: 100 * 24]).all()
    assert np.isnan(heat[200 * 24 : 220 * 24]).mean() < 0.1
    assert 0.0005 < np.isnan(load).mean() < 0.02
    shares = [row for row, sign in enumerate(year.catalogue.signs) if sign.kind == "share"]
    assert np.nanmin(year.values) >= 0
    assert np.nanmax(year.values[shares]) <= 100


def test_rows_are_sorted_by_time_within_a_month(folder: Path) -> None:
    for path in sorted((folder / "vitals" / "values").glob("*.parquet")):
        rows = pl.read_parquet(path)
        assert rows["sj"].is_sorted()
        assert rows["sj"].dt.strftime("%Y-%m").unique().to_list() == [path.stem]
