"""Example feeds of drones and patrols: the register, where they are and what they do, shifts, wind and rain, no-fly
zones. Some devices fall silent for hours.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.feeds.world import World
from tools.patrols.moving_example import drone_moves, team_moves
from tools.patrols.recipe import Recipe, Row, rows

_DAY = 24 * 60
_ABSENT = 0.04
"""The share of shifts that nobody fills."""
_SILENT = 0.01
"""The share of a unit's days on which it falls silent."""
_STATES = np.array(["空闲", "任务中", "充电", "检修", "下班"])
Times = NDArray[np.datetime64]


class Shift(NamedTuple):
    """A team's shift."""

    unit: str
    starts: datetime
    ends: datetime
    people: int


def make(world: World, folder: Path) -> None:
    """Write ``patrols/`` of ``folder``: the newest days of the recipe."""
    recipe, target = world.recipe("patrols", Recipe), folder / "patrols"
    (target / "positions").mkdir(parents=True, exist_ok=True)
    made, times = rows(world, recipe), _times(world, recipe)
    shifts = _shifts(world, made, times)
    _register(world, made, target / "units.csv")
    _roster(shifts, target / "shifts.csv")
    _positions(world, recipe, made, shifts, times, target / "positions")
    _weather(world, recipe, times, target / "weather.parquet")
    _zones(world, recipe, target / "zones.geojson")


def _times(world: World, recipe: Recipe) -> Times:
    first = world.hours[max(0, len(world.hours) - recipe.days * 24)]
    return np.arange(first, world.hours[-1] + np.timedelta64(1, "h"), np.timedelta64(recipe.step, "m")).astype(
        "datetime64[ms]"
    )


def _register(world: World, made: Sequence[Row], path: Path) -> None:
    import polars as pl

    districts = {district.id: district.name for district in world.pack.districts}
    table = pl.DataFrame([_line(row, districts) for row in made], infer_schema_length=None)
    path.write_bytes(table.write_csv().encode("gb18030"))


def _line(row: Row, districts: dict[str, str]) -> dict[str, Any]:
    model = row.model
    return {
        "设备编号": row.id,
        "名称": row.name,
        "简称": row.aliases,
        "类别": "无人机" if model else "巡逻力量",
        "型号": model.model if model else None,
        "驻地": row.base,
        "区县": districts[row.street.district],
        "纬度": row.lat,
        "经度": row.lon,
        "时速公里": round(row.speed, 1),
        "爬升米每秒": model.climb if model else None,
        "续航分钟": model.endurance if model else None,
        "限风": model.wind if model else None,
        "限雨": model.rain if model else None,
        "摄像": "有" if model else "无",
        "喊话": "有" if row.loudspeaker else "无",
        "热成像": "有" if row.thermal else "无",
    }


def _shifts(world: World, made: Sequence[Row], times: Times) -> list[Shift]:
    rng, first, last = world.rng("patrols.shifts"), times[0].astype(datetime).date(), times[-1].astype(datetime).date()
    # The day before the first is there, too: a shift may run over midnight.
    days = [first + timedelta(days=ahead) for ahead in range(-1, (last - first).days + 1)]
    found = []
    for day in days:
        midnight = datetime.combine(day, time())
        for row in made:
            for begins, ends in row.team.shifts if row.team else ():
                if rng.random() > _ABSENT:
                    span = midnight + timedelta(hours=begins), midnight + timedelta(hours=ends)
                    found.append(Shift(row.id, *span, int(rng.integers(2, 5))))
    return found


def _roster(shifts: Sequence[Shift], path: Path) -> None:
    import polars as pl

    form = "%Y-%m-%d %H:%M"
    table = pl.DataFrame(shifts, schema=["力量编号", "上班", "下班", "人数"], orient="row")
    table.with_columns(pl.col("上班", "下班").dt.strftime(form)).write_csv(path)


def _on_shift(made: Sequence[Row], shifts: Sequence[Shift], times: Times) -> NDArray[np.bool_]:
    """Steps × teams."""
    places = {row.id: at for at, row in enumerate(made)}
    on = np.zeros((len(times), len(made)), bool)
    for shift in shifts:
        begins, ends = np.searchsorted(times, np.array([shift.starts, shift.ends], "datetime64[ms]"))
        on[begins:ends, places[shift.unit]] = True
    return on


