"""A condition line by line on one profile, and what would have to be otherwise for it to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.eligibility.facts import Value
from knowledge.eligibility.ir import All, AnyOf, AtLeast, Condition, Fixed, Leaf, Not, Truth, leaves
from knowledge.eligibility.rowwise import judge


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
