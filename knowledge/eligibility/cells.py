"""Cells: the finitely many ways in which an answer can matter to a set of rules.

A fact's values fall into cells within which no test can tell them apart (between two thresholds, one code, one set of
codes). Reasoning over cells is exact for tests against constants; a comparison of two terms is a way of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.facts import Fact, FactType, Value
from knowledge.eligibility.ir import (
    All,
    Among,
    AnyOf,
    AtLeast,
    Brackets,
    Cases,
    Compare,
    Condition,
    Constant,
    Either,
    Fixed,
    Given,
    Holds,
    Leaf,
    Not,
    Says,
    Term,
    Test,
    Truth,
    Within,
    leaves,
)
from knowledge.eligibility.rowwise import compared

_SETS = 4
"""Sets of choices are taken as any mixture of so many codes; of more, as none, each alone, and all."""


def kleene(condition: Condition, of: Callable[[Leaf], Truth]) -> Truth:
    """The truth of ``condition`` where ``of`` gives that of its tests."""
    match condition:
        case Leaf():
            return of(condition)
        case Not(inner, _):
            truth = kleene(inner, of)
            return None if truth is None else not truth
        case All(parts, _):
            return _every(kleene(part, of) for part in parts)
        case AnyOf(parts, _):
            truth = _every(None if (t := kleene(part, of)) is None else not t for part in parts)
            return None if truth is None else not truth
        case AtLeast(count, parts, _):
            truths = [kleene(part, of) for part in parts]
            if sum(truth is True for truth in truths) >= count:
                return True
            return False if sum(truth is not False for truth in truths) < count else None


def _every(truths: Iterable[Truth]) -> Truth:
    found: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            found = None
    return found


@dataclass(frozen=True)
class Cell:
    """One way an answer can matter: a value that stands for the cell, and for numbers and days its bounds."""

    value: Value
    low: float | date | None = None
    high: float | date | None = None


def key(node: Term) -> str:
    """A name under which equal terms meet; a stated fact that can be computed meets under the fact's name."""
    match node:
        case Given(fact):
            return fact
        case Either(stated, _):
            return stated.fact
        case _:
            return repr(node)


@dataclass(frozen=True)
class Variable:
    """What tests depend on: a fact, or a term that they compare."""

    name: str
    cells: tuple[Cell, ...]


class Space:
    """The variables of a set of conditions and the truth of every test in every cell."""

    def __init__(self, book: RuleBook, conditions: Iterable[Condition]):
        self._book = book
        found = [leaf for condition in conditions for leaf in leaves(condition)]
        self._tests: dict[str, list[Test]] = {}
        self.variable_of: dict[Leaf, str] = {}
        for leaf in found:
            name = _variable(leaf.test)
            self.variable_of[leaf] = name
            self._tests.setdefault(name, []).append(leaf.test)
        self.variables = {name: Variable(name, self._cells(name, tests)) for name, tests in self._tests.items()}

    def truth(self, leaf: Leaf, cell: Cell) -> Truth:
        """The truth of a test where its variable lies in ``cell``."""
        return in_cell(leaf.test, cell)

    def _cells(self, name: str, tests: list[Test]) -> tuple[Cell, ...]:
        fact = self._book.facts.get(name)
        cells = cells_of(fact, tests)
        if fact is None or fact.type is not FactType.CHOICE:
            return cells
        every = self._book.lists[fact.list].codes if fact.list else tuple(fact.options)
        named = frozenset().union(*(test.yes | test.coarse for test in tests if isinstance(test, Among)))
        return tuple(cell for cell in cells if cell.value != OTHER) if named.issuperset(every) else cells

    def solve(self, condition: Condition, fixed: Mapping[str, Cell] | None = None) -> dict[str, Cell] | None:
        """Cells under which ``condition`` holds, None where there are none (Davis-Putnam with three values)."""
        chosen: dict[str, Cell] = dict(fixed or {})

        def of(leaf: Leaf) -> Truth:
            cell = chosen.get(self.variable_of[leaf])
            return None if cell is None else in_cell(leaf.test, cell)

        def search() -> bool:
            truth = kleene(condition, of)
            if truth is not None:
                return truth
            name = next((n for leaf in leaves(condition) if (n := self.variable_of[leaf]) not in chosen), None)
            if name is None:
                return True  # what is still unknown is unknown in itself (a code too coarse to tell)
            for cell in self.variables[name].cells:
                chosen[name] = cell
                if search():
                    return True
                del chosen[name]
            return False

        return dict(chosen) if search() else None


def _variable(test: Test) -> str:
    match test:
        case Says(fact, _) | Among(fact, _, _) | Holds(fact, _, _):
            return fact.fact
        case Within(day, _, _):
            return key(day)
        case Compare(_, left, Constant()):
            return key(left)
        case _:
            return repr(test)


