"""Which facts leave a condition or an amount open, and which of them it makes sense to ask for now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.compiling import compile_gate
from knowledge.eligibility.facts import Value
from knowledge.eligibility.ir import (
    All,
    AnyOf,
    Arithmetic,
    AtLeast,
    Brackets,
    Cases,
    Compare,
    Condition,
    Constant,
    Dated,
    Either,
    Elapsed,
    Fixed,
    Given,
    Leaf,
    Lookup,
    Not,
    Term,
    Within,
)
from knowledge.eligibility.rowwise import judge, term


def missing(book: RuleBook, condition: Condition, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The facts that leave ``condition`` open, in the order in which the rule names them."""
    found: dict[str, None] = {}
    for leaf in open_leaves(condition, values):
        for name in _missing_of_leaf(book, leaf, values):
            found.setdefault(name)
    return tuple(found)


def open_leaves(condition: Condition, values: Mapping[str, Value]) -> tuple[Leaf, ...]:
    """The tests that are unknown and whose answer may matter."""
    if judge(condition)(values) is not None:
        return ()
    match condition:
        case Leaf():
            return (condition,)
        case Not(of, _):
            return open_leaves(of, values)
        case All(of, _) | AnyOf(of, _) | AtLeast(_, of, _):
            return tuple(leaf for one in of for leaf in open_leaves(one, values))


def _missing_of_leaf(book: RuleBook, leaf: Leaf, values: Mapping[str, Value]) -> list[str]:
    test = leaf.test
    if isinstance(test, Compare):
        return [*missing_of_term(book, test.left, values), *missing_of_term(book, test.right, values)]
    if isinstance(test, Within):
        return missing_of_term(book, test.day, values)
    if isinstance(test, Fixed):
        return []
    # A code that is too coarse to tell is asked for again.
    return [test.fact.fact]


def missing_of_term(  # noqa: C901  # one case for each kind of node
    book: RuleBook, node: Term, values: Mapping[str, Value]
) -> list[str]:
    """The facts without which ``node`` cannot be worked out."""
    if term(node)(values) is not None:
        return []
    match node:
        case Given(fact):
            return [] if fact in values else [fact]
        case Constant():
            return []
        case Either(stated, computed):
            if book.facts[stated.fact].question:
                return [stated.fact]
            return missing_of_term(book, computed, values)
        case Arithmetic(_, left, right):
            return [*missing_of_term(book, left, values), *missing_of_term(book, right, values)]
        case Elapsed(_, since, _):
            return missing_of_term(book, since, values)
        case Lookup(fact, _, _):
            return [] if fact.fact in values else [fact.fact]
        case Brackets(inner, _, _):
            return missing_of_term(book, inner, values)
        case Dated(day, steps):
            own = [name for _, step in steps for name in missing_of_term(book, step, values)]
            return missing_of_term(book, day, values) or own
        case Cases(cases, otherwise):
            return _missing_of_cases(book, cases, otherwise, values)


def _missing_of_cases(
    book: RuleBook, cases: Sequence[tuple[Condition, Term]], otherwise: Term, values: Mapping[str, Value]
) -> list[str]:
    for condition, pay in cases:
        truth = judge(condition)(values)
        if truth is None:
            return list(missing(book, condition, values))
        if truth:
            return missing_of_term(book, pay, values)
    return missing_of_term(book, otherwise, values)


class Gates:
    """The conditions of questions on one day."""

    def __init__(self, book: RuleBook, as_of: date):
        self._book, self._day = book, as_of
        self._made: dict[str, Condition | None] = {}

    def of(self, name: str) -> Condition | None:
        """The condition under which a fact is asked for, None where it always may be."""
        if name not in self._made:
            fact = self._book.facts[name]
            gate = compile_gate(fact, self._day, self._book.facts, self._book.lists)[0] if fact.asked_when else None
            self._made[name] = gate
        return self._made[name]

    def askable(self, names: Iterable[str], values: Mapping[str, Value]) -> tuple[str, ...]:
        """``names`` as far as they make sense now, and in place of the rest what has to be known before them."""
        wanted = dict.fromkeys(names)
        found = (one for name in wanted for one in self._askable(name, values, frozenset(), frozenset(wanted)))
        return tuple(dict.fromkeys(found))

    def _askable(
        self, name: str, values: Mapping[str, Value], seen: frozenset[str], wanted: frozenset[str]
    ) -> list[str]:
        if name in seen:
            return []
        gate = self.of(name)
        truth = True if gate is None else judge(gate)(values)
        if truth is None and gate is not None:
            return self._before(name, gate, values, seen | {name}, wanted)
        return [name] if truth and self._book.facts[name].question else []

    def _before(
        self, name: str, gate: Condition, values: Mapping[str, Value], seen: frozenset[str], wanted: frozenset[str]
    ) -> list[str]:
        """What opens a gate: where several facts could, one that is wanted anyway is enough."""
        every = missing(self._book, gate, values)
        for names in ([one for one in every if one in wanted and one != name], every):
            found = [fact for one in names for fact in self._askable(one, values, seen, wanted)]
            if found:
                return found
        return []


@lru_cache(maxsize=16)
def gates_of(book: RuleBook, as_of: date) -> Gates:
    """The questions' conditions of a book on a day."""
    return Gates(book, as_of)
