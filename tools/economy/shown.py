"""Figures in the words of an answer: growth up or down, ranks among districts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tools.economy.answers import AreaFigure
from tools.economy.catalogue import Indicator, Span
from tools.economy.figures import Figures
from tools.economy.growth import Growth, growth

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData


class Change(NamedTuple):
    """A change with its direction: only one of the four has a value, none where it is level or unknown."""

    up: float | None
    down: float | None
    points_up: float | None
    points_down: float | None


def change(grown: Growth) -> Change:
    """Growth or change in points, up or down."""
    percent, points = grown.percent, grown.points
    return Change(
        up=percent if percent is not None and percent > 0 else None,
        down=-percent if percent is not None and percent < 0 else None,
        points_up=points if points is not None and points > 0 else None,
        points_down=-points if points is not None and points < 0 else None,
    )


def shown_value(one: Indicator, value: float | None) -> float | None:
    """A value with the digits of its indicator."""
    return None if value is None else round(value, one.digits)


def areas(figures: Figures, ids: Sequence[str], month: date, span: Span, names: Mapping[str, str]) -> list[AreaFigure]:
    """The figures of places that have one, with their ranks from high to low: the highest growth (else value) first."""
    one = figures.indicator
    known = {id: figure for id in ids if (figure := figures.get(id, month, span)) is not None}
    grown = {id: growth(figures, id, month, span) for id in known}
    values = {id: figure.value for id, figure in known.items() if figure.value is not None}
    speeds = {id: speed for id, each in grown.items() if (speed := speed_of(each)) is not None}
    by_value, by_speed = ranks(values), ranks(speeds)
    rows = [
        AreaFigure(
            area=names.get(id, id),
            value=shown_value(one, figure.value),
            **change(grown[id])._asdict(),
            rank_value=by_value.get(id),
            rank_growth=by_speed.get(id),
        )
        for id, figure in known.items()
    ]
    last = len(rows) + 1
    return sorted(rows, key=lambda row: (row.rank_growth or last, row.rank_value or last, row.area))


def speed_of(grown: Growth) -> float | None:
    """What places are ranked by: growth, or change in points."""
    return grown.percent if grown.percent is not None else grown.points


def ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Ranks from high to low; equal values share the better rank."""
    return {id: 1 + sum(other > value for other in values.values()) for id, value in values.items()}


def owner_of(one: Indicator, data: CityData) -> str:
    """The unit that answers for an indicator, by its name."""
    return next((unit.name for unit in data.pack.units if unit.id == one.owner), one.owner)


def districts_of(data: CityData) -> dict[str, str]:
    """Ids and names of the districts."""
    return {one.id: one.name for one in data.pack.districts}
