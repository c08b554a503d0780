"""The city's no-fly zones that are closed at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tools.feeds.days import working_days
from tools.patrols.data import ZONES
from tools.patrols.rules import Flying, IsWorked, Shape, When

if TYPE_CHECKING:
    from datetime import datetime

    from tools.feeds.citydata import CityData

DAYS = ("all", "working", "free")


def closed(data: CityData, rules: Flying) -> list[Shape] | None:
    """The zones closed now; None where the city has no map of them, so that nobody may fly."""
    if not data.has(ZONES):
        return None
    is_worked = working_days(data)
    rows = [row for row in data.table(ZONES).sort("id").iter_rows(named=True) if _holds(row, data.now, is_worked)]
    return [shape for row in rows for shape in _drawn(row)] + rules.circles(data.pack, data.now, is_worked)


def _holds(row: Mapping[str, Any], now: datetime, is_worked: IsWorked) -> bool:
    if (row["since"] and now < row["since"]) or (row["until"] and now >= row["until"]):
        return False
    when = When(
        months=_pair(row["first_month"], row["last_month"]),
        # A word that is not known bounds nothing: a ban too many is the smaller harm.
        days=row["days"] if row["days"] in DAYS else "all",
        hours=_pair(row["opens"], row["closes"]),
    )
    return when.holds(now, is_worked)


def _pair(first: Any, last: Any) -> Any:  # two numbers of a row, or nothing
    return None if first is None or last is None else (first, last)


def _drawn(row: Mapping[str, Any]) -> Iterator[Shape]:
    """The parts of a zone; holes are closed, too."""
    import shapely

    whole = shapely.from_wkb(row["shape"]) if row["shape"] else None
    for part in shapely.get_parts(whole) if whole is not None else ():
        if part.geom_type == "Polygon":
            yield Shape(row["name"], row["reason"], tuple((x, y) for x, y, *_ in part.exterior.coords)[:-1], 0.0)
        elif part.geom_type == "Point" and row["radius"]:
            yield Shape(row["name"], row["reason"], ((part.x, part.y),), row["radius"])
