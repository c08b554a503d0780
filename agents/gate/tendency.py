"""Consultation or petition: a light tendency for the router, never a refusal.

Rules of the pack vote for kinds; the heaviest kind wins. A question about rules or procedure leans to an
answer, a concrete problem or a demand leans to a work order.
"""

from __future__ import annotations

from collections import Counter

from agents.gate.engine import Fired
from agents.gate.normal import Plain
from city.gate_rules import Kind, Route

_ANSWERED = frozenset({Kind.CONSULT, Kind.SMALLTALK, Kind.HUMAN})
# Where kinds tie, the one whose loss would cost the citizen most comes first.
_TIE_ORDER = (
    Kind.OWN_SERVICE, Kind.HUMAN, Kind.REPORT, Kind.COMPLAINT, Kind.HELP, Kind.CONSULT, Kind.SUGGESTION,
    Kind.PRAISE, Kind.SMALLTALK, Kind.OTHER,
)  # fmt: skip


def kind_of(fired: list[Fired], plain: Plain) -> tuple[Kind, tuple[str, ...]]:
    """The likeliest kind and the notes of the rules that spoke for it."""
    votes: Counter[Kind] = Counter()
    for one in fired:
        if one.rule.kind is not None:
            votes[one.rule.kind] += one.rule.weight
    if plain.question:
        votes[Kind.CONSULT] += 1
    if not votes:
        return Kind.OTHER, ()
    best = max(votes, key=lambda kind: (votes[kind], -_TIE_ORDER.index(kind)))
    return best, tuple(one.rule.note for one in fired if one.rule.kind is best and one.rule.note)


def route_of(kind: Kind) -> Route:
    """Answer or work order, where no rule of the gate stopped the message."""
    return Route.ANSWER if kind in _ANSWERED else Route.DISPATCH
