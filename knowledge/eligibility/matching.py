"""One profile against the rules: status, amount, what is missing, and a trace clause by clause."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.compiling import CompiledBenefit, CompiledPolicy
from knowledge.eligibility.facts import Value
from knowledge.eligibility.ir import (
    Condition,
    Term,
)
from knowledge.eligibility.missing import gates_of, missing, missing_of_term
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
