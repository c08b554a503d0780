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

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from city.pack.problems import Problem
from city.pack.yamlfile import read_yaml, validation_problems
from city.schema import Record
from knowledge.eligibility.book import FOLDER, RuleBook
from knowledge.eligibility.facts import CODED, Fact, FactType, Subject

KINDS = ("share", "weights", "each", "lognormal", "points", "between", "value", "same", "of", "cases", "mix")
BRANCHES = frozenset({"of", "cases", "mix"})
TODAY, OTHER = "today", "other"
_FITTING: dict[FactType, frozenset[str]] = {
    FactType.BOOLEAN: frozenset({"share", "same"}),
    FactType.CHOICE: frozenset({"weights", "value", "same"}),
    FactType.CHOICES: frozenset({"each"}),
    FactType.DATE: frozenset({"weights", "lognormal", "points", "between", "value"}),
}
_NUMBERS = frozenset({"weights", "lognormal", "points", "between", "value", "same"})


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


def read_population(root: Path, subject: Subject, book: RuleBook) -> tuple[Population, list[Problem]]:
    """The population of the pack at ``root`` as far as it can be read, and every problem."""
    path = root / FOLDER / "population" / f"{subject}.yaml"
    file = path.relative_to(root).as_posix()
    raw, problems = read_yaml(path, root)
    if problems or not isinstance(raw, Mapping) or not isinstance(raw.get("facts"), Mapping):
        message, remedy = "has no `facts`", "write `facts:` with a way of drawing for each fact"
        return Population(facts={}), problems or [Problem(file=file, message=message, remedy=remedy)]
    problems = _coverage(raw["facts"], subject, book, file)
    ways: dict[str, FactWay] = {}
    for name, given in raw["facts"].items():
        if name in book.facts:
            try:
                ways[name] = FactWay.model_validate(_long(given, book.facts[name]))
            except ValidationError as error:
                problems += validation_problems(error, file, f"facts.{name}")
    try:
        rest = Population.model_validate({**_plain(raw), "facts": {}})
    except ValidationError as error:
        return Population(facts=ways), problems + validation_problems(error, file)
    made = rest.model_copy(update={"facts": ways})
    return made, problems + [one for name, way in ways.items() for one in _fitting(name, way, made, book, file)]


def needed(subject: Subject, book: RuleBook) -> list[str]:
    """The facts that must be drawn: those of the subject that are not computed from others."""
    return [fact.id for fact in book.facts.values() if fact.subject == subject and not fact.derive]


def _coverage(given: Mapping[Any, Any], subject: Subject, book: RuleBook, file: str) -> list[Problem]:
    wanted = needed(subject, book)
    found = [
        Problem(file=file, where=f"facts.{name}", message="no way of drawing this fact", remedy="add a line for it")
        for name in wanted
        if name not in given
    ]
    for name in given:
        if name not in wanted:
            derived = name in book.facts and book.facts[name].derive
            message = "is computed from other facts" if derived else f"is no fact of a {subject} in the catalogue"
            remedy = "remove the line" if derived else "correct the name, or remove the line"
            found.append(Problem(file=file, where=f"facts.{name}", message=message, remedy=remedy))
    return found


