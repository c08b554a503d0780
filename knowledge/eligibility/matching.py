"""One profile against the rules: status, amount, what is missing, and a trace clause by clause."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.compiling import CompiledBenefit, CompiledPolicy, compile_gate
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
    Truth,
    Within,
    leaves,
)
from knowledge.eligibility.profiles import Profile
from knowledge.eligibility.rowwise import judge, term
from knowledge.eligibility.rules import PERIODS


class Status(StrEnum):
    """What a rule says of a profile.

    ``likely`` means that nothing is open but what is taken for granted until the unit has checked it.
    """

    ELIGIBLE = "eligible"
    LIKELY = "likely"
    NEEDS = "needs_facts"
    NOT = "not"


POSITIVE = frozenset({Status.ELIGIBLE, Status.LIKELY})


@dataclass(frozen=True)
class Due:
    """What a benefit comes to. ``amount`` is for one period, in yuan; None where it is not money or not known yet."""

    id: str
    name: str
    status: Status
    amount: float | None
    at_most: float | None
    per: str
    times: float | None
    gives: str
    needs: tuple[str, ...] = ()

    @property
    def worth(self) -> float | None:
        """What it comes to within a year."""
        if self.amount is None:
            return None
        return fen(self.amount * min(self.times if self.times is not None else math.inf, PERIODS[self.per]))


@dataclass(frozen=True)
class Line:
    """One line of a trace: a test or a group, with its truth."""

    path: str
    depth: int
    kind: str
    truth: Truth
    condition: Condition
    quotes: tuple[str, ...] = ()
    decisive: bool = False


@dataclass(frozen=True)
class Match:
    """What one rule says of one profile on one day. ``worth`` is what it gives within a year, in yuan."""

    policy: str
    status: Status
    as_of: date
    benefits: tuple[Due, ...]
    worth: float | None
    missing: tuple[str, ...]
    assumed: tuple[str, ...]
    changes: tuple[tuple[str, ...], ...] = field(default=())


HALF = 0.5 + 1e-6
"""Half a cent, and a little for what binary fractions take away: 0.285 yuan are 29 cents."""


def fen(value: float) -> float:
    """``value`` rounded half up to the cent. The same arithmetic as in `bulk`, so that both give one number."""
    return math.floor(value * 100 + HALF) / 100


def status_of(condition: Condition, values: Mapping[str, Value], assumed: Mapping[str, Value]) -> Status:
    """The status of a condition: by what is known, and where that leaves it open, by what is taken for granted."""
    holds = judge(condition)
    truth = holds(values)
    if truth is not None:
        return Status.ELIGIBLE if truth else Status.NOT
    return Status.LIKELY if assumed and holds({**assumed, **values}) is True else Status.NEEDS


def benefit_status(one: CompiledBenefit, values: Mapping[str, Value], assumed: Mapping[str, Value]) -> Status:
    """The status of a benefit: its conditions, and that its amount is not known to come to nothing.

    An amount that cannot be worked out yet holds nothing up, unless what is taken for granted settles it.
    """
    base = status_of(one.root, values, assumed)
    if base is Status.NOT or not one.pays:
        return base
    stated = payable(one, values)
    if stated is not None:
        return base if stated else Status.NOT
    granted = payable(one, {**assumed, **values})
    if granted is None or base is Status.NEEDS:
        return base
    return Status.LIKELY if granted else Status.NEEDS


def rule_status(rule: CompiledPolicy, values: Mapping[str, Value], assumed: Mapping[str, Value]) -> Status:
    """The status of a rule: that of its best benefit."""
    if judge(rule.conditions)(values) is False:
        return Status.NOT
    best = Status.NOT
    for one in rule.benefits:
        found = benefit_status(one, values, assumed)
        if _RANK[found] < _RANK[best]:
            best = found
            if best is Status.ELIGIBLE:
                break
    return best


def match(book: RuleBook, rule: CompiledPolicy, profile: Profile) -> Match:
    """What ``rule`` says of ``profile``."""
    assumed = {k: v for k, v in book.assumed(rule.facts).items() if k not in profile.values}
    filled = {**assumed, **profile.values}
    if judge(rule.conditions)(profile.values) is False:
        none = tuple(_nothing(one) for one in rule.benefits)
        return Match(rule.id, Status.NOT, rule.as_of, none, None, (), ())
    benefits = tuple(_due(book, one, profile, assumed) for one in rule.benefits)
    status = min((due.status for due in benefits), key=_RANK.__getitem__, default=Status.NOT)
    open_ = wanted(book, rule, profile.values, assumed) if status is Status.NEEDS else ()
    granted = _granted(rule, profile, assumed) if status is Status.LIKELY else ()
    worth = _worth(rule, benefits, filled) if status in POSITIVE else None
    return Match(rule.id, status, rule.as_of, benefits, worth, open_, granted)


def wanted(
    book: RuleBook, rule: CompiledPolicy, values: Mapping[str, Value], assumed: Mapping[str, Value]
) -> tuple[str, ...]:
    """The facts to ask for so that an open rule is settled: as far as they can be asked for now, and without those that
    are taken for granted, unless nothing else is open.
    """
    filled = {**assumed, **values}
    found = missing(book, rule.root, filled) or missing(book, rule.root, values)
    if not found:
        amounts = [one.amount for one in rule.benefits if one.amount is not None]
        found = tuple(dict.fromkeys(name for amount in amounts for name in missing_of_term(book, amount, values)))
    return gates_of(book, rule.as_of).askable(found, values)


def match_all(book: RuleBook, profile: Profile, as_of: date, names: Iterable[str] | None = None) -> list[Match]:
    """Every rule in force on ``as_of`` for this kind of subject (or those of ``names``), best first."""
    wanted = None if names is None else set(names)
    rules = [p for p in book.in_force(as_of, profile.subject) if wanted is None or p.id in wanted]
    found = [match(book, book.compiled(policy.id, as_of), profile) for policy in rules]
    return sorted(found, key=lambda one: (_RANK[one.status], -(one.worth or 0.0), len(one.missing), one.policy))


_RANK = {Status.ELIGIBLE: 0, Status.LIKELY: 1, Status.NEEDS: 2, Status.NOT: 3}


def _due(book: RuleBook, one: CompiledBenefit, profile: Profile, assumed: Mapping[str, Value]) -> Due:
    values, benefit = profile.values, one.benefit
    status = benefit_status(one, values, assumed)
    amount = at_most = None
    needs: tuple[str, ...] = ()
    times = None
    if status is not Status.NOT and one.amount is not None:
        filled = {**assumed, **values}
        amount = payable(one, filled)
        at_most = _number(one.cap, filled)
        if amount is None:
            needs = tuple(dict.fromkeys(missing_of_term(book, one.amount, filled)))
    if benefit.times is not None:
        times = _number(one.times, {**assumed, **values})
    return Due(benefit.id, benefit.name, status, amount, at_most, benefit.per, times, benefit.gives, needs)


def _nothing(one: CompiledBenefit) -> Due:
    benefit = one.benefit
    return Due(benefit.id, benefit.name, Status.NOT, None, None, benefit.per, None, benefit.gives)


def payable(benefit: CompiledBenefit, values: Mapping[str, Value]) -> float | None:
    """The amount for one period after the cap, None while a fact is missing."""
    amount = _number(benefit.amount, values)
    if amount is None:
        return None
    if benefit.cap is not None:
        cap = _number(benefit.cap, values)
        if cap is None:
            return None
        amount = min(amount, cap)
    return fen(max(amount, 0.0))


LARGEST = 1e15
"""A sum beyond this many yuan is none that can be told."""


def _number(node: Term | None, values: Mapping[str, Value]) -> float | None:
    found = None if node is None else term(node)(values)
    return None if found is None or isinstance(found, date) or not abs(found) <= LARGEST else float(found)


def _worth(rule: CompiledPolicy, benefits: Sequence[Due], values: Mapping[str, Value]) -> float | None:
    known = [due.worth for due in benefits if due.status in POSITIVE and due.worth is not None]
    if not known:
        return None
    total = max(known) if rule.policy.combine == "highest" else sum(known)
    cap = _number(rule.cap, values)
    return fen(total if cap is None else min(total, cap))


def _granted(rule: CompiledPolicy, profile: Profile, assumed: Mapping[str, Value]) -> tuple[str, ...]:
    """The facts taken for granted without which the rule would be open."""
    holds = judge(rule.root)
    full = {**assumed, **profile.values}
    return tuple(name for name in assumed if holds({k: v for k, v in full.items() if k != name}) is not True) or tuple(
        assumed
    )


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


def trace(condition: Condition, values: Mapping[str, Value], depth: int = 0) -> list[Line]:
    """Every test and group of ``condition`` with its truth. ``decisive`` marks what settles the whole as it is."""
    return _trace(condition, values, depth, decisive=True)


def _trace(condition: Condition, values: Mapping[str, Value], depth: int, *, decisive: bool) -> list[Line]:
    truth, node = judge(condition)(values), condition.node
    kind = type(condition).__name__.lower()
    lines = [Line(node.path, depth, kind, truth, condition, node.quotes, decisive)]
    match condition:
        case Leaf():
            return lines
        case Not(of, _):
            parts: tuple[Condition, ...] = (of,)
        case All(of, _) | AnyOf(of, _) | AtLeast(_, of, _):
            parts = of
    wanted = (not truth if isinstance(condition, Not) else truth) if truth is not None else None
    for part in parts:
        own = decisive and judge(part)(values) is wanted
        lines += _trace(part, values, depth + 1, decisive=own)
    return lines


def what_would_change(condition: Condition, values: Mapping[str, Value]) -> tuple[tuple[Leaf, ...], ...]:
    """For a condition that does not hold: the fewest failed tests that would have to turn out otherwise.

    Each group is one way; groups of one come first. Tests that cannot be told count as holding here, since they are
    asked for apart.
    """
    truths = {leaf: judge(leaf)(values) for leaf in leaves(condition)}
    found = [way for way in _ways(condition, truths, wanted=True) if way]  # an empty one: no test has failed
    return tuple(sorted(found, key=len)[:MOST_WAYS])


MOST_WAYS = 4


def _ways(condition: Condition, truths: Mapping[Leaf, Truth], *, wanted: bool) -> list[tuple[Leaf, ...]]:
    """Sets of tests to turn so that ``condition`` is ``wanted``."""
    match condition:
        case Leaf(test, _):
            if isinstance(test, Fixed):
                return [()] if test.value in (wanted, None) else []
            return [()] if truths[condition] in (wanted, None) else [(condition,)]
        case Not(of, _):
            return _ways(of, truths, wanted=not wanted)
        case All(of, _):
            parts = [_ways(one, truths, wanted=wanted) for one in of]
            return _product(parts) if wanted else _union(parts)
        case AnyOf(of, _):
            parts = [_ways(one, truths, wanted=wanted) for one in of]
            return _union(parts) if wanted else _product(parts)
        case AtLeast(count, of, _):
            parts = [_ways(one, truths, wanted=wanted) for one in of]
            need = count if wanted else len(of) - count + 1
            cheapest = sorted((min(p, key=len) for p in parts if p), key=len)[:need]
            return [tuple(leaf for way in cheapest for leaf in way)] if len(cheapest) == need else []


def _union(parts: Sequence[list[tuple[Leaf, ...]]]) -> list[tuple[Leaf, ...]]:
    return sorted((way for part in parts for way in part), key=len)[:MOST_WAYS]


def _product(parts: Sequence[list[tuple[Leaf, ...]]]) -> list[tuple[Leaf, ...]]:
    found: list[tuple[Leaf, ...]] = [()]
    for part in parts:
        found = sorted(((*one, *other) for one in found for other in part), key=len)[:MOST_WAYS]
    return found


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
