"""Example feeds of air, out of the world's weather; those of water are made in ``water_example``.

Particles gather while the wind is weak and rain washes them out; nitrogen follows the traffic of the day; ozone the
warmth of the afternoon. Some hours are lost to calibration, one station is silent for days.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from city.schema import Record
from tools.environment.water_example import Correction, PlantOf, SectionOf, Spoilt, WaterOf, make_water
from tools.feeds.world import Floats, World

if TYPE_CHECKING:
    import polars as pl

_LOST = 0.012
_YEAR = 365.25
_RUSH = (8, 18)


class StationOf(Record):
    """A station; its factors stand beside the mean of the urban area."""

    id: str
    name: str
    street: str
    kind: str
    particles: float
    nitrogen: float
    ozone: float
    sulphur: float


class Outage(Record):
    """Days without data of a station."""

    station: str
    first: date
    last: date


class Recipe(Record):
    """``world/environment.yaml``."""

    stations: tuple[StationOf, ...]
    outage: Outage
    waters: tuple[WaterOf, ...]
    sections: tuple[SectionOf, ...]
    plants: tuple[PlantOf, ...]
    spoilt: tuple[Spoilt, ...]
    corrected: Correction


def make(world: World, folder: Path) -> None:
    """Write ``environment/`` of ``folder``."""
    recipe, target = world.recipe("environment", Recipe), folder / "environment"
    (target / "air").mkdir(parents=True, exist_ok=True)
    _stations(world, recipe, target)
    _air(world, recipe, target / "air")
    make_water(world, target, recipe.waters, recipe.sections, recipe.corrected, recipe.plants, recipe.spoilt)


def _stations(world: World, recipe: Recipe, target: Path) -> None:
    import polars as pl

    streets = {street.id: street for street in world.pack.streets}
    districts = {district.id: district.name for district in world.pack.districts}
    rows = [
        {
            "站点编号": one.id,
            "站点名称": one.name,
            "区县": districts[streets[one.street].district],
            "站点类型": one.kind,
            "纬度": streets[one.street].lat,
            "经度": streets[one.street].lon,
        }
        for one in recipe.stations
    ]
    pl.DataFrame(rows).write_csv(target / "air_stations.csv")


def _air(world: World, recipe: Recipe, target: Path) -> None:
    import polars as pl

    common = _common(world)
    whole = pl.concat([_station(world, one, recipe.outage, common) for one in recipe.stations])
    for month in world.months:
        begin, end = world.hours[month.first], world.hours[month.last - 1] + np.timedelta64(1, "h")
        rows = whole.filter((pl.col("obs_time") > begin.item()) & (pl.col("obs_time") <= end.item()))
        rows.sort("obs_time", "site").write_parquet(target / f"{month.name}.parquet")


def _common(world: World) -> dict[str, Floats]:
    """What all stations share: micrograms per cubic metre."""
    weather, count = world.weather, len(world.hours)
    day = (world.since - date(world.since.year, 1, 1)).days + world.day_index
    winter = np.cos(2 * np.pi * (day - 15) / _YEAR)
    still = np.clip(1.55 - weather.wind / 4.0, 0.45, 1.6)
    walk = _walk(world.rng("environment.air"), count, 0.985, 0.075)
    washed = 1 - 0.5 * np.minimum(_smooth(weather.rain, 0.8) / 3.0, 1.0)
    rush = sum(np.exp(-(((world.hour_of_day - hour) / 2.2) ** 2)) for hour in _RUSH) * (1 - 0.25 * world.free_day)
    fine = (29 + 12 * winter) * np.exp(walk) * still * washed * (1 + 0.12 * rush)
    coarse = fine * (1.45 + 0.1 * (weather.humidity < 50)) + 9 * washed
    nitrogen = (16 + 8 * winter) * (0.75 + 0.75 * rush) * np.exp(0.6 * walk) * still
    sun = np.clip(np.sin(np.pi * (world.hour_of_day - 7) / 15), 0, None) * (1 - 0.55 * (weather.rain > 0))
    ozone = 42 + sun * np.clip(5.0 * (weather.temperature - 6), 6, 150) * np.exp(0.45 * walk) - 0.4 * nitrogen
    return {
        "pm2_5": np.clip(fine, 3, None),
        "pm10": np.clip(coarse, 6, None),
        "so2": np.clip((7 + 3 * winter) * np.exp(0.4 * walk), 3, None),
        "no2": np.clip(nitrogen, 4, None),
        "co_ug": np.clip((620 + 260 * winter) * np.exp(0.5 * walk) * (1 + 0.15 * rush), 200, None),
        "o3_1h": np.clip(ozone, 4, None),
    }


def _station(world: World, one: StationOf, outage: Outage, common: dict[str, Floats]) -> pl.DataFrame:
    import polars as pl

    rng, count = world.rng(f"environment.{one.id}"), len(world.hours)
    own = np.exp(_walk(rng, count, 0.9, 0.04))
    factor = {
        "pm2_5": one.particles,
        "pm10": one.particles,
        "so2": one.sulphur,
        "no2": one.nitrogen,
        "co_ug": 0.6 + 0.4 * one.nitrogen,
        "o3_1h": one.ozone,
    }
    silent = np.zeros(count, dtype=bool)
    if one.id == outage.station:
        day = world.hours.astype("datetime64[D]")
        silent = (day >= np.datetime64(outage.first)) & (day <= np.datetime64(outage.last))
    columns: dict[str, Any] = {"site": [one.id] * count, "obs_time": _ends(world)}
    for name, values in common.items():
        measured = np.rint(values * factor[name] * own * np.exp(rng.normal(0, 0.05, count)))
        columns[name] = np.where(rng.random(count) < _LOST, np.nan, measured)
    return pl.DataFrame(columns).with_columns(pl.col(list(common)).fill_nan(None)).filter(~pl.Series(silent))


def _ends(world: World) -> Any:  # numpy times
    return (world.hours + np.timedelta64(1, "h")).astype("datetime64[us]")


def _walk(rng: np.random.Generator, count: int, keep: float, step: float) -> Floats:
    """A damped random walk that begins where such walks lie."""
    from scipy.signal import lfilter

    pushes = rng.normal(0, step, count)
    pushes[0] /= np.sqrt(1 - keep**2)
    walked: Floats = lfilter([1.0], [1.0, -keep], pushes)
    return walked


def _smooth(values: Floats, keep: float) -> Floats:
    from scipy.signal import lfilter

    held: Floats = lfilter([1.0], [1.0, -keep], values)
    return held
