"""What the city decides: ``hospitals/rules.yaml`` of the pack."""

from __future__ import annotations

from typing import ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator

from city.schema import Record

Purpose = Literal[
    "outpatient",
    "inpatient",
    "visiting",
    "emergency",
    "fever",
    "checkup",
    "birth",
    "delivery",
    "drop_off",
    "disabled",
]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


class Visit(Record):
    """A purpose of a visit: what it is called, and by which service's hours it goes."""

    name: str = Field(min_length=1)
    service: str = Field(min_length=1)


class Parking(Record):
    """What public hospitals may charge."""

    day_cap: int = Field(ge=0, description="yuan a day for patients")
    emergency_free_hours: int = Field(ge=0)
    reason: str = Field(min_length=1)


class Rules(Record):
    """The whole file."""

    FILE: ClassVar[str] = "hospitals/rules.yaml"
    purposes: dict[Purpose, Visit]
    parking: Parking
    metres_a_minute: int = Field(ge=20, le=120, description="walking with a patient")
    usual_days: int = Field(ge=7, le=60, description="days of the past that say what is usual")
    usual_minutes: int = Field(ge=5, le=120, description="so many minutes before and after the time of day")

    @model_validator(mode="after")
    def _has_every_purpose(self) -> Self:
        if missing := set(PURPOSES) - set(self.purposes):
            raise ValueError(f"purposes lacks {', '.join(sorted(missing))}")
        return self
