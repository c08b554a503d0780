"""Emergency plans as the pack writes them: facts, levels with conditions, steps, advice; each quotes its article.

::

    book = open_book(data.settings)
    plan = book.plans["flood"]
    plan.levels[3].when, plan.steps, plan.advice
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, Discriminator, Field, Tag, model_validator

from city.schema import Record

FILE = "emergencies/plans.yaml"
FOLDER = "emergencies"
COLOURS = ("none", "blue", "yellow", "orange", "red")
"""Colours of a warning, the gravest last."""

M = TypeVar("M", bound=BaseModel)
Settings = Callable[[str, type[M]], M]
"""Reads a file of the pack as a record: ``CityData.settings``, or ``read_record`` with its root."""
FactValue = float | bool | str
Level = Literal[1, 2, 3, 4]


class Quote(Record):
    """Words that stand in an article. ``article`` is its number in the document, e.g. s4."""

    article: str = Field(pattern=r"^s?\d+(-\d+)?$")
    quote: str = Field(min_length=2)
    document: str = Field(default="", description="empty: the plan's own document")


class Fact(Record):
    """Something that may be known of an incident."""

    label: str
    type: Literal["number", "flag", "choice", "colour"]
    unit: str = ""
    options: dict[str, str] = Field(default_factory=dict, description="of a choice: id → what it is called")
    of: tuple[str, ...] = Field(default=(), description="a flag that follows from these numbers: is one above 0")
    measured: str = Field(default="", description="what the city's feeds say of it, see measuring.py")
    says: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="value → patterns; {n} is the number")
    denies: tuple[str, ...] = Field(default=(), description="of a flag: patterns that mean no")

    @model_validator(mode="before")
    @classmethod
    def _patterns(cls, given: Any) -> Any:  # what YAML gave
        says = given.get("says")
        return {**given, "says": {"": says}} if isinstance(says, list | tuple) else given


class Check(Record):
    """One test of a fact, or of the sum of several; it quotes the words that ask for it."""

    fact: str = ""
    sum: tuple[str, ...] = ()
    at_least: float | str | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None
    is_: bool | None = Field(default=None, alias="is")
    one_of: tuple[str, ...] = ()
    quote: str = Field(min_length=2)

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        bounds = (self.at_least, self.at_most, self.above, self.below, self.is_)
        if bool(self.fact) == bool(self.sum):
            raise ValueError("name one fact, or a sum of facts")
        if all(bound is None for bound in bounds) and not self.one_of:
            raise ValueError("say what is asked of the fact: at_least, at_most, above, below, is or one_of")
        return self

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads."""
        return (self.fact,) if self.fact else self.sum


class Either(Record):
    """One of the parts must hold."""

    any: tuple[Condition, ...] = Field(min_length=1)


class Every(Record):
    """Every part must hold."""

    all: tuple[Condition, ...] = Field(min_length=1)


def _kind(given: Any) -> str:  # what YAML gave, or a record
    held = given if isinstance(given, dict) else vars(given)
    return next((kind for kind in ("any", "all") if kind in held), "test")


Condition = Annotated[
    Annotated[Either, Tag("any")] | Annotated[Every, Tag("all")] | Annotated[Check, Tag("test")], Discriminator(_kind)
]


class Actors(Record):
    """Who acts: units by id; ``each`` is a department of every district (``gov``, ``emergency`` …) or ``street``."""

    who: str = Field(default="", description="how the text calls them, where they are no unit")
    units: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    in_: tuple[str, ...] = Field(default=(), alias="in", description="only in these districts")


class Command(Actors, Quote):
    """Who leads the response."""


class Response(Quote):
    """One level of response: its condition and who leads."""

    when: Condition
    command: Command


class Step(Actors, Quote):
    """What somebody does at some levels, within how many minutes since what."""

    levels: tuple[Level, ...] = Field(min_length=1)
    minutes: int | None = Field(default=None, ge=1)
    since: str = ""
    does: str


def _month_day(given: object) -> object:
    if isinstance(given, str) and len(given) == len("04-15"):
        return int(given[:2]), int(given[3:])
    return given


MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day)]


