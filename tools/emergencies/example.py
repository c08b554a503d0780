"""Example feeds of warnings, rain, water levels and temperature, all out of the world's weather.

Rain differs from station to station by a factor of its own and by a chance that holds for some hours (showers are
local). River and lake fill with the rain upstream. Warnings follow the rules of the recipe; a warning is
renewed before it ends, changes colour with the weather and is lifted when it is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import Field

from city.pack.record import read_record
from city.schema import Record
from tools.emergencies.duties import units_of
from tools.emergencies.forecast_example import Rules, colours
from tools.emergencies.plans import COLOURS, open_book
from tools.feeds.world import World

_SHOWER_HOURS = 4
_LASTS = {"heat": 24, "cold_wave": 48, "landslide": 24, "typhoon": 24, "gale": 24, "forest_fire": 72}
_LAST = 6
_GAP = 3
"""Hours of calm that do not end a warning."""


class Station(Record):
    """A rain station."""

    id: str
    name: str
    street: str
    wet: float


class Gauge(Record):
    """A water gauge as a reservoir that spreads as it fills: from ``base`` up to ``most`` metres more."""

    base: float
    rise: float
    most: float
    keep: float


class Recipe(Record):
    """``world/emergencies.yaml``."""

    stations: tuple[Station, ...]
    weather_station: str
    gauges: dict[str, Gauge]
    offices: dict[str, str]
    rules: Rules
    called: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="unit → what people call it, beside its short names"
    )


class Act(NamedTuple):
    """What the office does about one warning; ``hour`` is an index into the world's hours."""

    warning: int
    at: datetime
    event: str
    colour: int
    until: datetime


def make(world: World, folder: Path) -> None:
    """Write ``emergencies/`` of ``folder``."""
    recipe, target = world.recipe("emergencies", Recipe), folder / "emergencies"
    target.mkdir(parents=True, exist_ok=True)
    _stations(world, recipe, target)
    _rain(world, recipe, target)
    _water(world, recipe, target)
    _temperature(world, recipe, target)
    _warnings(world, recipe, target)
    _roster(world, recipe, target)


def _stations(world: World, recipe: Recipe, target: Path) -> None:
    import polars as pl

    streets = {street.id: street for street in world.pack.streets}
    districts = {district.id: district.name for district in world.pack.districts}
    rows = [
        {
            "站号": one.id,
            "站名": one.name,
            "区县": districts[streets[one.street].district],
            "纬度": streets[one.street].lat,
            "经度": streets[one.street].lon,
        }
        for one in recipe.stations
    ]
    pl.DataFrame(rows).write_csv(target / "stations.csv")


def _rain(world: World, recipe: Recipe, target: Path) -> None:
    """Tenths of a millimetre of the hour that ends at ``obs_time``, as rain stations send them."""
    import polars as pl

    rng, hours = world.rng("emergencies.rain"), len(world.hours)
    blocks = hours // _SHOWER_HOURS + 1
    parts = []
    for one in recipe.stations:
        local = np.repeat(rng.gamma(9, 1 / 9, blocks), _SHOWER_HOURS)[:hours]
        tenths = np.rint(world.weather.rain * one.wet * local * 10).astype(np.int32)
        parts.append(pl.DataFrame({"stcd": [one.id] * hours, "obs_time": _ends(world), "drp_tenth": tenths}))
    pl.concat(parts).sort("obs_time").write_parquet(target / "rain.parquet")


def _water(world: World, recipe: Recipe, target: Path) -> None:
    import polars as pl
    from scipy.signal import lfilter

    parts = []
    for id, gauge in recipe.gauges.items():
        held = lfilter([1.0], [1.0, -gauge.keep], world.weather.rain)
        noise = world.rng(f"emergencies.{id}").normal(0, 0.008, len(held))
        centimetres = np.rint(
            (gauge.base + gauge.most * (1 - np.exp(-gauge.rise / gauge.most * held)) + noise) * 100
        ).astype(np.int32)
        parts.append(pl.DataFrame({"stcd": [id] * len(held), "obs_time": _ends(world), "z_cm": centimetres}))
    pl.concat(parts).sort("obs_time").write_parquet(target / "water.parquet")


def _temperature(world: World, recipe: Recipe, target: Path) -> None:
    import polars as pl

    rows = {
        "station": [recipe.weather_station] * len(world.hours),
        "obs_time": _ends(world),
        "temp": world.weather.temperature,
    }
    pl.DataFrame(rows).write_parquet(target / "temperature.parquet")


def _ends(world: World) -> Any:  # numpy times
    return (world.hours + np.timedelta64(1, "h")).astype("datetime64[us]")


