"""What the stations say now: rain of windows, water levels, temperature, warnings in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tools.emergencies.data import RAIN, TEMPERATURE, WARNINGS, WATCH, WATER
from tools.emergencies.plans import COLOURS
from tools.feeds.errors import NoData
from tools.seam import CannotCompute

if TYPE_CHECKING:
    import polars as pl

    from tools.feeds.citydata import CityData

LONGEST_WARNING = timedelta(days=15)
"""A warning that was neither renewed nor lifted for so long is not in force, whatever it says of its end."""
HOT = (35.0, 37.0, 39.0)
_LOOK_BACK = timedelta(days=20)


class InForce(NamedTuple):
    """A warning in force; ``districts`` are ids. ``changed``: its newest act, None where there was none since issue."""

    id: str
    kind: str
    colour: str
    issuer: str
    districts: tuple[str, ...]
    issued: datetime
    until: datetime
    changed: datetime | None


def in_force(data: CityData) -> list[InForce]:
    """The warnings in force, the gravest first.

    Raises NotCurrent where the weather office's watch is silent, CannotCompute where it counts other warnings than the
    feed brought: an incomplete feed may not be told as an all-clear.
    """
    watch = data.latest(WATCH)
    rows = data.between(WARNINGS, data.now - LONGEST_WARNING, data.now + timedelta(seconds=1))
    found = sorted(_standing(rows, data.now), key=lambda one: (-COLOURS.index(one.colour), one.issued, one.id))
    counted = int(watch["in_force"].sum())
    said_at: datetime = watch["at"].max()  # type: ignore[assignment]  # a column of times
    at_watch = sum(1 for _ in _standing(rows, said_at))
    if counted != at_watch:
        raise CannotCompute(
            f"the weather office counts {counted} warnings at {said_at:%H:%M}, the feed has {at_watch}",
            code="incomplete",
            counted=str(counted),
            read=str(at_watch),
        )
    return found


def _standing(rows: pl.DataFrame, now: datetime) -> list[InForce]:
    import polars as pl

    newest = (
        rows.filter(pl.col("at") <= now)
        .sort("at", maintain_order=True)
        .unique(["id", "district"], keep="last", maintain_order=True)
        .filter((pl.col("event") != "lifted") & (pl.col("until") > now) & pl.col("colour").is_in(COLOURS))
    )
    found = []
    for (id, colour), group in newest.group_by("id", "colour", maintain_order=True):
        first = group.row(0, named=True)
        changed = max(group["at"])
        found.append(
            InForce(
                id=str(id),
                kind=first["kind"],
                colour=str(colour),
                issuer=first["issuer"],
                districts=tuple(sorted(group["district"])),
                issued=first["issued"],
                until=first["until"],
                changed=changed if changed > first["issued"] else None,
            )
        )
    return found


def last_hours(data: CityData, hours: int, stations: Sequence[str] | None = None) -> pl.DataFrame:
    """Rain of the ``hours`` that end with the newest measured hour. Raises NotCurrent where that is too old."""
    newest: datetime = data.latest(RAIN)["at"].max()  # type: ignore[assignment]  # a column of times
    second = timedelta(seconds=1)
    where = {"station": list(stations)} if stations is not None else {}
    return data.between(RAIN, newest - timedelta(hours=hours) + second, newest + second, where)


def most_in(rows: pl.DataFrame, hours: int) -> float | None:
    """The most rain that fell at one station in ``hours`` on end; a window with hours missing counts what is there."""
    import polars as pl

    if rows.is_empty():
        return None
    sums = rows.sort("station", "at").select(
        pl.col("mm").rolling_sum_by("at", window_size=f"{hours}h", closed="right").over("station")
    )
    found = sums["mm"].max()
    return round(float(found), 1) if isinstance(found, int | float) else None


def level_now(data: CityData, gauge: str) -> float | None:
    """The water level in metres, None where it is not known now."""
    try:
        rows = data.latest(WATER, {"gauge": gauge})
    except NoData:
        return None
    value = rows["metres"][0]
    return None if value is None else float(value)


def temperature_now(data: CityData, station: str) -> float | None:
    """Degrees Celsius now."""
    value = data.latest(TEMPERATURE, {"station": station})["celsius"][-1]
    return None if value is None else float(value)


def daily_extremes(data: CityData, station: str) -> list[tuple[float, float]]:
    """(lowest, highest) temperature of each day, today first, as far as whole days go back without a gap."""
    import polars as pl

    start = datetime.combine(data.today, time(), data.now.tzinfo) - _LOOK_BACK
    rows = data.between(TEMPERATURE, start, data.now + timedelta(seconds=1), {"station": station})
    days = (
        rows.drop_nulls("celsius")
        .group_by(pl.col("at").dt.date().alias("day"))
        .agg(pl.col("celsius").min().alias("low"), pl.col("celsius").max().alias("high"))
        .sort("day", descending=True)
    )
    found: list[tuple[float, float]] = []
    for back, row in enumerate(days.iter_rows(named=True)):
        if row["day"] != data.today - timedelta(days=back):
            break
        found.append((row["low"], row["high"]))
    return found


def hot_days(extremes: Sequence[tuple[float, float]], degrees: float) -> int:
    """Days on end, up to today or yesterday, whose highest temperature reached ``degrees``.

    Today counts once it is hot; while it may still become so, the row up to yesterday stands.
    """
    highs = [high for _, high in extremes]
    rest = highs if highs and highs[0] >= degrees else highs[1:]
    count = 0
    for high in rest:
        if high < degrees:
            break
        count += 1
    return count
