"""Values of which not everything is known: a number between two bounds, a truth or a word that may be open.

A formula over them is determined as soon as what is known determines it: a top that is not told, but lies above eaves
of 70 m, already breaks a limit of 60 m. ``lacks`` names what would have to be told to know more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

Lacks = frozenset[str]
NOTHING: Lacks = frozenset()
_SLACK = 1e-9
"""Relative slack of comparisons: 2.2 × 64,000 ÷ 64,000 is still 2.2."""


@dataclass(frozen=True)
class Number:
    """A number in ``[least, most]``."""

    least: float
    most: float
    lacks: Lacks = NOTHING

    @classmethod
    def of(cls, value: float) -> Number:
        """A number that is known."""
        return cls(value, value)

    @property
    def is_known(self) -> bool:
        """Whether it is one number."""
        return self.least == self.most

    def plus(self, other: Number) -> Number:
        """Their sum."""
        return Number(self.least + other.least, self.most + other.most, self.lacks | other.lacks)

    def minus(self, other: Number) -> Number:
        """Their difference."""
        return Number(self.least - other.most, self.most - other.least, self.lacks | other.lacks)

    def times(self, other: Number) -> Number:
        """Their product."""
        ends = [_product(a, b) for a in (self.least, self.most) for b in (other.least, other.most)]
        return Number(min(ends), max(ends), self.lacks | other.lacks)

    def over(self, other: Number) -> Number:
        """Their quotient; a divisor that may be zero, as a total that is not told, leaves it open upwards."""
        lacks = self.lacks | other.lacks
        if other.least <= 0:
            return Number(0.0 if self.least >= 0 else -math.inf, math.inf, lacks)
        ends = [_quotient(a, b) for a in (self.least, self.most) for b in (other.least, other.most)]
        return Number(min(ends), max(ends), lacks)


@dataclass(frozen=True)
class Truth:
    """Yes, no, or open (None)."""

    holds: bool | None
    lacks: Lacks = NOTHING

    def negated(self) -> Truth:
        """Not this."""
        return self if self.holds is None else Truth(not self.holds)


@dataclass(frozen=True)
class Word:
    """A word, or an open one (None)."""

    text: str | None
    lacks: Lacks = NOTHING


@dataclass(frozen=True)
class Untold:
    """A list or a part of which nothing is told."""

    lacks: Lacks


def compare(left: Number, sign: str, right: Number) -> Truth:
    """``left sign right`` for one of < <= > >= ==."""
    if sign in (">", ">="):
        return compare(right, "<" if sign == ">" else "<=", left)
    slack = _SLACK * max(1.0, _finite(left), _finite(right))
    lacks = left.lacks | right.lacks
    if sign == "==":
        if left.is_known and right.is_known:
            return Truth(abs(left.least - right.least) <= slack)
        apart = left.most < right.least - slack or right.most < left.least - slack
        return Truth(False) if apart else Truth(None, lacks)
    if sign == "<=":
        sure, never = left.most <= right.least + slack, left.least > right.most + slack
    else:
        sure, never = left.most < right.least - slack, left.least >= right.most - slack
    return Truth(True) if sure else Truth(False) if never else Truth(None, lacks)


def conjunction(truths: Iterable[Truth]) -> Truth:
    """All of them: no where one is no, open where none is no and one is open."""
    lacks: Lacks = NOTHING
    is_open = False
    for truth in truths:
        if truth.holds is False:
            return truth
        is_open, lacks = is_open or truth.holds is None, lacks | truth.lacks
    return Truth(None, lacks) if is_open else Truth(True)


def disjunction(truths: Iterable[Truth]) -> Truth:
    """One of them."""
    return conjunction(truth.negated() for truth in truths).negated()


def hull(numbers: Iterable[Number], lacks: Lacks = NOTHING) -> Number:
    """One of several numbers, it is open which."""
    all_ = list(numbers)
    for one in all_:
        lacks = lacks | one.lacks
    return Number(min(n.least for n in all_), max(n.most for n in all_), lacks)


def smallest(numbers: Iterable[Number]) -> Number:
    """The least of them."""
    all_ = list(numbers)
    return Number(min(n.least for n in all_), min(n.most for n in all_), _lacks(all_))


def largest(numbers: Iterable[Number]) -> Number:
    """The greatest of them."""
    all_ = list(numbers)
    return Number(max(n.least for n in all_), max(n.most for n in all_), _lacks(all_))


def total(numbers: Iterable[Number]) -> Number:
    """Their sum."""
    found = Number.of(0.0)
    for number in numbers:
        found = found.plus(number)
    return found


def _lacks(numbers: Iterable[Number]) -> Lacks:
    return frozenset().union(*(n.lacks for n in numbers))


def _product(a: float, b: float) -> float:
    return 0.0 if 0.0 in (a, b) else a * b


def _quotient(a: float, b: float) -> float:
    if math.isinf(b):
        return 0.0
    return a / b


def _finite(number: Number) -> float:
    return max((abs(end) for end in (number.least, number.most) if not math.isinf(end)), default=0.0)
