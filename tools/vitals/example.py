"""Example files of the room: the register, a year and a half of hourly values by month, the weather, what was planted.

Values lie as many operators keep them, in long form with the platform's own column names; ``planted.parquet`` is the
truth for measuring and named by no feed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tools.feeds.world import World
from tools.vitals.catalogue import Catalogue
from tools.vitals.simulate import Simulated, simulate

if TYPE_CHECKING:
    import polars as pl

STATION = "S01"


def make(world: World, folder: Path) -> None:
    """Write ``vitals/…`` below ``folder``."""
    root = folder / "vitals"
    (root / "values").mkdir(parents=True, exist_ok=True)
    made = simulate(world)
    _register(made.catalogue, root / "signs.json")
    for month, rows in _months(world, made):
        rows.write_parquet(root / "values" / f"{month}.parquet", compression="zstd", statistics=True)
    _weather(world, root / "weather.parquet")
    _planted(world, made, root / "planted.parquet")


def _register(catalogue: Catalogue, path: Path) -> None:
    rows = [
        {
            "tzbh": sign.id,
            "tzmc": sign.name,
            "bm": "、".join(sign.aliases),
            "ly": sign.group,
            "dw": sign.unit,
        }
        for sign in catalogue.signs
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _months(world: World, made: Simulated) -> list[tuple[str, pl.DataFrame]]:
    """Rows in the order of time, then sign; a missing hour is a missing row."""
    import polars as pl

    hour, sign = np.nonzero(~np.isnan(made.values.T))
    ids = np.array([sign.id for sign in made.catalogue.signs])
    rows = pl.DataFrame(
        {
            "tzbh": ids[sign],
            "sj": world.hours[hour].astype("datetime64[ms]"),
            "tzz": made.values.T[hour, sign],
        }
    )
    months = rows["sj"].dt.strftime("%Y-%m")
    return [(month, rows.filter(months == month)) for month in months.unique().sort().to_list()]


def _weather(world: World, path: Path) -> None:
    """Temperature in tenths of a degree, as the station's machine writes it."""
    import polars as pl

    rows = pl.DataFrame(
        {
            "station": [STATION] * len(world.hours),
            "obs_time": world.hours.astype("datetime64[ms]"),
            "t_tenth": np.round(world.weather.temperature * 10).astype(np.int32),
            "r1h": world.weather.rain,
        }
    )
    rows.write_parquet(path, compression="zstd")


def _planted(world: World, made: Simulated, path: Path) -> None:
    import polars as pl

    rows = pl.DataFrame(
        {
            "sign": [event.sign for event in made.planted],
            "kind": [event.kind for event in made.planted],
            "begin": [world.hours[event.begin].item() for event in made.planted],
            "last": [world.hours[event.end - 1].item() for event in made.planted],
            "size": [round(event.size, 2) for event in made.planted],
            "joint": [event.joint for event in made.planted],
            "cause": [event.cause for event in made.planted],
        },
        schema_overrides={"begin": pl.Datetime("ms"), "last": pl.Datetime("ms"), "joint": pl.Int64, "size": pl.Float64},
    )
    rows.write_parquet(path)
