"""Limits of drinking water: GB 5749-2022, tables 1 to 3. They are data: ``environment/tap_water.yaml``."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from city.schema import Record

FILE = "environment/tap_water.yaml"
Point = Literal["leaving", "tap"]
_EPSILON = 1e-9


class Limit(Record):
    """The limits of one item. ``least_leaving`` holds for water leaving the plant, ``least_tap`` at the pipe's end."""

    name: str
    unit: str = ""
    most: float | None = None
    least: float | None = None
    least_leaving: float | None = None
    least_tap: float | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if all(one is None for one in (self.most, self.least, self.least_leaving, self.least_tap)):
            raise ValueError(f"{self.name}: give a limit")
        return self

    def lowest(self, point: Point) -> float | None:
        """What a result may not fall below."""
        own = self.least_leaving if point == "leaving" else self.least_tap
        return self.least if own is None else own

    def passes(self, value: float, *, below: bool, point: Point) -> bool | None:
        """Whether a result keeps the limits; None where nothing was found but the search was coarser than the limit."""
        least = self.lowest(point)
        if below:
            if least is not None:
                return False if value <= least else None
            return True if self.most is None or value <= self.most + _EPSILON or self.most == 0 else None
        return (least is None or value >= least - _EPSILON) and (self.most is None or value <= self.most + _EPSILON)


class TapRules(Record):
    """``environment/tap_water.yaml``."""

    title: str
    points: dict[Point, str]
    sorts: tuple[str, ...] = Field(default=(), description="words of a plant's name that are no name alone")
    items: dict[str, Limit]
    turbidity: str
    chlorine: str
    ph: str

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = {self.turbidity, self.chlorine, self.ph} - set(self.items)
        if unknown:
            raise ValueError(f"no such items: {sorted(unknown)}")
        return self