def _warnings(world: World, recipe: Recipe, target: Path) -> None:
    import polars as pl

    rng, names = world.rng("emergencies.warnings"), {d.id: d.name for d in world.pack.districts}
    rows: list[dict[str, Any]] = []
    spans: list[tuple[datetime, datetime]] = []
    for kind, hourly in colours(world, recipe.rules).items():
        for acts in _runs(world, kind, hourly, rng):
            spans.append((acts[0].at, acts[-1].at if acts[-1].event == "lifted" else acts[-1].until))
            areas = _areas(kind, max(act.colour for act in acts), recipe.rules, list(names), rng)
            rows += _told(kind, acts, [names[area] for area in areas], recipe.offices, len(spans))
    pl.DataFrame(rows, schema=_SCHEMA).sort("动作时间", "编号").write_csv(
        target / "warnings.csv", datetime_format="%Y-%m-%d %H:%M"
    )
    _watch(world, recipe, spans, target)


_SCHEMA = ("编号", "种类", "颜色", "动作", "区县", "发布单位", "首发时间", "动作时间", "有效期至")
_COLOUR_WORDS = dict(zip(COLOURS, ("", "蓝", "黄", "橙", "红"), strict=True))


def _runs(world: World, kind: str, hourly: Any, rng: np.random.Generator) -> Iterator[list[Act]]:
    """The acts of each warning of a kind: from the first hour with a colour until some hours of calm."""
    start, colour, last = -1, 0, -1
    times: list[datetime] = world.hours.tolist()
    lasts = timedelta(hours=_LASTS.get(kind, _LAST))
    acts: list[Act] = []
    for hour, now in enumerate(hourly.tolist()):
        moment = times[hour] + timedelta(minutes=int(rng.integers(3, 55)) if now or acts else 0)
        if now:
            last = hour
        if now and not acts:
            start, colour = hour, now
            acts = [Act(start, moment, "issued", now, moment + lasts)]
        elif acts and now and (now != colour or acts[-1].until < moment + timedelta(hours=1)):
            colour = now
            acts.append(Act(start, moment, "updated", now, moment + lasts))
        elif acts and not now and (hour - last > _GAP or acts[-1].until < moment + timedelta(hours=1)):
            if acts[-1].until > moment:
                acts.append(Act(start, moment, "lifted", colour, acts[-1].until))
            yield acts
            acts = []
    if acts:
        yield acts


def _areas(kind: str, worst: int, rules: Rules, districts: Sequence[str], rng: np.random.Generator) -> list[str]:
    own: Mapping[str, Sequence[str]] = {
        "landslide": rules.landslide.districts,
        "forest_fire": rules.forest_fire.districts,
    }
    if kind in own:
        return list(own[kind])
    if kind in ("rainstorm", "thunder", "fog", "icing") and worst < COLOURS.index("red"):
        some = rng.choice(len(districts), int(rng.integers(3, len(districts) + 1)), replace=False)
        return [districts[at] for at in sorted(some)]
    return list(districts)


def _told(
    kind: str, acts: Sequence[Act], areas: Sequence[str], offices: Mapping[str, str], number: int
) -> Iterator[dict[str, Any]]:
    issuer = offices.get({"landslide": "land", "forest_fire": "fire"}.get(kind, "weather"), "")
    first = acts[0].at
    for act in acts:
        for area in areas:
            values = (f"{first:%Y%m%d}{number:04d}", kind, _COLOUR_WORDS[COLOURS[act.colour]], act.event, area, issuer)
            yield dict(zip(_SCHEMA, (*values, first, act.at, act.until), strict=True))


def _watch(world: World, recipe: Recipe, spans: Sequence[tuple[datetime, datetime]], target: Path) -> None:
    """What the office counts at every full hour."""
    import polars as pl

    hours: Any = _ends(world)
    begins = np.sort(np.array([begin for begin, _ in spans], dtype="datetime64[s]"))
    ends = np.sort(np.array([end for _, end in spans], dtype="datetime64[s]"))
    counts = np.searchsorted(begins, hours, "right") - np.searchsorted(ends, hours, "right")
    rows = {"office": [recipe.offices["weather"]] * len(hours), "time": hours, "count": counts}
    pl.DataFrame(rows).write_parquet(target / "watch.parquet")


def _roster(world: World, recipe: Recipe, target: Path) -> None:
    """Units with a duty in some plan; who takes calls round the clock where the plan says so, else its office."""
    import polars as pl

    book = open_book(lambda file, model: read_record(world.pack.root, file, model))
    phones = {unit: plan.office.phone for plan in book.plans.values() for unit in plan.office.units}
    acting = {
        unit
        for plan in book.plans.values()
        for actors in [*plan.steps, *(one.command for one in plan.levels.values())]
        for unit in units_of(actors, world.pack)
    }
    rows = [
        {
            "单位编号": unit.id,
            "单位名称": unit.name,
            "简称": "、".join(dict.fromkeys([*unit.short_names, *recipe.called.get(unit.id, ())])),
            "值守电话": phones.get(unit.id) or unit.phone,
        }
        for unit in world.pack.units
        if unit.id in acting
    ]
    pl.DataFrame(rows).write_csv(target / "roster.csv")
