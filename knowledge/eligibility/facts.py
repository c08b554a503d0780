"""Facts: what a rule may ask about a person or a firm, with type, unit, source and sensitivity.

A profile holds facts as of one day. A fact that is missing is unknown, never false.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_validator

from city.schema import Record

Subject = Literal["firm", "person"]
Value = bool | int | float | str | date | frozenset[str]


class FactType(StrEnum):
    """What kind of value a fact holds. Money is in yuan, a ratio is a fraction: 0.035 is 3.5 %."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    RATIO = "ratio"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"


NUMERIC = frozenset({FactType.INTEGER, FactType.NUMBER, FactType.MONEY, FactType.RATIO})
CODED = frozenset({FactType.CHOICE, FactType.CHOICES})


class Sensitivity(StrEnum):
    """How far a fact may travel; ``sensitive`` is personal information under article 28 of the PIPL."""

    PUBLIC = "public"
    PRIVATE = "private"
    SENSITIVE = "sensitive"


def _check_pattern(pattern: str, kind: FactType) -> None:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"`tells` {pattern!r} is not a regular expression: {error}") from error
    if groups != 1 or kind not in NUMERIC:
        raise ValueError("`tells` has one group, for the number of a fact that is a number")


class Fact(Record):
    """One fact of the catalogue (``eligibility/facts/*.yaml``)."""

    id: str = Field(pattern=r"^(firm|person)\.[a-z][a-z0-9_]*$")
    label: str
    type: FactType
    unit: str = ""
    range: tuple[float, float] | None = None
    list: str = Field(default="", description="name of a code list")
    options: dict[str, str] = Field(default_factory=dict, description="code: label, instead of a list")
    question: str = ""
    hint: str = ""
    aliases: tuple[str, ...] = ()
    tells: str = Field(default="", description="pattern whose group 1 is a number that tells it without its name")
    held_by: str = Field(default="", description="unit that already holds it")
    register_name: str = Field(default="", alias="register")
    sensitivity: Sensitivity = Sensitivity.PRIVATE
    assume: bool | str | tuple[str, ...] | float | None = Field(
        default=None, description="taken for granted until the unit has checked it"
    )
    assume_why: str = ""
    asked_when: dict[str, Any] = Field(default_factory=dict, description="condition under which it makes sense")
    derive: str = Field(default="", description="formula, for a computed fact")

    @property
    def subject(self) -> Subject:
        """Whom it is about."""
        return "firm" if self.id.startswith("firm.") else "person"

    @model_validator(mode="after")
    def _sound(self) -> Fact:
        if self.type in CODED and not (self.list or self.options):
            raise ValueError("a choice needs a `list` or `options`")
        if self.type not in CODED and (self.list or self.options):
            raise ValueError(f"a fact of type {self.type.value} has no list of choices")
        if not self.question and not self.derive:
            raise ValueError("write the `question` by which it is asked, or `derive` it")
        if self.derive and self.type not in NUMERIC:
            raise ValueError(f"a fact of type {self.type.value} cannot be computed: `derive` gives a number")
        if self.assume is not None and self.type is FactType.DATE:
            raise ValueError("a date cannot be taken for granted")
        if self.assume is not None and not self.assume_why:
            raise ValueError("say in `assume_why` why this may be taken for granted")
        if self.range is not None and self.type not in NUMERIC:
            raise ValueError(f"a fact of type {self.type.value} has no range")
        if self.tells:
            _check_pattern(self.tells, self.type)
        return self
