"""``land/checks.yaml`` of a pack: what a scheme is checked for, as data. Each rule has dated editions with a clause.

A rule may stand several times under one id, for parts of it that have clauses or conditions of their own; its result is
the worst of them. Formulas are those of ``formula.py``. They may name fields of the scheme, what is derived of them
(``measures.py``), the book's terms and groups, and what their edition sets.
"""

from __future__ import annotations

import itertools
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from city.schema import Record
from tools.land.formula import Formula
from tools.land.measures import KNOWN

FILE = "land/checks.yaml"
PARCEL = "@parcel"
"""A clause or quote of this name is that of the parcel's own row in its control plan; ``@note`` its last column."""
NOTE = "@note"


def _formula(value: Any) -> Formula:  # what YAML gave
    return value if isinstance(value, Formula) else Formula(str(value))


Reckoned = Annotated[Formula, PlainValidator(_formula)]


class Parts(Record):
    """The formulas of a rule. A rule holds where each of its limits and ``holds`` do."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    when: Reckoned | None = Field(default=None, description="whether it applies; else always")
    given: Reckoned | None = Field(default=None, description="the scheme's value")
    least: Reckoned | None = Field(default=None, description="the value is not less than this")
    most: Reckoned | None = Field(default=None, description="the value is not more than this")
    under: Reckoned | None = Field(default=None, description="the value is less than this")
    holds: Reckoned | None = Field(default=None, description="a condition that is no limit of the value")
    cite: Reckoned | None = Field(default=None, description="which of the edition's `quotes` is the one")


def _words(value: Any) -> Any:  # YAML makes numbers of keys such as 1
    return {str(key): text for key, text in value.items()} if isinstance(value, dict) else value


class Edition(Parts):
    """A rule as one text has it for some time: its clause, its words, its numbers. It may replace a rule's formulas."""

    from_: date = Field(alias="from")
    until: date | None = Field(default=None, description="first day on which it is no longer in force")
    clause: str = Field(default="", description="document#article")
    quote: str = ""
    quotes: Annotated[dict[str, str], BeforeValidator(_words)] = Field(default_factory=dict)
    set: dict[str, Any] = Field(default_factory=dict, description="names for the formulas: numbers, lists, tables")

    def is_in_force(self, day: date) -> bool:
        """Whether it counts on that day."""
        return self.from_ <= day and (self.until is None or day < self.until)


class Rule(Parts):
    """One rule, or a part of one."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z0-9_]+$")
    title: str
    unit: str = ""
    part: str = Field(default="", description="a part of the scheme without which the rule does not apply")
    each: str = Field(default="", pattern=r"^([a-z_]+ as [a-z_]+)?$", description="a list, and one of it: gaps as gap")
    editions: tuple[Edition, ...] = Field(min_length=1)

    @cached_property
    def loop(self) -> tuple[str, str] | None:
        """(list, name of one)."""
        if not self.each:
            return None
        rows, _, name = self.each.partition(" as ")
        return rows, name

    def edition(self, day: date) -> Edition | None:
        """The edition of that day."""
        return next((edition for edition in self.editions if edition.is_in_force(day)), None)

    def formulas(self, edition: Edition) -> list[Formula]:
        """The formulas that count in an edition: its own, else the rule's."""
        found = [getattr(edition, name) or getattr(self, name) for name in Parts.model_fields]
        return [formula for formula in found if formula is not None]


class Term(Record):
    """A value that several rules use, with the clauses that its numbers come from."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    value: Reckoned
    editions: tuple[Edition, ...] = Field(min_length=1)

    def edition(self, day: date) -> Edition | None:
        """The edition of that day."""
        return next((edition for edition in self.editions if edition.is_in_force(day)), None)


class Rise(Record):
    """From how many floors on a building of homes is multi-storey, and high."""

    multi: int = Field(ge=1)
    high: int = Field(ge=1)
    clause: str
    quote: str


class Span(Record):
    """When a document is in force."""

    from_: date = Field(alias="from")
    until: date | None = None


class Book(Record):
    """Everything that a scheme is checked for."""

    documents: dict[str, Span] = Field(default_factory=dict, description="documents → when they are in force")
    rise: Rise
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="names for several uses or words")
    terms: tuple[Term, ...] = ()
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _dated(cls, given: Any) -> Any:  # what YAML gave
        """An edition is in force as long as its document, unless it says otherwise."""
        spans = given.get("documents", {}) if isinstance(given, dict) else {}
        for one in [*given.get("terms", ()), *given.get("rules", ())] if spans else ():
            for edition in one.get("editions", ()):
                document = edition.pop("document", "") or str(edition.get("clause", "")).partition("#")[0]
                for end, day in spans.get(document, {}).items():
                    edition.setdefault(end, day)
        return given

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        common = KNOWN | self.groups.keys() | {term.name for term in self.terms}
        for term in self.terms:
            for edition in term.editions:
                _known_names(term.name, [term.value], common | edition.set.keys())
        for rule in self.rules:
            _apart(rule.id, rule.editions)
            names = common | ({rule.loop[1]} if rule.loop else set())
            for edition in rule.editions:
                _known_names(rule.id, rule.formulas(edition), names | edition.set.keys())
        return self

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Every rule once, in the order of the book."""
        return tuple(dict.fromkeys(rule.id for rule in self.rules))


def _known_names(where: str, formulas: list[Formula], names: set[str]) -> None:
    for formula in formulas:
        unknown = sorted(formula.names - names)
        if unknown:
            raise ValueError(f"{where}: {formula.text!r} names {unknown[0]!r}, which no scheme, term or edition has")


def _apart(where: str, editions: tuple[Edition, ...]) -> None:
    """Two editions of one rule never hold on the same day."""
    ordered = sorted(editions, key=lambda edition: edition.from_)
    for one, later in itertools.pairwise(ordered):
        if one.until is None or later.from_ < one.until:
            raise ValueError(f"{where}: the editions from {one.from_} and from {later.from_} overlap")
