"""Example feeds of roads: segments, speeds and flows of each hour and of the newest quarter hours, incidents.

Demand over capacity, d, follows the day's curve, the place, the tide into the city in the morning and out in the
evening, rain and a rest that fades; an incident raises it. Speed is free speed / (1 + d⁴), the form of the Bureau of
Public Roads' curve (1964), at full capacity half the free speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tools.feeds.world import World
from tools.traffic.incidents_example import Happened, happened, reports
from tools.traffic.network_example import Recipe, Segment, segments

if TYPE_CHECKING:
    import polars as pl

DENSE_DAYS = 60
_QUARTERS = 4
_KEEP = 0.75
_POWER = 4
_MORNING, _EVENING = (6, 11), (16, 21)
Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]


def make(world: World, folder: Path) -> None:
    """Write ``traffic/`` of ``folder``: quarter hours of the newest 60 days, every hour since the beginning."""
    recipe = world.recipe("traffic", Recipe)
    made = segments(world.pack, recipe)
    target = folder / "traffic"
    for name in ("flow", "hours"):
        (target / name).mkdir(parents=True, exist_ok=True)
    _register(made, target / "segments.parquet")
    demand = _demand(world, recipe, made)
    past = happened(world, recipe.incidents, made, demand)
    _write_incidents(world, recipe, made, past, target / "incidents.csv")
    _slow(demand, past, recipe.incidents.slower, world)
    for month, first, last in world.months:
        hourly = _rows(world, made, demand[first:last], first, 1)
        hourly.rename({"speed": "车速", "flow": "流量"}).write_parquet(
            target / "hours" / f"{month}.parquet", row_group_size=60_000
        )
        dense = max(first, len(demand) - DENSE_DAYS * 24)
        if dense < last:
            _write_quarters(world, made, demand, (dense, last), target / "flow" / f"{month}.parquet")


def _register(made: Sequence[Segment], path: Path) -> None:
    import polars as pl
    import shapely

    rows = {
        "seg_id": [s.id for s in made],
        "road_id": [s.road.id for s in made],
        "road_name": [s.road.name for s in made],
        "起讫": [f"{s.since}-{s.until}" for s in made],
        "区县代码": [s.district for s in made],
        "wkb": [shapely.to_wkb(shapely.LineString(s.points)) for s in made],
        "长度米": [s.metres for s in made],
        "畅通车速": [s.kind.free for s in made],
        "车道数": [s.kind.lanes for s in made],
    }
    pl.DataFrame(rows).write_parquet(path)


def _write_incidents(
    world: World, recipe: Recipe, made: Sequence[Segment], past: Sequence[Happened], path: Path
) -> None:
    import polars as pl

    rows = reports(world, recipe.incidents, made, past)
    pl.DataFrame(rows, infer_schema_length=None).write_csv(path)


def _demand(world: World, recipe: Recipe, made: Sequence[Segment]) -> Floats:
    """Demand over capacity, hours × segments."""
    from scipy.signal import lfilter

    rng = world.rng("traffic.demand")
    hours, count = len(world.hours), len(made)
    day = np.where(
        world.free_day, np.array(recipe.restday)[world.hour_of_day], np.array(recipe.workday)[world.hour_of_day]
    )
    hour = world.hour_of_day
    inward = ((hour >= _MORNING[0]) & (hour < _MORNING[1])).astype(float)
    outward = ((hour >= _EVENING[0]) & (hour < _EVENING[1])).astype(float)
    tide = recipe.tide * (inward - outward) * ~world.free_day
    roads = sorted({s.road.id for s in made})
    own = dict(zip(roads, rng.normal(0.96, 0.07, len(roads)), strict=True))
    level = np.array(
        [recipe.busy.get(s.district, 0.6) * recipe.busier.get(s.road.id, 1.0) * own[s.road.id] for s in made]
    )
    inbound = np.array([s.inbound for s in made])
    demand: Floats = day[:, None] * level[None, :] * (1 + tide[:, None] * inbound[None, :])
    demand *= (1 + 0.06 * (world.weather.rain > 0.3))[:, None]
    demand *= np.repeat(1 + rng.normal(0, 0.035, (hours // 24, 1)), 24, axis=0)
    demand *= 1 + lfilter([1.0], [1.0, -_KEEP], rng.normal(0, 0.028, (hours, count)), axis=0)
    clipped: Floats = np.clip(demand, 0.01, 1.25)
    return clipped


def _slow(demand: Floats, past: Sequence[Happened], slower: float, world: World) -> None:
    """Raise demand over capacity where and while incidents last, by their share of each hour."""
    begin = datetime.combine(world.since, time(0))
    for incident in past:
        first, last = ((at - begin) / timedelta(hours=1) for at in (incident.since, incident.until))
        for hour in range(int(first), min(len(demand), int(last) + 1)):
            share = min(last, hour + 1) - max(first, hour)
            demand[hour, incident.segment] *= 1 + (slower - 1) * share


def _write_quarters(world: World, made: Sequence[Segment], demand: Floats, span: tuple[int, int], path: Path) -> None:
    """Quarter hours between the middles of the hours."""
    import polars as pl

    first, last = span
    middle = first + (np.arange((last - first) * _QUARTERS) + 0.5) / _QUARTERS - 0.5
    before = np.clip(np.floor(middle).astype(int), 0, len(demand) - 1)
    after = np.minimum(before + 1, len(demand) - 1)
    share = (middle - np.floor(middle))[:, None]
    rng = world.rng(f"traffic.flow.{path.stem}")
    finer = demand[before] * (1 - share) + demand[after] * share
    finer *= 1 + rng.normal(0, 0.02, finer.shape)
    rows = _rows(world, made, np.clip(finer, 0.01, 1.3), first, _QUARTERS)
    rows = rows.with_columns((pl.col("speed") / 3.6).round(1), (pl.col("flow") / _QUARTERS).round(0))
    rows.rename({"speed": "车速米每秒", "flow": "一刻钟流量"}).write_parquet(path, row_group_size=60_000)


def _rows(world: World, made: Sequence[Segment], demand: Floats, first: int, parts: int) -> pl.DataFrame:
    """Rows by time, then segment; ``parts`` of an hour, each bearing the time of its end."""
    import polars as pl

    free = np.array([s.kind.free for s in made])
    capacity = np.array([s.kind.capacity * s.kind.lanes for s in made])
    speed = np.round(free / (1 + demand**_POWER), 1)
    flow = np.rint(np.minimum(demand, 1.05) * capacity * np.where(demand > 1.05, 0.95, 1.0))
    step = np.timedelta64(60 // parts, "m")
    begin: Times = np.full(len(demand), world.hours[first]).astype("datetime64[us]")
    times = begin + step * np.arange(1, len(demand) + 1)
    return pl.DataFrame(
        {
            "seg_id": np.tile(np.array([s.id for s in made]), len(demand)),
            "截止时间": np.repeat(times, len(made)),
            "speed": speed.ravel().astype(np.float32),
            "flow": flow.ravel().astype(np.float32),
        }
    )
