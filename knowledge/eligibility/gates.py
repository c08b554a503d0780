"""Which facts make sense to ask for now: a question whose `asked_when` is open waits for what opens it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.compiling import compile_gate
from knowledge.eligibility.facts import Value
from knowledge.eligibility.ir import Condition
from knowledge.eligibility.matching import missing
from knowledge.eligibility.rowwise import judge


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
        found = (one for name in names for one in self._askable(name, values, frozenset()))
        return tuple(dict.fromkeys(found))

    def _askable(self, name: str, values: Mapping[str, Value], seen: frozenset[str]) -> list[str]:
        if name in seen:
            return []
        gate = self.of(name)
        truth = True if gate is None else judge(gate)(values)
        if truth is None and gate is not None:
            before = missing(self._book, gate, values)
            return [fact for one in before for fact in self._askable(one, values, seen | {name})]
        return [name] if truth and self._book.facts[name].question else []