def _positions(
    world: World, recipe: Recipe, made: Sequence[Row], shifts: Sequence[Shift], times: Times, target: Path
) -> None:
    import polars as pl

    rng = world.rng("patrols.positions")
    models = [row.model for row in made if row.model]
    drains = np.array([100 * recipe.step / model.endurance for model in models])
    flown = drone_moves(rng, len(times), drains, recipe.reach)
    walked = team_moves(rng, _on_shift(made[len(models) :], shifts, times), recipe.reach / 2)
    moves = flown.beside(walked)
    heard = ~_silent(rng, len(times), len(made), recipe.step)
    count = len(made)
    table = pl.DataFrame(
        {
            "device": np.tile([row.id for row in made], len(times)),
            "ts": np.repeat(times, count),
            "status": _STATES[moves.state.ravel()],
            "soc": moves.battery.ravel(),
            "y": (moves.north + np.array([row.lat for row in made])).ravel().round(5),
            "x": (moves.east + np.array([row.lon for row in made])).ravel().round(5),
        }
    ).filter(pl.Series(heard.ravel()))
    table = table.with_columns(
        pl.col("soc").fill_nan(None).round(0).cast(pl.Int16),
    )
    for (month,), part in table.group_by(pl.col("ts").dt.strftime("%Y-%m"), maintain_order=True):
        part.write_parquet(target / f"{month}.parquet")


def _silent(rng: np.random.Generator, steps: int, count: int, step: int) -> NDArray[np.bool_]:
    """Whether a device says nothing, steps × units: spells of three to twenty hours."""
    silent = np.zeros((steps, count), bool)
    begins, units = np.nonzero(rng.random((steps, count)) < _SILENT * step / _DAY)
    for begin, unit, hours in zip(begins, units, rng.integers(3, 21, len(begins)), strict=True):
        silent[begin : begin + hours * 60 // step, unit] = True
    return silent


def _weather(world: World, recipe: Recipe, times: Times, path: Path) -> None:
    """Tenths of m/s and of mm/h, as the nests' masts send them."""
    import polars as pl

    rng, steps = world.rng("patrols.weather"), len(times)
    seconds, hours = times.astype("datetime64[s]").astype(float), world.hours.astype("datetime64[s]").astype(float)
    wind, rain = (np.interp(seconds, hours, one) for one in (world.weather.wind, world.weather.rain))
    towards = np.cumsum(rng.normal(0, 4, steps)) + 40
    parts = []
    for district in world.pack.districts:
        own = wind * recipe.windy.get(district.id, 1.0) * rng.normal(1, 0.06, steps).clip(0.7, 1.3)
        gust = own * rng.normal(1.5, 0.12, steps).clip(1.1, 2.2)
        parts.append(
            pl.DataFrame(
                {
                    "quxian": [district.name] * steps,
                    "ts": times,
                    "wind_10": np.rint(own * 10).astype(np.int16),
                    "gust_10": np.rint(gust * 10).astype(np.int16),
                    "wd": np.rint(towards + rng.normal(0, 10, steps)).astype(np.int64) % 360,
                    "rain_10": np.rint(rain * rng.gamma(9, 1 / 9, steps) * 10).astype(np.int16),
                }
            )
        )
    pl.concat(parts).sort("ts", maintain_order=True).write_parquet(path)


def _zones(world: World, recipe: Recipe, path: Path) -> None:
    marks = {mark.id: [mark.lon, mark.lat] for mark in world.pack.landmarks}
    features = []
    for area in recipe.zones:
        ring = [list(corner) for corner in area.polygon]
        drawn: dict[str, Any] = {"type": "Point", "coordinates": marks.get(area.landmark)}
        if ring:
            drawn = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        first, last = area.months or (None, None)
        features.append(
            {
                "type": "Feature",
                "geometry": drawn,
                "properties": {
                    "编号": area.id,
                    "名称": area.name,
                    "缘由": area.reason,
                    "半径公里": area.radius / 1000 or None,
                    "起始月": first,
                    "终止月": last,
                    "日子": "每天",
                    "起始时刻": None,
                    "终止时刻": None,
                    "生效时间": None,
                    "失效时间": None,
                },
            }
        )
    whole = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")
