"""The pack's files that the room reads: ``catalogue/*.yaml``, and the lexicon."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, RootModel, model_validator

from city.lexicon import Entry
from city.schema import Record

RULES = "catalogue/rules.yaml"
INVENTORY = "catalogue/inventory.yaml"
LEXICON = "lexicon.yaml"

Openness = Literal["unconditional", "conditional", "closed"]
"""Anybody may have it; whoever applies and is let; nobody outside the city's offices."""


class Part(Record):
    """A field of a dataset, e.g. 水位 in 米. YAML writes ``水位/米``."""

    title: str = Field(min_length=1)
    unit: str = ""


def _part(value: Any) -> Any:  # what YAML gave
    if not isinstance(value, str):
        return value
    title, _, unit = value.partition("/")
    return {"title": title.strip(), "unit": unit.strip()}


class Listed(Record):
    """A dataset that is not connected. ``updated``: its last renewal, as its unit said when it was surveyed."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    title: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    unit: str
    cycle: str
    openness: Openness
    since: int = Field(ge=1949, le=2100, description="the year from which there are data")
    updated: date | None = None
    fields: tuple[Annotated[Part, BeforeValidator(_part)], ...] = Field(min_length=1)
    about: str = ""
    why: str = Field(default="", description="why it is closed, or on which condition it is given")


class Inventory(Record):
    """``catalogue/inventory.yaml``. ``cycles``: words of how often, and the longest time between two renewals."""

    surveyed: date
    cycles: dict[str, timedelta | None]
    datasets: tuple[Listed, ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        seen: set[str] = set()
        for one in self.datasets:
            if one.id in seen:
                raise ValueError(f"{one.id} is listed twice")
            if one.cycle not in self.cycles:
                raise ValueError(f"{one.id}: {one.cycle!r} is none of `cycles`")
            if one.updated is not None and one.updated > self.surveyed:
                raise ValueError(f"{one.id}: it was renewed ({one.updated}) after it was surveyed ({self.surveyed})")
            if one.openness != "unconditional" and not one.why:
                raise ValueError(f"{one.id}: say under `why` the condition, or why it is closed")
            seen.add(one.id)
        return self


class Own(Record):
    """What the catalogue adds to a connected dataset. ``ask``: a question that is answered from it."""

    openness: Openness | None = None
    why: str = ""
    since: int | None = None
    aliases: tuple[str, ...] = ()
    ask: str = ""


class Rules(Record):
    """``catalogue/rules.yaml``. ``frame``: words of questions about data that name no subject."""

    frame: tuple[str, ...]
    connected: dict[Literal["public", "internal"], Openness]
    why: dict[Openness, str] = Field(default_factory=dict)
    datasets: dict[str, Own] = Field(default_factory=dict)


class Words(RootModel[tuple[Entry, ...]]):
    """``lexicon.yaml``."""
