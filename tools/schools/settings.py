"""What the city decides of school places: ``schools/*.yaml`` of the pack. Every number says where it comes from."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from city.schema import Record

Stage = Literal["primary", "junior"]
Colour = Literal["red", "yellow", "green"]


class Level(Record):
    """A level of warning: the spare places, in per cent of all places, below which it applies."""

    colour: Literal["red", "yellow"]
    spare_below: float = Field(ge=-100, le=100)
    reason: str = Field(min_length=1)


class Thresholds(Record):
    """``schools/thresholds.yaml``. Levels stand from the worst; what no level holds is green."""

    FILE: ClassVar[str] = "schools/thresholds.yaml"
    levels: tuple[Level, ...] = Field(min_length=1)
    names: dict[Colour, str] = Field(description="what each colour is called")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        bounds = [level.spare_below for level in self.levels]
        if bounds != sorted(bounds):
            raise ValueError("levels stand from the worst: give the lowest spare_below first")
        if missing := {"red", "yellow", "green"} - set(self.names):
            raise ValueError(f"names lacks {', '.join(sorted(missing))}")
        return self

    def colour(self, spare_pct: float) -> Colour:
        """The colour of a catchment with so many per cent of its places to spare."""
        return next((level.colour for level in self.levels if spare_pct < level.spare_below), "green")


class Outlook(Record):
    """``schools/forecast.yaml``: how entrants are forecast."""

    FILE: ClassVar[str] = "schools/forecast.yaml"
    window: int = Field(ge=1, le=10, description="years of the past that ratios are taken from")
    least_ratio: float = Field(gt=0, le=1, description="bounds of a cohort's change in one year")
    most_ratio: float = Field(ge=1, le=2)
    children_per_100_homes: float = Field(ge=0, le=30, description="of one year of age, in homes handed over")
    proof_years: int = Field(ge=1, le=10, description="past years in which the method is tested")
    reason: str = Field(min_length=1)


class Size(Record):
    """A school that fits on so much land."""

    hectares: float = Field(gt=0)
    classes: int = Field(ge=1, le=150)


class Norm(Record):
    """What the plan asks of a stage."""

    radius_m: int = Field(gt=0, le=20_000)
    class_size: int = Field(ge=10, le=80)
    grades: int = Field(ge=1, le=9)
    sizes: tuple[Size, ...] = Field(min_length=1)

    def entry_places(self, hectares: float) -> tuple[int, int]:
        """Classes of the largest school that fits, and its places for one year of entrants; zeros where none fits."""
        classes = max((size.classes for size in self.sizes if size.hectares <= hectares), default=0)
        return classes, classes * self.class_size // self.grades


class Siting(Record):
    """``schools/siting.yaml``."""

    FILE: ClassVar[str] = "schools/siting.yaml"
    primary: Norm
    junior: Norm
    lead_years: int = Field(ge=0, le=5, description="years after the next enrolment for which is built")
    build_years: int = Field(ge=0, le=5, description="years from the hand-over of land to the first pupils")
    limit_s: float = Field(gt=0, le=15, description="seconds that one search may take")
    reason: str = Field(min_length=1)

    def norm(self, stage: Stage) -> Norm:
        """The norm of a stage."""
        return self.primary if stage == "primary" else self.junior


class Areas(Record):
    """``schools/areas.yaml``: how a place's catchment is told."""

    FILE: ClassVar[str] = "schools/areas.yaml"
    edge_m: int = Field(ge=0, le=2_000, description="nearer than this to a border, the list must be looked up")
    bureaus: dict[str, str] = Field(description="district → id of the unit that draws its catchments")
    reason: str = Field(min_length=1)