def _plain(raw: Any) -> Any:
    """``raw`` with every key and every day as text: YAML reads 0, true and 2026-01-01 as something else."""
    if isinstance(raw, Mapping):
        return {_key(key): _plain(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_plain(one) for one in raw]
    return raw.isoformat() if isinstance(raw, date) else raw


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _long(raw: Any, fact: Fact) -> Any:
    """The long form of a way that is written in a short one."""
    if isinstance(raw, bool | int | float | str):
        return {"share" if fact.type is FactType.BOOLEAN else "value": raw}
    if isinstance(raw, list):
        return {"lognormal" if fact.type is FactType.MONEY else "between": raw}
    if not isinstance(raw, Mapping):
        return raw
    if "is" in raw:
        inner = _long(raw["is"], fact)
        return {**{key: _inner(key, value, fact) for key, value in raw.items() if key != "is"}, **inner}
    long = {_key(key): value for key, value in raw.items()}
    if not long.keys() & {*KINDS, "until"}:
        named = [key for key in long if key in _BESIDE and key not in fact.options]
        beside = {key: _inner(key, long.pop(key), fact) for key in named}
        return {**beside, "each" if fact.type is FactType.CHOICES else "weights": long}
    if "until" in long and not long.keys() & set(KINDS):
        long["between"] = [0, 1]
    return {key: _inner(key, value, fact) for key, value in long.items()}


_BESIDE = (
    "gap",
    "if",
    "part",
    "scale",
    "times",
    "plus",
    "at_least",
    "at_most",
    "round",
    "unit",
    "after",
    "before",
    "not_before",
    "not_after",
    "ahead",
)


def _inner(key: str, value: Any, fact: Fact) -> Any:
    if key == "of" and isinstance(value, Mapping):
        return {_key(code): _long(one, fact) for code, one in value.items()}
    if key in ("cases", "mix") and isinstance(value, list):
        return [_long(one, fact) for one in value]
    if key == "scale" and isinstance(value, list):
        return [_inner("", one, fact) for one in value]
    if isinstance(value, Mapping) and "if" in value:
        return {**_plain(value), "if": value["if"]}
    return value if key == "if" else _plain(value)


def codes_of(fact: Fact, book: RuleBook) -> tuple[str, ...]:
    """The codes of a coded fact; of a boolean, its two values as they are written."""
    if fact.type is FactType.BOOLEAN:
        return ("false", "true")
    listed = book.lists.get(fact.list)
    return listed.codes if listed else tuple(fact.options)


def entry_of(code: str, fact: Fact, named: Mapping[str, Any], book: RuleBook) -> str | None:
    """The entry of ``named`` that counts for ``code``: its own, that of the nearest parent, or ``other``."""
    listed = book.lists.get(fact.list) if fact.list else None
    line = listed.line(code) if listed else (code,)
    return next((one for one in (*line, OTHER) if one in named), None)


class _Fitting:
    """Checks the ways of one fact against its type and against the book."""

    def __init__(self, fact: Fact, population: Population, book: RuleBook, file: str):
        self._fact, self._population, self._book, self._file = fact, population, book, file
        self.problems: list[Problem] = []

    def _problem(self, where: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(file=self._file, where=where, message=message, remedy=remedy))

    def way(self, way: Way, where: str) -> None:
        """Remember what is wrong with ``way`` and with those inside it."""
        self._kind(way, where)
        self._codes(way, where)
        self._scales(way, where)
        for name, inner in (way.of or {}).items():
            self.way(inner, f"{where}.of.{name}")
        for kind in ("cases", "mix"):
            for number, one in enumerate(getattr(way, kind) or ()):
                self.way(one, f"{where}.{kind}[{number}]")
        if way.of is not None:
            self._by(way.by, way.of, where, whole=True)
        if way.same is not None:
            self._same(way.same, where)

    def _kind(self, way: Way, where: str) -> None:
        fits = _FITTING.get(self._fact.type, _NUMBERS)
        if way.kind not in fits | BRANCHES:
            message = f"a {self._fact.type.value} is not drawn by `{way.kind}`"
            self._problem(where, message, f"write one of {', '.join(sorted(fits | BRANCHES))}")

    def _codes(self, way: Way, where: str) -> None:
        if self._fact.list and self._fact.list not in self._book.lists:
            return  # the book tells that already
        named = way.each if way.each is not None else way.weights
        if isinstance(named, str):
            if named not in self._population.tables:
                self._problem(where, f"there is no table {named!r}", "add it to `tables`, or write the weights here")
                return
            named = self._population.tables[named]
        if isinstance(way.value, str) and self._fact.type in CODED:
            named = {way.value: 1.0}
        if not named:
            return
        if self._fact.type in CODED:
            known = codes_of(self._fact, self._book)
            for code in named:
                if code not in known:
                    near = "、".join(known[:6])
                    self._problem(
                        where, f"{code!r} is not in the list of {self._fact.id}", f"write a code such as {near}"
                    )
        elif strange := [code for code in named if not _is_number(code)]:
            self._problem(where, f"{strange[0]!r} is no number", "write numbers with their weights")

    def _scales(self, way: Way, where: str) -> None:
        if way.scale and self._fact.type is FactType.CHOICE:
            self._problem(f"{where}.scale", "a choice has no scale", "write weights `by` another fact")
        for number, one in enumerate(way.scale):
            if one.by:
                self._by(one.by, one.of, f"{where}.scale[{number}]", whole=False)

    def _by(self, by: str, named: Mapping[str, Any], where: str, *, whole: bool) -> None:
        fact = self._book.facts.get(by)
        if fact is None or fact.type not in (FactType.BOOLEAN, FactType.CHOICE):
            self._problem(f"{where}.by", f"{by!r} is no boolean and no choice", "name one, or write `cases` with `if`")
            return
        known = codes_of(fact, self._book)
        for code in named:
            if code not in known and code != OTHER:
                self._problem(f"{where}.of", f"{code!r} is not in the list of {by}", "correct the code")
        if whole and (left := [code for code in known if entry_of(code, fact, named, self._book) is None]):
            message = f"nothing for {'、'.join(left[:4])} of {by}"
            self._problem(f"{where}.of", message, "add these codes, one above them, or `other`")

    def _same(self, name: str, where: str) -> None:
        other = self._book.facts.get(name)
        if (
            other is None
            or other.derive
            or (other.type, other.list, other.options)
            != (
                self._fact.type,
                self._fact.list,
                self._fact.options,
            )
        ):
            self._problem(f"{where}.same", f"{name!r} is no fact of the same type and list", "name one that is")

    def days(self, way: FactWay, where: str) -> None:
        """Remember which of the days it counts from are none."""
        if self._fact.type is not FactType.DATE:
            if way.days or way.ahead:
                self._problem(where, "only a date is counted from a day", "remove it")
            return
        if (way.until and not way.after) or (way.after and way.before):
            self._problem(
                where, "does not say from where the days count", "write `after`, `before`, or `after` and `until`"
            )
        for name in way.days:
            fact = self._book.facts.get(name)
            if name != TODAY and not _is_day(name) and (fact is None or fact.type is not FactType.DATE or fact.derive):
                self._problem(where, f"{name!r} is no day", "name a fact that is a date, `today`, or write YYYY-MM-DD")


def _fitting(name: str, way: FactWay, population: Population, book: RuleBook, file: str) -> list[Problem]:
    checked = _Fitting(book.facts[name], population, book, file)
    checked.way(way, f"facts.{name}")
    checked.days(way, f"facts.{name}")
    return checked.problems


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