class Season(Quote):
    """The days of the year the plan speaks of, both included; ``only``: outside them it does not apply."""

    from_: MonthDay = Field(alias="from")
    to: MonthDay
    only: bool
    name: str

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in it; a season may run over New Year."""
        at = (day.month, day.day)
        return self.from_ <= at <= self.to if self.from_ <= self.to else at >= self.from_ or at <= self.to


class Office(Actors, Quote):
    """The office that is reached round the clock."""

    phone: str = ""


class Plan(Record):
    """One emergency plan."""

    title: str
    hazard: str = Field(description="what the hazard is called")
    document: str
    visibility: Literal["public", "staff"]
    valid_from: date
    valid_to: date | None = Field(default=None, description="first day on which it no longer applies")
    season: Season | None = None
    office: Office
    warnings: tuple[str, ...] = Field(default=(), description="kinds of weather warnings that point to it")
    levels: dict[Level, Response]
    steps: tuple[Step, ...]
    advice: tuple[Quote, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keeps_secrets(self) -> Self:
        if self.visibility == "staff" and any(not one.document for one in self.advice):
            raise ValueError("advice to the public may not quote a text for staff only: name a public document")
        return self

    def in_force(self, day: date) -> bool:
        """Whether the text is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def applies(self, day: date) -> bool:
        """Whether it is in force and not out of a season that bounds it."""
        return self.in_force(day) and (self.season is None or not self.season.only or self.season.holds(day))

    def cited(self, quote: Quote) -> str:
        """The id of the article that ``quote`` stands in."""
        return f"{quote.document or self.document}#{quote.article}"

    def part(self, quote: Quote) -> int | None:
        """The number of the plan's part that ``quote`` stands in, as readers count; None for another document's."""
        if quote.document not in ("", self.document):
            return None
        return int(quote.article.removeprefix("s").split("-")[0])


class Index(Record):
    """``emergencies/plans.yaml``."""

    facts: dict[str, Fact]
    hazards: dict[str, str] = Field(description="hazard → file of its plan")

    @model_validator(mode="after")
    def _derives_from_facts(self) -> Self:
        lost = [part for fact in self.facts.values() for part in fact.of if part not in self.facts]
        if lost:
            raise ValueError(f"{lost[0]!r} under `of` is no fact")
        return self


class Book(NamedTuple):
    """Every plan of a city, by hazard."""

    facts: dict[str, Fact]
    plans: dict[str, Plan]

    def wrong(self) -> Iterator[str]:
        """Tests that name no fact, or ask of it what its type does not know."""
        for hazard, plan in self.plans.items():
            for level, response in plan.levels.items():
                for test in checks_of(response.when):
                    yield from (f"{hazard}, level {level}: {why}" for why in _faults(test, self.facts))


def open_book(settings: Settings[Any]) -> Book:
    """The plans of the pack. Raises PackError, or NoData where it has none."""
    index: Index = settings(FILE, Index)
    return Book(index.facts, {hazard: settings(f"{FOLDER}/{file}", Plan) for hazard, file in index.hazards.items()})


def checks_of(condition: Either | Every | Check) -> Iterator[Check]:
    """Every test in a condition, as written."""
    if isinstance(condition, Check):
        yield condition
        return
    for part in condition.any if isinstance(condition, Either) else condition.all:
        yield from checks_of(part)


def _faults(test: Check, facts: dict[str, Fact]) -> Iterator[str]:
    for name in test.facts:
        fact = facts.get(name)
        if fact is None:
            yield f"{name!r} is no fact"
        elif fact.type == "flag" and test.is_ is None:
            yield f"{name!r} is a flag: say `is`"
        elif fact.type == "choice" and not (test.one_of and set(test.one_of) <= set(fact.options)):
            yield f"{name!r} is a choice: say `one_of` {', '.join(fact.options)}"
        elif fact.type == "colour" and test.at_least not in COLOURS:
            yield f"{name!r} is a colour: say `at_least` one of {', '.join(COLOURS)}"
        elif fact.type == "number" and (test.one_of or test.is_ is not None or isinstance(test.at_least, str)):
            yield f"{name!r} is a number: say at_least, at_most, above or below"