def in_cell(test: Test, cell: Cell) -> Truth:
    """The truth of ``test`` in ``cell``."""
    value = cell.value
    match test:
        case Says(_, wanted):
            return value is wanted
        case Among(_, yes, coarse):
            return None if value in coarse else value in yes
        case Holds(_, codes, how):
            held = value if isinstance(value, frozenset) else frozenset()
            return codes <= held if how == "all" else codes.isdisjoint(held) is (how == "none")
        case Within(_, first, last):
            return first <= value <= last  # type: ignore[operator]  # a day, as the cells of days are
        case Compare(operator, _, Constant(bound)):
            return compared(operator, value, bound)  # type: ignore[arg-type]  # a number or day, as its cells are
        case Fixed(truth):
            return truth
        case _:
            return bool(value)


def cells_of(fact: Fact | None, tests: Iterable[Test]) -> tuple[Cell, ...]:
    """The cells into which ``tests`` cut a fact's values (or those of a term, where ``fact`` is None)."""
    tests = list(tests)
    first = tests[0]
    match first:
        case Says():
            return (Cell(True), Cell(False))
        case Among():
            return _codes(tests)
        case Holds():
            return _sets(tests)
        case Within() | Compare(_, _, Constant()):
            bounds = {b for test in tests for b in _bounds(test)}
            if any(isinstance(bound, date) for bound in bounds):
                return _days({bound for bound in bounds if isinstance(bound, date)})
            return _numbers({float(b) for b in bounds if not isinstance(b, date)}, fact)
        case Fixed(truth):
            return (Cell(bool(truth)),)
        case _:
            return (Cell(True), Cell(False))


def _bounds(test: Test) -> tuple[float | date, ...]:
    match test:
        case Compare(_, _, Constant(value)):
            return (value,)
        case Within(_, first, last):
            return (first, last)
        case _:
            return ()


def _codes(tests: list[Test]) -> tuple[Cell, ...]:
    """One code for each way in which the tests can turn out, and one that none of them names."""
    named = [(test.yes, test.coarse) for test in tests if isinstance(test, Among)]
    seen: dict[tuple[tuple[bool, bool], ...], str] = {}
    for code in sorted(frozenset().union(*(yes | coarse for yes, coarse in named))):
        seen.setdefault(tuple((code in yes, code in coarse) for yes, coarse in named), code)
    return (*(Cell(code) for code in seen.values()), Cell(OTHER))


OTHER = "~other"
"""Stands for every code that no test names."""


def _sets(tests: list[Test]) -> tuple[Cell, ...]:
    codes = sorted(frozenset().union(*(test.codes for test in tests if isinstance(test, Holds))))
    if len(codes) <= _SETS:
        mixtures = [c for size in range(len(codes) + 1) for c in combinations(codes, size)]
        return tuple(Cell(frozenset(mixture)) for mixture in mixtures)
    return (Cell(frozenset()), *(Cell(frozenset({code})) for code in codes), Cell(frozenset(codes)))


def _numbers(bounds: set[float], fact: Fact | None) -> tuple[Cell, ...]:
    low, high = fact.range if fact is not None and fact.range else (None, None)
    whole = fact is not None and fact.type is FactType.INTEGER
    marks = sorted(b for b in bounds if (low is None or b >= low) and (high is None or b <= high))
    found: list[Cell] = []
    ends = [low, *marks, high]
    for number, (first, last) in enumerate(pairwise(ends)):
        if number and first is not None and not (whole and first != math.floor(first)):
            found.append(Cell(first, first, first))
        # The ends of the fact's range are values too; marks are cells of their own.
        found += _between(first, last, whole=whole, from_end=number == 0, to_end=number == len(marks))
    return tuple(found)


def _between(low: float | None, high: float | None, *, whole: bool, from_end: bool, to_end: bool) -> list[Cell]:
    """The stretch between two marks, or between a mark and an ``end`` of the range, as a cell; nothing where no number
    lies there.
    """
    if low is None:
        return [Cell(0.0 if high is None else float(math.ceil(high) if whole else high) - 1, low, high)]
    if high is None:
        return [Cell(float(math.floor(low) if whole else low) + 1, low, high)]
    if whole:
        first = math.ceil(low) if from_end else math.floor(low) + 1
        last = math.floor(high) if to_end else math.ceil(high) - 1
        return [Cell(float(first), low, high)] if first <= last else []
    if low == high:
        return [Cell(low, low, high)] if from_end and to_end else []
    return [Cell((low + high) / 2, low, high)]


def _days(marks: set[date]) -> tuple[Cell, ...]:
    found: list[Cell] = []
    before: date | None = None
    one = timedelta(days=1)
    for mark in sorted(marks):
        if before is None:
            found.append(Cell(mark - one, None, mark))
        elif (mark - before).days > 1:
            found.append(Cell(before + (mark - before) / 2, before, mark))
        found.append(Cell(mark, mark, mark))
        before = mark
    if before is not None:
        found.append(Cell(before + one, before, None))
    return tuple(found)


def tests_in(condition: Condition) -> list[Test]:
    """Every test of a condition."""
    return [leaf.test for leaf in leaves(condition)]


def tests_in_term(node: Term) -> list[Test]:
    """The tests that decide which case of an amount counts."""
    match node:
        case Cases(cases, otherwise):
            inner = [test for condition, pay in cases for test in (*tests_in(condition), *tests_in_term(pay))]
            return [*inner, *tests_in_term(otherwise)]
        case Brackets(inner_term, _, _):
            return tests_in_term(inner_term)
        case _:
            return []
