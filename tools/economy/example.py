"""Example feeds of the economy: one cycle that all indicators follow sooner or later, with trends of their own.

Values come first; growth that is published is computed from the unrounded values, less the rise of prices where it is
meant at constant prices, so that dividing two published values does not give it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import Field

from city.pack.record import read_record
from city.schema import Record
from tools.economy.catalogue import FILE, Catalogue, Indicator, Span, months_later
from tools.feeds.world import Floats, World

_CITY = "全市"
_SPANS: Mapping[Span, str] = {"single": "当期", "cumulative": "累计"}
_YEAR = 12
_KEEP = 0.75


class Cycle(Record):
    """The common cycle: its length and phase in months, its height, the roughness on top, and a slump at its end.

    The slump goes ``depth`` down within ``ramp`` months from ``slump`` on.
    """

    length: float = Field(gt=0)
    phase: float
    height: float
    rough: float
    slump: date
    ramp: int = Field(gt=0)
    depth: float


class AmountOf(Record):
    """A monthly amount: size of the first year, trend and swing of growth in points, months ahead of the cycle."""

    id: str
    size: float
    trend: float
    swing: float
    lead: int
    season: str
    deflator: float


class RateOf(Record):
    """A rate or index around a middle."""

    id: str
    middle: float
    swing: float
    lead: int
    rough: float


class Revision(Record):
    """A correction after publication."""

    indicator: str
    month: date
    published: date
    factor: float
    points: float


class Recipe(Record):
    """``world/economy.yaml``."""

    start: date
    cycle: Cycle
    shares: dict[str, float]
    trends: dict[str, float]
    seasons: dict[str, tuple[float, ...]]
    amounts: tuple[AmountOf, ...]
    means: tuple[str, ...]
    sums: dict[str, tuple[str, ...]]
    rates: tuple[RateOf, ...]
    revisions: tuple[Revision, ...]


def make(world: World, folder: Path) -> None:
    """Write ``economy/`` of ``folder``."""
    import polars as pl

    recipe, target = world.recipe("economy", Recipe), folder / "economy"
    catalogue = read_record(world.pack.root, FILE, Catalogue)
    target.mkdir(parents=True, exist_ok=True)
    register = [
        {"zbdm": one.id, "zbmc": one.name, "bm": "、".join(one.aliases), "dw": one.unit} for one in catalogue.indicators
    ]
    (target / "indicators.json").write_text(json.dumps({"zbs": register}, ensure_ascii=False), encoding="utf-8")
    rows: list[dict[str, Any]] = []
    months = _months(world, recipe)
    for id, course in _courses(world, recipe, len(months)).items():
        rows += _amount(world, course, catalogue.by_id[id], months)
    for rate in recipe.rates:
        rows += _rate(world, recipe, rate, catalogue.by_id[rate.id])
    rows += _revised(rows, recipe.revisions)
    pl.DataFrame(rows, schema=_SCHEMA).sort("fbrq", "zbdm", maintain_order=True).write_parquet(
        target / "figures.parquet"
    )


_SCHEMA = ("zbdm", "dq", "bgq", "kj", "fbrq", "sz", "tb")


def _months(world: World, recipe: Recipe) -> list[date]:
    """The first days of the months from the recipe's start to the world's end."""
    count = (world.until.year - recipe.start.year) * _YEAR + world.until.month - recipe.start.month + 1
    return [months_later(recipe.start, step) for step in range(count)]


def _cycle(recipe: Recipe, count: int, lead: int) -> Floats:
    """Where the cycle stands ``lead`` months ahead."""
    at = np.arange(count) + lead
    cycle, start = recipe.cycle, recipe.start
    first = (cycle.slump.year - start.year) * _YEAR + cycle.slump.month - start.month
    down = cycle.depth * np.clip((at - first) / cycle.ramp, 0, 1)
    wave: Floats = cycle.height * np.sin(2 * np.pi * (at + cycle.phase) / cycle.length) - down
    return wave


def _rough(world: World, name: str, count: int, step: float) -> Floats:
    """A damped random walk; its beginning does not depend on its length."""
    from scipy.signal import lfilter

    walked: Floats = lfilter([1.0], [1.0, -_KEEP], world.rng(f"economy.{name}").normal(0, step, count))
    return walked


def _levels(world: World, recipe: Recipe, one: AmountOf, area: str, share: float, count: int) -> Floats:
    """The amount of each month in one place."""
    rough = _rough(world, f"{one.id}.{area}", count, recipe.cycle.rough * abs(one.swing) + 0.25)
    growth = one.trend + recipe.trends[area] + one.swing * _cycle(recipe, count, one.lead) + rough
    season = np.array(recipe.seasons[one.season])[np.arange(count) % _YEAR]
    # Growth over a year is spread over its months; a little of a month's own is left.
    level = np.exp(np.cumsum(np.log1p(growth / 100) / _YEAR))
    own = np.exp(world.rng(f"economy.own.{one.id}.{area}").normal(0, 0.006, count))
    levels: Floats = one.size * share * level * season * own
    return levels


class Course(NamedTuple):
    """An amount in every district and what prices take off its growth, by months."""

    levels: Mapping[str, Floats]
    prices: Floats
    mean: bool


def _courses(world: World, recipe: Recipe, count: int) -> dict[str, Course]:
    """The path of every amount; sums are those of their parts, at the mean rise of prices."""
    found: dict[str, Course] = {}
    for one in recipe.amounts:
        mean = one.id in recipe.means  # an average: districts do not add up to the city
        levels = {
            id: _levels(world, recipe, one, id, 1.0 + share - 1 / len(recipe.shares) if mean else share, count)
            for id, share in recipe.shares.items()
        }
        rough = _rough(world, f"prices.{one.id}", count, 0.12)
        found[one.id] = Course(levels, one.deflator + rough if one.deflator else np.zeros(count), mean)
    for id, parts in recipe.sums.items():
        own = [found[part] for part in parts]
        levels = {area: np.sum([one.levels[area] for one in own], axis=0) for area in recipe.shares}
        found[id] = Course(levels, np.mean([one.prices for one in own], axis=0), False)
    return found


def _amount(world: World, path: Course, indicator: Indicator, months: Sequence[date]) -> Iterator[dict[str, Any]]:
    names = {district.id: district.name for district in world.pack.districts}
    every = list(path.levels.values())
    whole: Floats = np.mean(every, axis=0) if path.mean else np.sum(every, axis=0)
    yield from _told(indicator, _CITY, months, whole, path.prices)
    for id, level in path.levels.items() if indicator.districts else ():
        yield from _told(indicator, names[id], months, level, path.prices)


def _told(
    indicator: Indicator, area: str, months: Sequence[date], level: Floats, prices: Floats
) -> Iterator[dict[str, Any]]:
    """The rows of one place: every span of every period that is published, from the second year on."""
    for at in range(_YEAR, len(months)):
        month = months[at]
        if not indicator.has(month):
            continue
        for span in indicator.spans:
            if span == "single" and not indicator.has_single(month):
                continue
            length = month.month if span == "cumulative" else 3 if indicator.every == "quarter" else 1
            now, before = (level[end + 1 - length : end + 1].sum() for end in (at, at - _YEAR))
            growth = 100 * (now / before - 1) - prices[at]
            value = None if indicator.kind == "growth" else round(float(now), indicator.digits)
            official = round(float(growth), 1) if indicator.growth == "official" else None
            yield _row(indicator, area, month, span, value, official)


def _row(
    indicator: Indicator, area: str, month: date, span: Span, value: float | None, growth: float | None
) -> dict[str, Any]:
    values = (indicator.id, area, f"{month:%Y%m}", _SPANS[span], indicator.due_on(month), value, growth)
    return dict(zip(_SCHEMA, values, strict=True))


def _rate(world: World, recipe: Recipe, one: RateOf, indicator: Indicator) -> Iterator[dict[str, Any]]:
    months = _months(world, recipe)
    rough = _rough(world, one.id, len(months), one.rough)
    values = one.middle + one.swing * _cycle(recipe, len(months), one.lead) + rough
    for at in range(_YEAR, len(months)):
        for span in indicator.spans:
            first = at + 1 - (months[at].month if span == "cumulative" else 1)
            value = round(float(values[first : at + 1].mean()), indicator.digits)
            yield _row(indicator, _CITY, months[at], span, value, None)


def _revised(rows: Sequence[Mapping[str, Any]], revisions: Sequence[Revision]) -> list[dict[str, Any]]:
    found = []
    for one in revisions:
        for row in rows:
            if (row["zbdm"], row["bgq"]) == (one.indicator, f"{one.month:%Y%m}"):
                value = None if row["sz"] is None else round(row["sz"] * one.factor, 2)
                growth = None if row["tb"] is None else round(row["tb"] + one.points, 1)
                found.append({**row, "fbrq": one.published, "sz": value, "tb": growth})
    return found
