"""Vehicles on the road (在途量) and the congestion index (行程时间比).

*Vehicles on the road* follow from flow q (vehicles an hour), speed v and length L by the basic relation of traffic
flow, density = q / v (Wardrop, "Some theoretical aspects of road traffic research", 1952): the sum of q · L / v over
segments, never more than a standing queue holds (about 140 vehicles per km and lane).

*The congestion index* is the travel time ratio of GB/T 33171-2016 (行程时间比, also 拥堵延时指数): the time that the
vehicles take now over what they would take on free roads, weighted by flow ::

    index = Σ q · L / v  /  Σ q · L / v_free

1.00 is free flow, 2.00 is twice the time. Which index bears which name is the city's (``traffic/levels.yaml``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from city.schema import Record

if TYPE_CHECKING:
    import polars as pl

FILE = "traffic/levels.yaml"
JAM = 140
"""Vehicles per km and lane in a standing queue."""


class Level(Record):
    """A name for indices below ``below``; the last has none."""

    title: str
    below: float | None = Field(default=None, gt=1)


class Levels(Record):
    """``traffic/levels.yaml``."""

    levels: tuple[Level, ...] = Field(min_length=1)
    basis: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        given = [level.below for level in self.levels[:-1] if level.below is not None]
        if self.levels[-1].below is not None or len(given) < len(self.levels) - 1 or given != sorted(set(given)):
            raise ValueError("each level but the last gives `below`, each higher than the one before; the last none")
        return self

    def of(self, index: float) -> str:
        """The name of an index."""
        return next(level.title for level in self.levels if level.below is None or index < level.below)


def vehicles() -> pl.Expr:
    """Vehicles on a segment, from its speed, flow, length and lanes."""
    import polars as pl

    most = JAM * pl.col("lanes").fill_null(1) * pl.col("length")
    return pl.min_horizontal(pl.col("flow") * pl.col("length") / pl.col("speed"), most)


def index() -> pl.Expr:
    """The congestion index of rows taken together; null where nothing moves. Nobody is faster than free flow."""
    import polars as pl

    run = pl.col("flow") * pl.col("length")
    free = (run / pl.col("free_speed")).sum()
    now = (run / pl.min_horizontal("speed", "free_speed")).sum()
    return pl.when(free > 0).then(now / free)
