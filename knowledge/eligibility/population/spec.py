"""What a city says about its synthetic population: for each fact how it is drawn and how often it is not on file.

One file for each kind of subject, ``eligibility/population/firm.yaml`` and ``person.yaml``::

    gaps: {held: 0.04, assumed: 0.3, told: 0.4, units: {tax: 0.06}, together: 0.7, poor: {share: 0.1, times: 3}}
    tables:
      streets: {yuncheng_gulou: 5, …}          # weights that several facts share
    facts:
      firm.size: {micro: 62, small: 30, …}     # weights of a choice
      firm.has_solar: 0.03                     # share of a boolean
      firm.revenue:
        by: firm.size                          # a way for each code; a code's own entry wins over that of its parent
        of: {micro: [50000, 3000000], …}       # 80 % of all lie between (lognormal); for a number: evenly between
        scale: [{by: firm.industry, of: {F51: 3}}, {if: {fact: …}, times: 0.5}]

The long form of a way has one of ``share weights each lognormal points between value same of cases mix``. ``times``,
``plus``, ``at_least`` and ``at_most`` are formulas over facts, as rules write them. A date is a number of ``unit``
before today, or ``after``/``before`` another date; ``after`` with ``until`` is a part (0 to 1) of the way between them.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from city.schema import Record
from knowledge.eligibility.facts import Fact, FactType

KINDS = ("share", "weights", "each", "lognormal", "points", "between", "value", "same", "of", "cases", "mix")
BRANCHES = frozenset({"of", "cases", "mix"})
TODAY, OTHER = "today", "other"
FITTING: dict[FactType, frozenset[str]] = {
    FactType.BOOLEAN: frozenset({"share", "same"}),
    FactType.CHOICE: frozenset({"weights", "value", "same"}),
    FactType.CHOICES: frozenset({"each"}),
    FactType.DATE: frozenset({"weights", "lognormal", "points", "between", "value"}),
}
NUMBERS = frozenset({"weights", "lognormal", "points", "between", "value", "same"})


class Scale(Record):
    """A factor on a share or a number: by the code of a fact, or where a condition holds; 1 elsewhere."""

    by: str = ""
    of: dict[str, float] = Field(default_factory=dict)
    when: dict[str, Any] = Field(default_factory=dict, alias="if")
    times: float = Field(default=1.0, ge=0)

    @model_validator(mode="after")
    def _one_kind(self) -> Scale:
        if bool(self.by and self.of) == bool(self.when):
            raise ValueError("write either `by` and `of`, or `if` and `times`")
        return self


class Way(Record):
    """One way of drawing a value; exactly one of `KINDS`, and what is done to the number drawn."""

    share: float | None = Field(default=None, ge=0, le=1)
    weights: dict[str, float] | str | None = Field(default=None, description="by code or number; or a table's name")
    each: dict[str, float] | None = Field(default=None, description="share of each code of a set")
    lognormal: tuple[float, float] | None = Field(default=None, description="80 % of all lie between these")
    points: dict[str, float] | None = Field(default=None, description="percent of all: value up to which they lie")
    between: tuple[float, float] | None = None
    value: float | str | None = Field(default=None, description="a code, a number or a formula")
    same: str | None = Field(default=None, description="fact whose value is taken over")
    by: str = ""
    of: dict[str, Way] | None = None
    cases: tuple[Case, ...] | None = None
    mix: tuple[Part, ...] | None = None
    scale: tuple[Scale, ...] = ()
    times: str | float | None = None
    plus: str | float | None = None
    at_least: str | float | None = None
    at_most: str | float | None = None
    round: float | None = Field(default=None, gt=0)

    @property
    def kind(self) -> str:
        """Which of `KINDS` it is."""
        return next(name for name in KINDS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _sound(self) -> Way:
        kinds = [name for name in KINDS if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise ValueError(f"has {' and '.join(kinds) or 'nothing to draw from'}; write one of {', '.join(KINDS)}")
        if (self.of is not None) != bool(self.by):
            raise ValueError("`by` and `of` go together")
        if self.lognormal and not 0 < self.lognormal[0] < self.lognormal[1]:
            raise ValueError("a lognormal needs two rising numbers above 0")
        if isinstance(self.weights, dict) and not (sum(self.weights.values()) > 0 and min(self.weights.values()) >= 0):
            raise ValueError("weights are at least 0, and not all 0")
        if self.cases is not None and (not self.cases or [bool(one.when) for one in self.cases][-1]):
            raise ValueError("the last case has no `if`, so that every row gets a value")
        return self

    @field_validator("points")
    @classmethod
    def _rising(cls, given: dict[str, float] | None) -> dict[str, float] | None:
        if given is not None:
            at = [float(key) for key in given]
            if at != sorted(set(at)) or at[0] != 0 or at[-1] != 100:
                raise ValueError("points run from 0 to 100 percent, rising")
        return given


class Case(Way):
    """A way for the rows on which a condition holds and no case before it did."""

    when: dict[str, Any] = Field(default_factory=dict, alias="if")


class Part(Way):
    """A way for a random part of the rows, in proportion."""

    part: float = Field(ge=0)


class FactWay(Way):
    """How one fact of the catalogue is drawn. A date is counted from a day; ``gap`` is the share not on file."""

    gap: float | None = Field(default=None, ge=0, le=1)
    unit: Literal["days", "months", "years"] = "days"
    after: str = ""
    before: str = ""
    until: str = ""
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    ahead: bool = Field(default=False, description="whether the day may lie after today")

    @property
    def days(self) -> tuple[str, ...]:
        """What it names as days: facts, dates, or today."""
        named = (self.after, self.before, self.until, *self.not_before, *self.not_after)
        return tuple(one for one in named if one)


class Poor(Record):
    """Subjects with poor files: ``share`` of all have ``times`` the usual gaps; the others fewer, to keep the mean."""

    share: float = Field(default=0.0, ge=0, lt=1)
    times: float = Field(default=1.0, ge=1)

    @model_validator(mode="after")
    def _possible(self) -> Poor:
        if self.share * self.times > 1:
            raise ValueError("share × times is above 1, so that nothing would be left for the others")
        return self


class Gaps(Record):
    """How often a value is not on file, unless the fact says so itself.

    ``held`` is for what a unit holds, ``assumed`` for what is taken for granted until checked, ``told`` for what only
    the subject knows. ``together`` is how far gaps in what one unit holds come together.
    """

    held: float = Field(default=0.0, ge=0, le=1)
    assumed: float = Field(default=0.0, ge=0, le=1)
    told: float = Field(default=0.0, ge=0, le=1)
    units: dict[str, float] = Field(default_factory=dict)
    together: float = Field(default=0.0, ge=0, le=1)
    poor: Poor = Poor()

    def usual(self, fact: Fact) -> float:
        """The share of gaps of ``fact`` where its own entry gives none."""
        if fact.assume is not None:
            return self.assumed
        return self.units.get(fact.held_by, self.held) if fact.held_by else self.told


class Population(Record):
    """One file of ``eligibility/population``."""

    gaps: Gaps = Gaps()
    tables: dict[str, dict[str, float]] = Field(default_factory=dict)
    facts: dict[str, FactWay]
