"""The pack's files that the room reads: service guides (as far as needed here), and ``items/*.yaml``."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from city.schema import Record

REGISTER = "items/register.yaml"
EXTRA = "items/extra.yaml"
MATERIALS = "items/materials.yaml"
BUNDLES = "items/bundles.yaml"
GUIDES = "services"

LegalUnit = Literal["workday", "day"]


class _Part(BaseModel):
    """A part of a guide: other fields of it belong to other readers."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Needed(_Part):
    """A paper as a guide lists it. ``held_by``: the unit that has it already."""

    name: str
    form: str
    copies: int = 1
    held_by: str | None = None
    note: str | None = None


class Where(_Part):
    """Where to go."""

    name: str
    address: str
    hours: str = ""


class Guide(_Part):
    """A service guide, or a further item of ``items/extra.yaml``."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    unit: str
    audience: tuple[str, ...] = ()
    materials: tuple[Needed, ...]
    steps: tuple[str, ...] = ()
    legal_limit: str | None = None
    promised_limit: str | None = None
    fee: str | None = None
    where: tuple[Where, ...] = ()
    phone: str | None = None
    online: str | None = None
    result: str | None = None
    days: int | None = None


class Limits(Record):
    """Time limits of an item as numbers. ``days``: working days promised, 0 on the spot, None where none is."""

    days: int | None = Field(ge=0, le=400)
    case: str = Field(default="", description="for which case of the guide the numbers hold")
    legal: int | None = Field(default=None, ge=0, le=400)
    legal_unit: LegalUnit = "workday"
    aliases: tuple[str, ...] = Field(default=(), description="further names of the item, beside the guide's")


class Register(Record):
    """``items/register.yaml``: by guide."""

    items: dict[str, Limits]


class Extra(Record):
    """``items/extra.yaml``."""

    items: tuple[Guide, ...]


class Material(Record):
    """One paper under its several names. ``licence``: what stands for it; ``holder``: the unit that has it."""

    id: str
    name: str
    names: tuple[str, ...] = Field(min_length=1)
    holder: str | None = None
    licence: str | None = None


class Waiver(Record):
    """How a guide's note says whether a paper is to be handed in."""

    form: str
    always: str
    if_found: tuple[str, ...]
    online: tuple[str, ...] = ()


class Materials(Record):
    """``items/materials.yaml``."""

    waiver: Waiver
    materials: tuple[Material, ...]

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        seen: dict[str, str] = {}
        for material in self.materials:
            for name in material.names:
                if name in seen:
                    raise ValueError(f"{name!r} is a name of {seen[name]} and of {material.id}: keep one")
                seen[name] = material.id
        return self


Situation = Literal[
    "outside",
    "renting",
    "employed",
    "fund",
    "paid_self",
    "child",
    "company",
    "sign",
    "large",
    "hires",
    "house",
    "estate",
    "loan",
    "lost_job",
    "self_pay",
    "poor",
    "has_card",
    "no_card",
    "no_vaccine",
    "self_job",
    "move",
]


class Step(Record):
    """An item of a bundle: after which others, in which situations."""

    item: str
    after: tuple[str, ...] = ()
    when: tuple[Situation, ...] = Field(default=(), description="done where one of these holds; empty: always")
    unless: tuple[Situation, ...] = Field(default=(), description="not done where one of these holds")
    days: int | None = Field(default=None, ge=0, description="working days in this bundle, where they differ")
    leave_out: tuple[str, ...] = Field(default=(), description="papers of its guide that are not asked for here")


class Bundle(Record):
    """A one-thing bundle."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    spoken: tuple[str, ...] = Field(default=(), description="words for it that are heard only among bundles: 结婚")
    serves: str
    guide: str | None = None
    trips: int = Field(default=1, ge=0)
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _follows(self) -> Self:
        """An item is named once, and after such that stand before it: so there is no circle."""
        seen: set[str] = set()
        for step in self.steps:
            late = set(step.after) - seen
            if late:
                raise ValueError(
                    f"{self.id}: {step.item} comes after {sorted(late)[0]}, which does not stand before it"
                )
            if step.item in seen:
                raise ValueError(f"{self.id}: {step.item} is named twice")
            seen.add(step.item)
        return self


class Bundles(Record):
    """``items/bundles.yaml``."""

    bundles: tuple[Bundle, ...]
