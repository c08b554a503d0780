"""What a rule file says: ``eligibility/rules/*.yaml``, one policy for one kind of subject, over all its versions.

A rule is kept by a policy officer. Conditions and amounts are written in the small language of `conditions` and
`formula`; every one names the words of the policy's text that it comes from (its clause).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from city.schema import Record
from knowledge.eligibility.facts import Subject

Clauses = tuple[str, ...]
Per = Literal["once", "month", "quarter", "year", "item"]
Kind = Literal["not_together", "joint_cap", "deduct", "together"]
KINDS: tuple[Kind, ...] = ("not_together", "joint_cap", "deduct", "together")
PERIODS: dict[str, int] = {"once": 1, "month": 12, "quarter": 4, "year": 1, "item": 1}
"""How often a benefit is paid in a year where its rule does not say."""


_TAKEN = ("id", "worth")
"""Columns of a list of matches, so that no benefit may be named like them."""


class _Cited(Record):
    """What rests on the policy's words: ``clause`` quotes them exactly, one quote or a list (a version each)."""

    clause: Clauses = ()

    @field_validator("clause", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class Row(_Cited):
    """The value of a parameter from a day on: a number (or day), a table by code, or brackets by number."""

    start: date = Field(alias="from")
    end: date | None = Field(default=None, alias="to")
    value: float | date | None = None
    table: dict[str, float] = Field(default_factory=dict)
    brackets: tuple[tuple[float, float], ...] = Field(default=(), description="(lower bound inclusive, value)")
    otherwise: float | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Row:
        if (self.value is not None) + bool(self.table) + bool(self.brackets) != 1:
            raise ValueError("write exactly one of `value`, `table` and `brackets`")
        if [bound for bound, _ in self.brackets] != sorted({bound for bound, _ in self.brackets}):
            raise ValueError("the lower bounds of `brackets` must rise")
        return self


class Parameter(_Cited):
    """A number that changes over time. With ``dated_by`` the day of a fact picks the row, not the day asked for."""

    label: str = ""
    unit: str = ""
    by: str = Field(default="", description="fact (or formula) that picks from `table` or `brackets`")
    dated_by: str = Field(default="", description="date fact whose day picks the row")
    values: tuple[Row, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Parameter:
        starts = [row.start for row in self.values]
        if starts != sorted(set(starts)):
            raise ValueError("the rows of `values` must stand in the order of their `from`")
        for row in self.values:
            if isinstance(row.value, date) is not isinstance(self.values[0].value, date):
                raise ValueError("the rows of `values` must all be days, or none of them")
            if row.value is None and not self.by:
                raise ValueError("a `table` or `brackets` needs `by`: the fact that picks from it")
        return self


class Benefit(_Cited):
    """Something that the policy gives. Without ``amount`` it is not money: ``gives`` says what."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    when: tuple[dict[str, Any], ...] = Field(default=(), description="own conditions; all must hold")
    amount: Any = Field(default=None, description="formula, or a list of cases {when: …, pay: formula}")
    cap: str | float | None = None
    least: str | float | None = Field(default=None, description="below this nothing is paid")
    per: Per = "once"
    times: str | float | None = Field(default=None, description="how many periods at most")
    gives: str = ""
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _something(self) -> Benefit:
        if self.amount is None and not self.gives:
            raise ValueError("say what is given: `amount`, or `gives` where it is not money")
        return self


class Exclusion(_Cited):
    """How the policy goes together with others."""

    with_: tuple[str, ...] = Field(alias="with", min_length=1, description="policies (their ids)")
    kind: Kind
    scope: Literal["subject", "object"] = Field(
        default="subject", description="`object`: only for the same loan, machine, project …"
    )
    object: str = Field(default="", description="the loan, machine, project … in words")
    cap: str | float | None = Field(default=None, description="formula of the joint cap, in yuan")

    @model_validator(mode="after")
    def _cap(self) -> Exclusion:
        if (self.kind == "joint_cap") != (self.cap is not None):
            raise ValueError("`cap` belongs to `joint_cap`, and to nothing else")
        return self


class Material(_Cited):
    """A paper. ``held_by`` is the unit that already has it, so that nobody hands it in (免提交)."""

    name: str
    held_by: str = ""
    consent: bool = Field(default=False, description="the holder needs the applicant's authorisation")
    when: tuple[dict[str, Any], ...] = ()
    note: str = ""


class Span(Record):
    """A stretch of days: yearly (``09-01``), or once (``2026-09-01``). Both ends are inclusive."""

    start: str = Field(alias="from", pattern=r"^(\d{4}-)?\d{2}-\d{2}$")
    end: str = Field(alias="to", pattern=r"^(\d{4}-)?\d{2}-\d{2}$")

    @field_validator("start", "end", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value  # YAML reads 2026-07-01 as a date


class Window(_Cited):
    """When one may apply: ``always``, or within spans; ``automatic`` where nobody has to apply (免申即享)."""

    always: bool = False
    automatic: bool = False
    spans: tuple[Span, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _some(self) -> Window:
        if not (self.always or self.automatic or self.spans or self.note):
            raise ValueError("say when one may apply: `always: true`, `spans`, or in words in `note`")
        return self


class Quota(_Cited):
    """What there is to give in all."""

    amount: float
    unit: str
    per: Literal["year", "round", "month", "total"] = "year"
    order: str = Field(default="", description="who is served first, in words")


class Apply(_Cited):
    """Where and how."""

    where: str = ""
    online: str = ""
    phone: str = ""
    days: int | None = Field(default=None, ge=0, description="working days until it is decided")


class Policy(Record):
    """A rule file."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    work: str = Field(default="", description="the policy's work where two rules belong to one; empty means the id")
    subject: Subject
    title: str
    summary: str
    documents: tuple[str, ...] = Field(min_length=1, description="ids of the policy's versions and amendments")
    start: date | None = Field(default=None, alias="from", description="where the rule starts later than its text")
    end: date | None = Field(default=None, alias="to")
    topics: tuple[str, ...] = ()
    says: tuple[str, ...] = Field(default=(), description="words by which people ask for it")
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    conditions: tuple[dict[str, Any], ...] = Field(min_length=1)
    benefits: tuple[Benefit, ...] = Field(min_length=1)
    combine: Literal["sum", "highest"] = "sum"
    cap: str | float | None = Field(default=None, description="formula of the cap on all benefits, in yuan")
    exclusions: tuple[Exclusion, ...] = ()
    materials: tuple[Material, ...] = ()
    window: Window
    quota: tuple[Quota, ...] = ()
    apply: Apply = Apply()
    notes: tuple[str, ...] = Field(default=(), description="what the rule cannot decide, in words")

    @model_validator(mode="after")
    def _own_names(self) -> Policy:
        names = [one.id for one in self.benefits]
        if twice := next((name for name in names if names.count(name) > 1 or name in _TAKEN), None):
            raise ValueError(f"the benefit {twice!r} needs a name of its own")
        return self

    @property
    def name(self) -> str:
        """The work it belongs to."""
        return self.work or self.id
