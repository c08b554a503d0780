from __future__ import annotations

from pathlib import Path

import polars as pl

from city.pack import CityPack
from tests.tools.patrols.conftest import Town, at, small_world
from tools.patrols.data import POSITIONS, SHIFTS, UNITS, WEATHER, ZONES
from tools.patrols.example import make


def test_every_dataset_is_read_in_standard_columns(town: Town) -> None:
    for dataset in (UNITS, POSITIONS, SHIFTS, WEATHER, ZONES):
        rows = town.data(at(27, 23, 50)).table(dataset)
        assert rows.columns == list(dataset.named)
        assert not rows.is_empty()
        for column in dataset.columns:
            assert rows[column.name].null_count() == 0 or not column.required, (dataset.id, column.name)


def test_the_same_seed_gives_the_same_bytes(town: Town, pack: CityPack, tmp_path: Path) -> None:
    make(small_world(pack), tmp_path)
    files = [path.relative_to(tmp_path) for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    assert len(files) == 5
    assert all((tmp_path / file).read_bytes() == (town.folder / file).read_bytes() for file in files)


def test_the_register(town: Town, pack: CityPack) -> None:
    rows = town.data(at(26, 9)).table(UNITS)
    assert rows["id"].is_unique().all()
    assert rows["name"].is_unique().all()
    drones, teams = rows.filter(pl.col("kind") == "drone"), rows.filter(pl.col("kind") == "team")
    assert len(drones) + len(teams) == len(rows)
    assert drones.select("endurance", "wind_limit", "rain_limit", "climb").null_count().sum_horizontal()[0] == 0
    assert drones["camera"].all()
    assert set(teams["district"]) == {district.id for district in pack.districts}
    # The city's file has km/h: a patrol car's 34 are 9.4 m/s.
    assert teams["speed"].max() == 34 / 3.6


def test_a_drone_loses_battery_in_the_air_and_gains_it_at_home(town: Town) -> None:
    rows = town.data(at(27, 23, 50)).table(POSITIONS).sort("unit", "at")
    drones = rows.filter(pl.col("unit").str.starts_with("U"))
    steps = drones.with_columns(
        pl.col("battery").diff().over("unit").alias("change"),
        pl.col("state").shift().over("unit").alias("before"),
        pl.col("at").diff().over("unit").dt.total_minutes().alias("apart"),
    ).filter(pl.col("apart") == 10)
    flying = steps.filter((pl.col("state") == "busy") & (pl.col("before") == "busy"))
    loading = steps.filter((pl.col("state") == "charging") & (pl.col("before") == "charging"))
    assert len(flying) > 50
    assert len(loading) > 50
    assert flying["change"].max() < 0  # type: ignore[operator]  # numbers
    assert loading["change"].min() >= 0  # type: ignore[operator]  # numbers


def test_teams_work_by_their_roster(town: Town) -> None:
    data = town.data(at(27, 23, 50))
    rows, shifts = data.table(POSITIONS), data.table(SHIFTS)
    teams = rows.filter(pl.col("unit").str.starts_with("T")).sort("at")
    last = teams.join_asof(shifts.sort("starts"), left_on="at", right_on="starts", by="unit", check_sortedness=False)
    is_on = (last["ends"] > last["at"]).fill_null(value=False)
    assert 0 < is_on.sum() < len(is_on)
    assert (is_on == (last["state"] != "off")).all()


def test_gusts_are_stronger_than_the_wind(town: Town) -> None:
    rows = town.data(at(27, 23, 50)).table(WEATHER)
    assert (rows["gust"] >= rows["wind"]).all()
    assert 0.1 < rows["wind"].mean() < 10  # type: ignore[operator]  # a number
