"""From what a city writes to a plan: every fact with its gate and its compiled way, in an order that can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np

from city.errors import BadInput
from city.pack.problems import PackError, Problem
from knowledge.eligibility.book import FOLDER, RuleBook
from knowledge.eligibility.columns import Columns
from knowledge.eligibility.compiling import compile_gate
from knowledge.eligibility.conditions import Names, Reader
from knowledge.eligibility.facts import CODED, Fact, FactType, Subject
from knowledge.eligibility.ir import Condition
from knowledge.eligibility.population.fitting import codes_of, entry_of
from knowledge.eligibility.population.reading import needed, read_population
from knowledge.eligibility.population.spec import TODAY, FactWay, Gaps, Population, Scale, Way
from knowledge.eligibility.population.table import EPOCH, Seen
from knowledge.eligibility.population.ways import (
    ByCode,
    CaseFactor,
    Changed,
    CodeFactor,
    Constant,
    Drawn,
    Each,
    Formula,
    InCases,
    Lognormal,
    Mixed,
    Points,
    Same,
    Share,
    Weighted,
)
from knowledge.eligibility.terms import Resolver

MOST_CODES = 52
"""How many codes of a set may have a share: as many as a float holds exactly as bits."""


@dataclass(frozen=True)
class FactPlan:
    """How one fact is drawn: where (its gate), in what way, from which days it counts, and how often it is missing."""

    fact: Fact
    codes: tuple[str, ...]
    gate: Seen | None
    way: Drawn
    spec: FactWay
    gap: float

    def fixed(self, day: str, as_of: date) -> float | None:
        """A named day as days since 1970; None where it is a fact."""
        if day in ("", TODAY):
            return float((as_of - EPOCH).days)
        return None if "." in day else float((date.fromisoformat(day) - EPOCH).days)


@dataclass(frozen=True)
class Plan:
    """Everything to draw one kind of subject, each fact after those on which it rests."""

    subject: Subject
    as_of: date
    gaps: Gaps
    facts: tuple[FactPlan, ...]
    columns: tuple[str, ...]
    """The facts in the order of the catalogue."""


def plan_population(book: RuleBook, root: Path, subject: Subject, as_of: date) -> Plan:
    """The plan of the pack at ``root``. Raises PackError naming everything that is wrong."""
    population, problems = read_population(root, subject, book)
    if not problems:
        maker = _Maker(book, population, subject, as_of)
        made = maker.run()
        if not (problems := maker.problems):
            return made
    raise PackError(problems)


class _Maker:
    """Compiles the ways of one subject and remembers every problem."""

    def __init__(self, book: RuleBook, population: Population, subject: Subject, as_of: date):
        self._book, self._population, self._subject, self._as_of = book, population, subject, as_of
        self._file = f"{FOLDER}/population/{subject}.yaml"
        self._known = frozenset(needed(subject, book))
        self._columns = Columns(self._known)
        self._formula = Resolver(as_of, book.facts, book.lists).formula
        self._reader = Reader(Names(book.facts, book.lists, self._formula, as_of), self._file)
        self._reads: set[str] = set()
        self._gate_problems: list[Problem] = []
        self._cycle: list[Problem] = []

    @property
    def problems(self) -> list[Problem]:
        """What was wrong in the file and in the gates of the catalogue."""
        return self._gate_problems + self._reader.problems + self._cycle

    def run(self) -> Plan:
        """The plan, as far as it can be made."""
        plans: dict[str, FactPlan] = {}
        rests: dict[str, set[str]] = {}
        for name, spec in self._population.facts.items():
            self._reads = {day for day in spec.days if "." in day}
            plans[name] = self._fact(self._book.facts[name], spec)
            rests[name] = set(self._reads)
        order = self._order(rests)
        columns = tuple(needed(self._subject, self._book))
        return Plan(self._subject, self._as_of, self._population.gaps, tuple(plans[name] for name in order), columns)

    def _order(self, rests: Mapping[str, set[str]]) -> list[str]:
        try:
            return list(TopologicalSorter({name: sorted(on) for name, on in rests.items()}).static_order())
        except CycleError as error:
            line = " → ".join(reversed(error.args[1]))
            remedy = "draw one of them without the others"
            self._cycle.append(
                Problem(file=self._file, where="facts", message=f"rest on each other: {line}", remedy=remedy)
            )
            return []

    def _fact(self, fact: Fact, spec: FactWay) -> FactPlan:
        gate, problems = compile_gate(fact, self._as_of, self._book.facts, self._book.lists)
        self._gate_problems += problems
        seen = self._seen(gate) if fact.asked_when else None
        gap = spec.gap if spec.gap is not None else self._population.gaps.usual(fact)
        way = self._way(spec, fact, f"facts.{fact.id}")
        return FactPlan(fact, _held(fact, spec, self._book), seen, way, spec, gap)

    def _seen(self, condition: Condition) -> Seen:
        seen = Seen.condition(condition, self._columns, self._known)
        self._reads.update(seen.reads)
        return seen

    def _condition(self, raw: Mapping[str, Any], where: str) -> Seen:
        return self._seen(self._reader.every([raw], where))

    def _number(self, text: str | float, where: str) -> Seen:
        try:
            seen = Seen.formula(self._formula(text), self._columns, self._known)
        except BadInput as error:
            self._reader.problem(where, str(error), "docs/policies.md describes formulas")
            return Seen.formula(self._formula(0), self._columns, self._known)
        self._reads.update(seen.reads)
        return seen

    def _maybe(self, text: str | float | None, where: str) -> Seen | None:
        return None if text is None else self._number(text, where)

    def _way(self, way: Way, fact: Fact, where: str) -> Drawn:
        inner = self._branch(way, fact, where) or self._leaf(way, fact, where)
        changed = Changed(
            inner,
            tuple(self._factor(one, f"{where}.scale[{number}]") for number, one in enumerate(way.scale)),
            self._maybe(way.times, f"{where}.times"),
            self._maybe(way.plus, f"{where}.plus"),
            self._maybe(way.at_least, f"{where}.at_least"),
            self._maybe(way.at_most, f"{where}.at_most"),
            way.round,
        )
        return inner if changed == Changed(inner) else changed

    def _branch(self, way: Way, fact: Fact, where: str) -> Drawn | None:
        if way.of is not None:
            self._reads.add(way.by)
            names = list(way.of)
            ways = tuple(self._way(one, fact, f"{where}.of.{name}") for name, one in way.of.items())
            turns = [-1 if entry is None else names.index(entry) for entry in self._entries(way.by, way.of)]
            return ByCode(way.by, np.asarray(turns, dtype=np.int64), ways)
        if way.cases is not None:
            conditions = [
                self._condition(one.when, f"{where}.cases[{n}].if") for n, one in enumerate(way.cases) if one.when
            ]
            ways = tuple(self._way(one, fact, f"{where}.cases[{n}]") for n, one in enumerate(way.cases))
            return InCases(tuple(conditions), ways)
        if way.mix is not None:
            ways = tuple(self._way(one, fact, f"{where}.mix[{n}]") for n, one in enumerate(way.mix))
            parts = Weighted.of(range(len(ways)), [one.part for one in way.mix], scaled=False)
            return Mixed(parts, ways)
        return None

    def _entries(self, by: str, named: Mapping[str, Any]) -> Iterator[str | None]:
        """The entry that counts for each code of ``by``, and last the one for rows that have no value."""
        fact = self._book.facts[by]
        for code in codes_of(fact, self._book):
            yield entry_of(code, fact, named, self._book)
        yield "other" if "other" in named else None

    def _factor(self, scale: Scale, where: str) -> CodeFactor | CaseFactor:
        if not scale.by:
            return CaseFactor(self._condition(scale.when, f"{where}.if"), scale.times)
        self._reads.add(scale.by)
        factors = [1.0 if entry is None else scale.of[entry] for entry in self._entries(scale.by, scale.of)]
        return CodeFactor(scale.by, np.asarray(factors))

    def _leaf(self, way: Way, fact: Fact, where: str) -> Drawn:
        if way.share is not None:
            return Share(way.share)
        if way.each is not None:
            return Each(
                tuple(way.each.get(code, 0.0) for code in _held(fact, self._population.facts[fact.id], self._book))
            )
        if way.weights is not None:
            return self._weighted(way.weights, fact)
        if way.same is not None:
            self._reads.add(way.same)
            return Same(way.same, fact.type in (FactType.CHOICE, FactType.BOOLEAN))
        if way.value is not None:
            return self._value(way.value, fact, where)
        return _spread(way)

    def _weighted(self, weights: dict[str, float] | str, fact: Fact) -> Drawn:
        named = self._population.tables[weights] if isinstance(weights, str) else weights
        if fact.type not in CODED:
            return Weighted.of([float(key) for key in named], list(named.values()), scaled=True)
        codes = codes_of(fact, self._book)
        return Weighted.of([codes.index(code) for code in named], list(named.values()), scaled=False)

    def _value(self, value: float | str, fact: Fact, where: str) -> Drawn:
        if fact.type in CODED:
            return Constant(float(codes_of(fact, self._book).index(str(value))), scaled=False)
        if isinstance(value, str):
            return Formula(self._number(value, f"{where}.value"))
        return Constant(float(value), scaled=True)


def _spread(way: Way) -> Drawn:
    if way.lognormal:
        return Lognormal(*way.lognormal)
    if way.between:
        return Points(np.asarray([0.0, 1.0]), np.asarray(way.between))
    points = way.points or {}
    return Points(np.asarray([float(key) / 100 for key in points]), np.asarray(list(points.values())))


def _held(fact: Fact, spec: Way, book: RuleBook) -> tuple[str, ...]:
    """The codes that a column can hold: those of the list, or of a set those that have a share anywhere."""
    if fact.type is not FactType.CHOICES:
        return codes_of(fact, book) if fact.type in CODED else ()
    found = dict.fromkeys(code for way in _leaves(spec) for code in way.each or ())
    return tuple(code for code in codes_of(fact, book) if code in found)


def _leaves(way: Way) -> Iterator[Way]:
    inner = [*(way.of or {}).values(), *(way.cases or ()), *(way.mix or ())]
    if not inner:
        yield way
    for one in inner:
        yield from _leaves(one)
