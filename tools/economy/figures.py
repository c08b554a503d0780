"""Figures as they stand published now, each with what was published before it was corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tools.economy.catalogue import Indicator, Span
from tools.economy.data import FIGURES

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

_EARLIEST = date(1990, 1, 1)


class Key(NamedTuple):
    """A place, the last month of a period, and its span."""

    area: str
    month: date
    span: Span


class Figure(NamedTuple):
    """A figure. ``first`` is what was published first, None where it was never corrected."""

    value: float | None
    growth: float | None
    published: date
    first: Figure | None = None


@dataclass(frozen=True)
class Figures:
    """The figures of one indicator."""

    indicator: Indicator
    by_key: Mapping[Key, Figure]

    def get(self, area: str, month: date, span: Span) -> Figure | None:
        """A figure, None where none is published."""
        return self.by_key.get(Key(area, month, span))

    def newest(self, area: str) -> date | None:
        """The newest month of a place."""
        return max((key.month for key in self.by_key if key.area == area), default=None)

    def of(self, area: str, span: Span) -> Iterator[tuple[date, Figure]]:
        """The figures of a place, the earliest first."""
        return ((key.month, self.by_key[key]) for key in sorted(k for k in self.by_key if k[::2] == (area, span)))


def read(indicator: Indicator, data: CityData, areas: Sequence[str] | None = None) -> Figures:
    """The figures of an indicator published up to now; ``areas``: only these."""
    where: dict[str, object] = {"indicator": indicator.id}
    if areas is not None:
        where["area"] = list(areas)
    since = datetime.combine(_EARLIEST, time(), data.now.tzinfo)
    rows = data.between(FIGURES, since, data.now + timedelta(seconds=1), where)
    found: dict[Key, Figure] = {}
    for row in rows.iter_rows(named=True):
        key = Key(row["area"], row["month"], row["span"])
        before = found.get(key)
        first = None if before is None else before.first or before
        found[key] = Figure(row["value"], row["growth"], row["published"], first)
    return Figures(indicator, found)
