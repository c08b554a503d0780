"""Example feeds of car parks: the register, cars and arrivals of each hour, free places every ten minutes.

Use follows a sort's curve of the day, with a level of its own for each car park, days that are fuller or emptier,
rain, events, and a rest that fades over some hours. Cars above the places do not get in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tools.feeds.world import World
from tools.parking.lots_example import Made, Recipe, lots

if TYPE_CHECKING:
    import polars as pl

DENSE_DAYS = 60
_STEP = 10
_KEEP = 0.82
_SILENT = 6
_FALSE = 0.001
Floats = NDArray[np.float64]
Counts = NDArray[np.int32]
Times = NDArray[np.datetime64]


def make(world: World, folder: Path) -> None:
    """Write ``parking/`` of ``folder``: the newest 60 days' free places, every hour since the beginning."""
    recipe = world.recipe("parking", Recipe)
    made = lots(world, recipe)
    target = folder / "parking"
    target.mkdir(parents=True, exist_ok=True)
    _register(made, world, target / "lots.csv")
    cars = _cars(world, recipe, made)
    _write_hours(world, recipe, made, cars, target / "hours")
    _write_free(world, made, cars, target / "free")


def _register(made: Sequence[Made], world: World, path: Path) -> None:
    import polars as pl

    districts = {d.id: d.name for d in world.pack.districts}
    rows = [
        {
            "编号": lot.id,
            "名称": lot.name,
            "别名": "、".join(lot.aliases) or None,
            "类型": lot.sort,
            "区县": districts[lot.district],
            "街道": lot.street,
            "地址": lot.address,
            "经度": lot.longitude,
            "纬度": lot.latitude,
            "泊位数": lot.spaces,
            "充电泊位": lot.chargers,
            "无障碍泊位": max(1, round(lot.spaces * 0.02)) if lot.kind in ("public", "roadside", "ride") else None,
            "限高厘米": round(lot.height * 100) if lot.height else None,
            "货车专用": "是" if lot.for_lorries else "否",
            "工作日开放": lot.workday,
            "休息日开放": lot.restday,
            "收费代码": lot.fee or None,
            "政府投资": "是" if lot.public_money else "否",
            "启用日期": lot.since.isoformat() if lot.since else None,
            "经营者": lot.operator,
        }
        for lot in made
    ]
    pl.DataFrame(rows, infer_schema_length=None).write_csv(path)


def _cars(world: World, recipe: Recipe, made: Sequence[Made]) -> Counts:
    """Cars at the beginning of each hour of each car park: hours × car parks."""
    from scipy.signal import lfilter

    rng = world.rng("parking.cars")
    hours, count = len(world.hours), len(made)
    days = hours // 24
    use = np.empty((hours, count))
    wet = (world.weather.rain > 0.3).astype(float)
    curves = {name: (np.array(p.workday), np.array(p.restday), p.rain) for name, p in recipe.profiles.items()}
    base = {
        name: np.where(world.free_day, rest[world.hour_of_day], work[world.hour_of_day]) + rain * wet
        for name, (work, rest, rain) in curves.items()
    }
    level = np.clip(rng.normal(1.0, 0.13, count), 0.6, 1.3)
    level *= [recipe.levels.get(lot.district, 1.0) for lot in made]
    eventful = np.array([lot.profile in recipe.events.profiles for lot in made])
    growth = 1 + 0.03 * world.day_index / 365
    for at, lot in enumerate(made):
        use[:, at] = base[lot.profile] * level[at] * growth
    day = rng.normal(0, 0.035, (days, count))
    day += (rng.random((days, count)) < recipe.events.share) * eventful * recipe.events.more
    use += np.repeat(day, 24, axis=0) * np.minimum(1.0, 2 * use)
    use += lfilter([1.0], [1.0, -_KEEP], rng.normal(0, 0.022, (hours, count)), axis=0)
    spaces = np.array([lot.spaces for lot in made])
    cars: Counts = np.rint(np.clip(use, 0.0, 1.0) * spaces).astype(np.int32)
    return cars


def _write_hours(world: World, recipe: Recipe, made: Sequence[Made], cars: Counts, folder: Path) -> None:
    """A file a month. An hour's row bears the time of its end, when it was written."""
    import polars as pl

    rng = world.rng("parking.entries")
    stays = np.array([recipe.profiles[lot.profile].stay for lot in made])
    folder.mkdir(exist_ok=True)
    for month, first, last in world.months:
        begin = cars[first:last]
        end = cars[np.minimum(np.arange(first + 1, last + 1), len(cars) - 1)]
        mean = (begin + end) / 2
        entries = rng.poisson(np.maximum(0, end - begin) + 0.5 * mean / stays)
        begun: Times = world.hours[first:last].astype("datetime64[us]")
        rows = _rows(made, begun, begun + np.timedelta64(1, "h"), {"avg_cars": np.rint(mean), "in_cars": entries})
        rows.rename({"at": "hour_end"}).with_columns(pl.col("avg_cars", "in_cars").cast(pl.Int32)).write_parquet(
            folder / f"{month}.parquet", statistics=True, row_group_size=60_000
        )


def _write_free(world: World, made: Sequence[Made], cars: Counts, folder: Path) -> None:
    """Free places every ten minutes of the newest days. Some counts are false, some car parks fall silent."""
    import polars as pl

    rng = world.rng("parking.free")
    silent = rng.choice(len(made), min(_SILENT, len(made) // 10), replace=False)
    spaces = np.array([lot.spaces for lot in made])
    earliest = max(0, len(cars) - DENSE_DAYS * 24)
    folder.mkdir(exist_ok=True)
    for month, first, last in world.months:
        first = max(first, earliest)
        if first >= last:
            continue
        minutes = np.arange(0, (last - first) * 60, _STEP)
        hour, share = first + minutes // 60, (minutes % 60) / 60
        after = np.minimum(hour + 1, len(cars) - 1)
        taken = cars[hour] * (1 - share)[:, None] + cars[after] * share[:, None]
        free = np.rint(np.clip(spaces - taken + rng.normal(0, 0.004, taken.shape) * spaces, 0, spaces))
        free[rng.random(free.shape) < _FALSE] = -1
        begin: Times = np.full(len(minutes), world.hours[first]).astype("datetime64[us]")
        times = begin + minutes.astype("timedelta64[m]")
        rows = _rows(made, times, times, {"remain": free}, without=set(silent.tolist()))
        rows.rename({"at": "report_time"}).with_columns(pl.col("remain").cast(pl.Int32)).write_parquet(
            folder / f"{month}.parquet", statistics=True, row_group_size=60_000
        )


def _rows(
    made: Sequence[Made],
    begun: Times,
    times: Times,
    values: dict[str, NDArray[np.generic]],
    without: set[int] = frozenset(),  # type: ignore[assignment]  # an empty set that nobody changes
) -> pl.DataFrame:
    """Rows by time, then car park, of those in use when what the row counts began."""
    import polars as pl

    count = len(made)
    since = np.array([np.datetime64(lot.since or date.min, "us") for lot in made])
    used = begun[:, None] >= since[None, :]
    used[:, sorted(without)] = False
    keep = used.ravel()
    columns: dict[str, object] = {
        "park_id": np.tile(np.array([lot.id for lot in made]), len(times))[keep],
        "at": np.repeat(times, count)[keep],
    }
    return pl.DataFrame(columns | {name: array.ravel()[keep] for name, array in values.items()})
