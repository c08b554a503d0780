"""Test cases of a draft, for a person to confirm: each number and day just met and just missed, each answer left out.

They are found by solving the draft's conditions, so that they show what the draft does, not what the text means: that
is for the person who confirms them. The format is that of ``evaluation/policies``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.cells import OTHER, Cell, Space, key
from knowledge.eligibility.compiling import CompiledPolicy
from knowledge.eligibility.drafting.drafting import Draft, Drafter
from knowledge.eligibility.facts import CODED, Fact, FactType, Value
from knowledge.eligibility.ir import All, Among, Compare, Condition, Constant, Leaf, Term, Within, leaves
from knowledge.eligibility.matching import POSITIVE, Match, match
from knowledge.eligibility.profiles import Profile

TO_CONFIRM = "to_confirm"
_STEPS = {FactType.INTEGER: 1.0, FactType.MONEY: 0.01, FactType.RATIO: 0.001}
_STEP = 0.01
_DAY = timedelta(days=1)


def cases(drafter: Drafter, draft: Draft) -> list[dict[str, Any]]:
    """The cases of a draft, each marked as to be confirmed. None where nothing can fulfil its conditions."""
    rule = drafter.compiled(draft)
    made = _Cases(drafter.book, rule)
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    for why, values in made.profiles():
        if (told := repr(sorted(values.items(), key=str))) not in seen:
            seen.add(told)
            found.append(made.case(len(found) + 1, why, values))
    return found


class _Cases:
    def __init__(self, book: RuleBook, rule: CompiledPolicy):
        self._book, self._rule = book, rule
        self._space = Space(book, [rule.root, *(one.root for one in rule.benefits)])

    def profiles(self) -> Iterator[tuple[str, dict[str, Value]]]:
        """(why, facts): one that fits, then both sides of every bound."""
        for benefit in self._rule.benefits:
            if base := self._solved(benefit.root):
                yield f"全部条件都符合：{benefit.benefit.name}", base
        parts = [(self._rule.root, self._rule.conditions), *((one.root, one.when) for one in self._rule.benefits)]
        for root, part in parts:
            for leaf in dict.fromkeys(leaves(part)):
                yield from self._both_sides(root, leaf)

    def _both_sides(self, root: Condition, leaf: Leaf) -> Iterator[tuple[str, dict[str, Value]]]:
        variable = self._space.variable_of[leaf]
        fact = self._book.facts.get(variable)
        if fact is None:
            return
        for met, missed in _edges(leaf, fact):
            held = self._solved(All((root, leaf)), {variable: Cell(met)})
            if held is None:
                continue
            yield f"刚好达到：{self._told(fact, met)}", held
            yield f"差一点：{self._told(fact, missed)}", {**held, variable: missed}

    def _told(self, fact: Fact, value: Value) -> str:
        return f"{fact.label} {self._book.label(fact.id, value)}"

    def _solved(self, condition: Condition, fixed: Mapping[str, Cell] | None = None) -> dict[str, Value] | None:
        """Facts under which a condition holds; None where there are none, or where it rests on more than facts."""
        cells = self._space.solve(condition, fixed)
        if cells is None or any(name not in self._book.facts for name in cells):
            return None
        return {name: self._value(self._book.facts[name], cell) for name, cell in cells.items()}

    def _value(self, fact: Fact, cell: Cell) -> Value:
        """The value that stands for a cell: a real code, and one that is fine enough to tell."""
        value = cell.value
        if fact.type not in CODED:
            return value
        if value != OTHER:
            coarse = (t for leaf, name in self._space.variable_of.items() if name == fact.id
                      for t in (leaf.test,) if isinstance(t, Among) and value in t.coarse)  # fmt: skip
            return next((min(test.yes) for test in coarse if test.yes), value)
        tested = {code for leaf in leaves(self._rule.root) for code in getattr(leaf.test, "yes", ())}
        listed = self._book.lists.get(fact.list)
        codes = tuple(listed.codes) if listed else tuple(fact.options)
        return next((code for code in codes if code not in tested), codes[0])

    def case(self, number: int, why: str, values: Mapping[str, Value]) -> dict[str, Any]:
        """A case with what the draft says of it now."""
        rule, profile = self._rule, Profile(self._rule.policy.subject, values)
        found = match(self._book, rule, profile)
        unknown = {
            _short(name): self._left(Profile(profile.subject, {k: v for k, v in values.items() if k != name}))
            for name in values
            if found.status in POSITIVE
        }
        made: dict[str, Any] = {
            "id": f"{rule.id}-draft-{number:02}", "policy": rule.id, "as_of": rule.as_of.isoformat(), "why": why,
            "facts": {_short(name): _plain(value) for name, value in values.items()},
            "status": found.status.value, "benefits": _benefits(found), TO_CONFIRM: True,
        }  # fmt: skip
        return {**made, "unknown": unknown} if unknown else made

    def _left(self, profile: Profile) -> dict[str, Any] | str:
        """What comes out with one fact less; the facts asked for where it is open."""
        found = match(self._book, self._rule, profile)
        if not found.missing:
            return found.status.value
        return {"status": found.status.value, "missing": [_short(name) for name in found.missing]}


def _benefits(found: Match) -> dict[str, float | bool | None] | None:
    given = {due.id: True if due.gives else due.amount for due in found.benefits if due.status in POSITIVE}
    return given if found.status in POSITIVE else None


def _edges(leaf: Leaf, fact: Fact) -> Iterator[tuple[Value, Value]]:
    """(just met, just missed) of a bound on a fact; nothing where the test is none."""
    match leaf.test:
        case Compare(operator, left, Constant(bound)) if key(left) == fact.id:
            yield from _compared(operator, bound, fact)
        case Within(day, first, last) if _is_fact(day, fact):
            yield first, first - _DAY
            yield last, last + _DAY


def _is_fact(term: Term, fact: Fact) -> bool:
    return key(term) == fact.id


def _compared(operator: str, bound: float | date, fact: Fact) -> Iterator[tuple[Value, Value]]:
    low: Value
    high: Value
    if isinstance(bound, date):
        low, high = bound - _DAY, bound + _DAY
    else:
        step = _STEPS.get(fact.type, _STEP)
        low, high = _rounded(bound - step, fact), _rounded(bound + step, fact)
    edges: dict[str, tuple[Value, Value]] = {
        ">=": (bound, low), ">": (high, bound), "<=": (bound, high), "<": (low, bound), "==": (bound, high),
    }  # fmt: skip
    met, missed = edges[operator]
    if all(_in_range(value, fact) for value in (met, missed)):
        yield met, missed


def _rounded(value: float, fact: Fact) -> float:
    return float(round(value)) if fact.type is FactType.INTEGER else round(value, 6)


def _in_range(value: Value, fact: Fact) -> bool:
    if fact.range is None or isinstance(value, bool | str | date | frozenset):
        return True
    return fact.range[0] <= value <= fact.range[1]


def _short(name: str) -> str:
    return name.split(".", 1)[1]


def _plain(value: Value) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value
