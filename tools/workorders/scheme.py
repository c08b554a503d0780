"""``workorders/`` of a city pack: the category tree and the deadlines, with the codes of reasons.

Sections 6 and 7 of the hotline's specification. A code of six digits names a third-level category, its first four the
second level, its first two the top class, so that a category can be counted at every level.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple, Self, TypeVar

from pydantic import Field, model_validator

from city.errors import NotFound
from city.pack.problems import PackError, Problem
from city.pack.record import read_record
from city.schema import Record
from tools.workorders.calendar import WorkCalendar
from tools.workorders.clocks import Due, Duration, Profile, due
from tools.workorders.guards import Rules
from tools.workorders.model import Kind

FOLDER = "workorders"
CATEGORIES, DEADLINES = f"{FOLDER}/categories.yaml", f"{FOLDER}/clocks.yaml"
R = TypeVar("R", bound=Record)


class Category(Record):
    """A third-level category. ``duty_items`` name the duty list's items on it, the main one first."""

    code: str = Field(pattern=r"^\d{6}$")
    name: str
    clock_class: str = "normal"
    statutory_days: int | None = Field(default=None, ge=1)
    statutory_unit: Literal["d", "wd"] = "d"
    statutory_basis: str = ""
    duty_items: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _law_is_named(self) -> Self:
        if self.statutory_days and not self.statutory_basis:
            raise ValueError("name the law that gives the longer period (statutory_basis)")
        return self


class Group(Record):
    """A second-level category."""

    code: str = Field(pattern=r"^\d{4}$")
    name: str
    children: tuple[Category, ...] = Field(min_length=1)


class Top(Record):
    """A top class."""

    code: str = Field(pattern=r"^\d{2}$")
    name: str
    children: tuple[Group, ...] = Field(min_length=1)


class Categories(Record):
    """The tree, with the version of the scheme that codes belong to."""

    scheme: str = Field(min_length=1)
    classes: tuple[Top, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_fit(self) -> Self:
        codes = Counter(node.code for path in self.paths() for node in path[-1:])
        twice = [code for code, count in codes.items() if count > 1]
        if twice:
            raise ValueError(f"the code {twice[0]!r} is used twice; give each category its own")
        for path in self.paths():
            codes_down = [node.code for node in path]
            for parent, child in pairwise(codes_down):
                if not child.startswith(parent):
                    raise ValueError(f"the code {child!r} must begin with {parent!r}, its parent's")
        return self

    def paths(self) -> Iterator[tuple[Top, Group, Category]]:
        """Every third-level category with what it stands under."""
        for top in self.classes:
            for group in top.children:
                for category in group.children:
                    yield top, group, category

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all third-level categories."""
        return frozenset(path[-1].code for path in self.paths())

    def path(self, code: str) -> tuple[Top, Group, Category]:
        """The category of a code with what it stands under. Raises NotFound."""
        for path in self.paths():
            if path[-1].code == code:
                return path
        raise NotFound(f"there is no category {code!r} in {self.scheme!r}; look it up in {CATEGORIES}")


class Reason(Record):
    """A coded reason; ``max`` bounds a pause."""

    code: str
    name: str
    max: Duration | None = None


class Callbacks(Record):
    """When a citizen counts as not reached."""

    attempts: int = Field(default=3, ge=1)
    over_days: int = Field(default=3, ge=1)
    methods: int = Field(default=2, ge=1)


class Deadlines(Profile):
    """The city's clocks, and what else its rules leave no choice in."""

    by_kind: dict[Kind, str] = Field(default_factory=dict, description="kind → class instead of the category's")
    most_extensions: int = Field(default=2, ge=0)
    most_reworks: int = Field(default=3, ge=0)
    pause_reasons: tuple[Reason, ...] = ()
    extension_reasons: tuple[Reason, ...] = ()
    return_reasons: tuple[Reason, ...] = ()
    callback: Callbacks = Callbacks()
    more: dict[str, Duration | int] = Field(default_factory=dict, description="further limits, by the city's names")

    def class_of(self, category: Category, kind: Kind) -> str:
        """The clock class of a matter. Danger and utilities stay what they are, whatever the citizen calls it; what
        a kind puts in place of the rest never makes a complex matter shorter but for a question.
        """
        kept = self.real_time | (frozenset() if kind is Kind.CONSULT else frozenset({"complex"}))
        return category.clock_class if category.clock_class in kept else self.by_kind.get(kind, category.clock_class)

    def rules(self) -> Rules:
        """What the state machine needs of it."""
        return Rules(
            most_reworks=self.most_reworks,
            most_extensions=self.most_extensions,
            pauses=frozenset(reason.code for reason in self.pause_reasons),
            dispute_after=self.max_dispatch_rounds or Rules().dispute_after,
            callback_attempts=self.callback.attempts,
            callback_methods=self.callback.methods,
        )


class Scheme(NamedTuple):
    """What a city says of its work orders."""

    categories: Categories
    deadlines: Deadlines


def load_scheme(root: Path) -> Scheme:
    """The pack's category tree and deadlines. Raises PackError naming everything that is wrong."""
    problems: list[Problem] = []
    categories, deadlines = _read(root, CATEGORIES, Categories, problems), _read(root, DEADLINES, Deadlines, problems)
    if categories is None or deadlines is None:
        raise PackError(problems)
    return Scheme(categories, deadlines)


def _read(root: Path, file: str, record: type[R], problems: list[Problem]) -> R | None:
    try:
        return read_record(root, file, record)
    except PackError as error:
        problems += error.problems
        return None


def statutory_due(category: Category, at: datetime, calendar: WorkCalendar) -> Due | None:
    """When the law's own period for matters of ``category`` ends, counted from ``at``; None where there is none."""
    if not category.statutory_days:
        return None
    span = Duration(count=category.statutory_days, unit=category.statutory_unit)
    return Due(at=due(at, span, calendar), rule=category.statutory_basis, version="", source=category.statutory_basis)


def check_scheme(scheme: Scheme, duty_items: Collection[str]) -> list[Problem]:
    """What does not fit together: names of clock classes and duty items, and duty items that no category reaches."""
    problems, reached = [], set[str]()
    classes = scheme.deadlines.class_names
    for _, _, category in scheme.categories.paths():
        reached.update(category.duty_items)
        for item in category.duty_items:
            if item not in duty_items:
                message = f"{category.code} names the duty item {item!r}, which no duty list holds"
                problems.append(Problem(file=CATEGORIES, message=message, remedy="correct the id"))
        if category.clock_class not in classes:
            message = f"{category.code} has the clock class {category.clock_class!r}, which {DEADLINES} does not know"
            problems.append(
                Problem(file=CATEGORIES, message=message, remedy=f"use one of {', '.join(sorted(classes))}")
            )
    for name in sorted(set(scheme.deadlines.by_kind.values()) - classes):
        message = f"by_kind names the clock class {name!r}, which is not among the classes"
        problems.append(Problem(file=DEADLINES, message=message, remedy="add the class or correct the name"))
    for item in sorted(set(duty_items) - reached):
        message = f"no category leads to the duty item {item!r}"
        problems.append(Problem(file=CATEGORIES, message=message, remedy="put it under the category it answers for"))
    return problems
