"""Facts of an incident that the city's feeds know by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tools.emergencies.data import STATIONS
from tools.emergencies.plans import COLOURS, FactValue, Plan, checks_of
from tools.emergencies.thresholds import FILE as THRESHOLDS
from tools.emergencies.thresholds import Thresholds
from tools.emergencies.weather import (
    HOT,
    daily_extremes,
    hot_days,
    in_force,
    last_hours,
    level_now,
    most_in,
    temperature_now,
)
from tools.feeds.errors import NoData, NotCurrent
from tools.seam import CannotCompute

if TYPE_CHECKING:
    from tools.emergencies.plans import Book
    from tools.feeds.citydata import CityData

Measure = Callable[["CityData", Thresholds], FactValue | None]


def measured(book: Book, plan: Plan, data: CityData) -> dict[str, FactValue]:
    """The facts that ``plan`` asks for and a feed knows now; one that is stale or absent stays unknown."""
    asked = {name for response in plan.levels.values() for test in checks_of(response.when) for name in test.facts}
    thresholds = data.settings(THRESHOLDS, Thresholds)
    found: dict[str, FactValue] = {}
    for name in sorted(asked):
        measure = MEASURES.get(book.facts[name].measured)
        value = _tried(measure, data, thresholds) if measure else None
        if value is not None:
            found[name] = value
    return found


def _tried(measure: Measure, data: CityData, thresholds: Thresholds) -> FactValue | None:
    try:
        return measure(data, thresholds)
    except (NoData, NotCurrent, CannotCompute):  # a feed that is silent leaves the fact unknown, and it is said so
        return None


def _urban(data: CityData, thresholds: Thresholds) -> list[str]:
    rows = data.table(STATIONS)
    return [row["id"] for row in rows.iter_rows(named=True) if row["district"] in thresholds.urban]


def _rain(hours: int) -> Measure:
    """The wettest urban station counts: the response may come too early, never too late."""

    def measure(data: CityData, thresholds: Thresholds) -> float | None:
        return most_in(last_hours(data, hours, _urban(data, thresholds)), hours)

    return measure


def _rains_on(data: CityData, thresholds: Thresholds) -> bool | None:
    fallen = most_in(last_hours(data, 1, _urban(data, thresholds)), 1)
    return None if fallen is None else fallen > 0


def _hot(degrees: float) -> Measure:
    def measure(data: CityData, thresholds: Thresholds) -> float | None:
        extremes = daily_extremes(data, thresholds.weather_station)
        return float(hot_days(extremes, degrees)) if extremes else None

    return measure


def _highest(data: CityData, thresholds: Thresholds) -> float | None:
    extremes = daily_extremes(data, thresholds.weather_station)
    return extremes[0][1] if extremes else None


def _lowest(data: CityData, thresholds: Thresholds) -> float | None:
    extremes = daily_extremes(data, thresholds.weather_station)
    return extremes[0][0] if extremes else None


def _icing(data: CityData, thresholds: Thresholds) -> str:
    colours = [warning.colour for warning in in_force(data) if warning.kind == "icing"]
    return max(colours, key=COLOURS.index, default=COLOURS[0])


MEASURES: dict[str, Measure] = {
    "rain_1h": _rain(1),
    "rain_24h": _rain(24),
    "rain_continues": _rains_on,
    "river_level": lambda data, marks: level_now(data, marks.river),
    "lake_level": lambda data, marks: level_now(data, marks.lake),
    "temperature": lambda data, marks: temperature_now(data, marks.weather_station),
    "max_temperature": _highest,
    "min_temperature": _lowest,
    "icing_warning": _icing,
    **{f"hot{degrees:.0f}_days": _hot(degrees) for degrees in HOT},
}
"""What a fact's ``measured`` may name."""
