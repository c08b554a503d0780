"""The compiled form of a rule: small frozen nodes with no names left to look up and no day left open.

``rowwise`` evaluates them on one profile, ``columns`` turns the same nodes into Polars expressions. Truth is
three-valued (Kleene 1938): True, False, and None for unknown; a number that cannot be computed is None as well.

Nodes are compared by identity, so that what is made of one (a function, an expression) is kept beside it at no cost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Truth = bool | None
Number = float | None
Operator = Literal[">=", ">", "<=", "<", "==", "!="]


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A fact as the profile states it."""

    fact: str
    kind: Literal["number", "date", "boolean", "code", "codes"]


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A number, or a day as a date."""

    value: float | date


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """What is stated, and where nothing is, what can be computed."""

    stated: Given
    computed: Term


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic:
    """Two numbers combined. Division by zero cannot be computed."""

    operator: Literal["+", "-", "*", "/", "min", "max"]
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Elapsed:
    """Complete days, months or years from a day to ``as_of``; negative before it.

    A month is complete on the same day of the month, or on its last day where it has no such day (Civil Code, article
    202): from 31 January one is complete on 28 February. ``calendar_months`` counts from month to month whatever the
    day: from 31 January to 1 February it is one.
    """

    unit: Literal["days", "months", "years", "calendar_months"]
    since: Term
    as_of: date


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A number by the code that a fact holds; ``otherwise`` for codes that are not named."""

    fact: Given
    table: tuple[tuple[str, float], ...]
    otherwise: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Brackets:
    """A number by the bracket in which another number lies: ``steps`` are (lower bound inclusive, value), ascending."""

    term: Term
    steps: tuple[tuple[float, float], ...]
    below: float


@dataclass(frozen=True, slots=True, eq=False)
class Dated:
    """The value that stood on the day which a date fact holds: ``steps`` are (first day, term), ascending.

    Before the first day there is none.
    """

    day: Term
    steps: tuple[tuple[date, Term], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """The number of the first case that holds. A case that is unknown leaves the number unknown."""

    cases: tuple[tuple[Condition, Term], ...]
    otherwise: Term


Term = Given | Constant | Either | Arithmetic | Elapsed | Lookup | Brackets | Dated | Cases


@dataclass(frozen=True, slots=True, eq=False)
class Compare:
    """Two numbers or two days compared."""

    operator: Operator
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Within:
    """A day from ``first`` to ``last``, both inclusive."""

    day: Term
    first: date
    last: date


@dataclass(frozen=True, slots=True, eq=False)
class Says:
    """A boolean fact that is as wanted."""

    fact: Given
    wanted: bool


@dataclass(frozen=True, slots=True, eq=False)
class Among:
    """A coded fact by its code: ``yes`` is true, ``coarse`` cannot be told, every other code is false."""

    fact: Given
    yes: frozenset[str]
    coarse: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Holds:
    """A set of codes that has any, all or none of ``codes``."""

    fact: Given
    codes: frozenset[str]
    how: Literal["any", "all", "none"] = "any"


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """A truth known when the rule was compiled."""

    value: Truth


Test = Compare | Within | Says | Among | Holds | Fixed


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Where a condition stands in the rule's file, for traces and messages."""

    path: str
    says: str = ""
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class All:
    """Every condition holds."""

    of: tuple[Condition, ...]
    node: Node = field(default=Node(""))


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    """One condition at least holds."""

    of: tuple[Condition, ...]
    node: Node = field(default=Node(""))


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """The condition does not hold."""

    of: Condition
    node: Node = field(default=Node(""))


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast:
    """So many of the conditions hold."""

    count: int
    of: tuple[Condition, ...]
    node: Node = field(default=Node(""))


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A test of a fact, with its place in the file."""

    test: Test
    node: Node = field(default=Node(""))


Condition = All | AnyOf | Not | AtLeast | Leaf


def is_day(node: Term) -> bool:
    """Whether a term is a day rather than a number."""
    match node:
        case Given(_, kind):
            return kind == "date"
        case Constant(value):
            return isinstance(value, date)
        case Dated(_, steps):
            return is_day(steps[0][1])
        case _:
            return False


def facts_of(part: Condition | Term | Test) -> frozenset[str]:  # noqa: C901  # one case for each kind of node
    """The ids of all facts that a node reads."""
    match part:
        case Given(fact):
            return frozenset({fact})
        case Constant() | Fixed():
            return frozenset()
        case Either(stated, computed):
            return facts_of(stated) | facts_of(computed)
        case Arithmetic(_, left, right) | Compare(_, left, right):
            return facts_of(left) | facts_of(right)
        case Elapsed(_, since, _):
            return facts_of(since)
        case Says(fact, _) | Among(fact, _, _) | Holds(fact, _, _) | Lookup(fact, _, _):
            return facts_of(fact)
        case Brackets(term, _, _) | Within(term, _, _):
            return facts_of(term)
        case Dated(day, steps):
            return facts_of(day).union(*(facts_of(term) for _, term in steps))
        case Cases(cases, otherwise):
            return facts_of(otherwise).union(*(facts_of(c) | facts_of(t) for c, t in cases))
        case Leaf(test, _):
            return facts_of(test)
        case Not(of, _):
            return facts_of(of)
        case All(of, _) | AnyOf(of, _) | AtLeast(_, of, _):
            return frozenset().union(*(facts_of(one) for one in of))


def leaves(condition: Condition) -> tuple[Leaf, ...]:
    """The tests of a condition in the order in which they are written."""
    match condition:
        case Leaf():
            return (condition,)
        case Not(of, _):
            return leaves(of)
        case All(of, _) | AnyOf(of, _) | AtLeast(_, of, _):
            return tuple(leaf for one in of for leaf in leaves(one))
