"""Places against demand (泊位指数), use by the hour, turnover (周转率).

The index compares supply with the peak, as parking surveys do (peak occupancy in the Institute of Transportation
Engineers' *Parking Generation*; 停车需求 in GB/T 51149-2016): for the car parks of an area ::

    index = places / cars parked in the busiest hour of the day, median over the days of the period

1.00 means that on a usual day every place is taken at the peak. Shoup (*The High Cost of Free Parking*, 2005) holds
that about one place in seven must be free for drivers to find one without a search, an index of 1 / 0.85 = 1.18. Cars
that were turned away are not counted, so that 1.00 is also the lowest value, and real demand may be higher.

Turnover is arrivals per place and day. Occupancy of an hour is cars over places, mean over the days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from tools.parking.lots import Lot

FULL = 0.95
"""Share of places taken from which a car park counts as full."""
RELAXED = 1 / 0.85
_FULL_HOURS = 2.0


class Hour(NamedTuple):
    """Mean share of places taken in the hour that begins at ``hour``."""

    hour: int
    share: float


class Full(NamedTuple):
    """A car park that is often full: hours of an average day, share of places taken in its busiest hour."""

    lot: str
    hours: float
    peak: float


class Demand(NamedTuple):
    """What an area's car parks offer and what is asked of them.

    ``ratio`` is the index; ``turnover`` is None where no arrivals are counted.
    """

    lots: int
    spaces: int
    days: int
    peak_cars: float
    peak_hour: int
    ratio: float | None
    turnover: float | None
    hours: list[Hour]
    full: list[Full]


def demand(rows: pl.DataFrame, lots: list[Lot]) -> Demand | None:
    """Compute it from rows (lot, at, cars, entries) of whole hours; None where no hour is known.

    Car parks that are silent in an hour count as used like the others, so that silence does not look like room.
    """
    import polars as pl

    spaces = pl.DataFrame(
        {"lot": [lot.id for lot in lots], "spaces": [lot.spaces for lot in lots]},
        schema={"lot": pl.String, "spaces": pl.Int64},
    )
    begun = pl.col("at").dt.offset_by("-1h")  # a row is of the hour that ended then
    known = (
        rows.join(spaces, on="lot")
        .drop_nulls("cars")
        .with_columns(
            begun.dt.date().alias("day"),
            begun.dt.hour().alias("hour"),
            (pl.col("cars") / pl.col("spaces")).alias("share"),
        )
    )
    if known.is_empty():
        return None
    return _summed(known)


def _summed(known: pl.DataFrame) -> Demand:
    import polars as pl

    seen = known.unique("lot").select(pl.len(), pl.col("spaces").sum()).row(0)
    by_hour = known.group_by("day", "hour").agg(pl.col("cars", "spaces").sum()).sort("day", "hour")
    scaled = by_hour.with_columns((pl.col("cars") / pl.col("spaces") * seen[1]).alias("all"))
    peaks = scaled.group_by("day").agg(pl.col("all").max())
    peak = float(peaks["all"].median() or 0.0)  # type: ignore[arg-type]  # a column of numbers
    mean = by_hour.group_by("hour").agg((pl.col("cars").sum() / pl.col("spaces").sum()).alias("share")).sort("hour")
    hours = [Hour(hour, share) for hour, share in mean.iter_rows()]
    days = int(known["day"].n_unique())
    return Demand(
        lots=int(seen[0]),
        spaces=int(seen[1]),
        days=days,
        peak_cars=peak,
        peak_hour=max(hours, key=lambda h: h.share).hour,
        ratio=seen[1] / peak if peak else None,
        turnover=_turnover(known),
        hours=hours,
        full=_full(known),
    )


def _turnover(known: pl.DataFrame) -> float | None:
    """Arrivals per place and day, from the hours whose arrivals are known."""
    import polars as pl

    counted = known.drop_nulls("entries")
    if counted.is_empty():
        return None
    arrivals, hours = counted.select(pl.col("entries").sum(), pl.col("spaces").sum()).row(0)
    return float(arrivals) / float(hours) * 24


def _full(known: pl.DataFrame) -> list[Full]:
    import polars as pl

    by_lot = known.group_by("lot").agg(
        ((pl.col("share") >= FULL).mean() * 24).alias("hours"), pl.col("share").quantile(0.98).alias("peak")
    )
    often = by_lot.filter(pl.col("hours") >= _FULL_HOURS).sort(["hours", "lot"], descending=[True, False])
    return [Full(*row) for row in often.select("lot", "hours", "peak").iter_rows()]
