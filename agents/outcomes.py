"""Every way a turn can end. Code may use no other; the words for each are in wording/outcomes.yaml."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The named ending of a turn."""

    ANSWERED = "answered"
    PARTLY_ANSWERED = "partly_answered"
    CONFLICT_REPORTED = "conflict_reported"
    NEEDS_FACT = "needs_fact"
    NOT_FOUND = "not_found"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    REDIRECTED = "redirected"
    REFUSED = "refused"
    REPEAT = "repeat"
    FOR_PERSON = "for_person"
    PETITION = "petition"
    SMALLTALK = "smalltalk"
    DEGRADED = "degraded"
    TIMED_OUT = "timed_out"
    INVALID_INPUT = "invalid_input"


# When several specialists answered one message, the ending that a reader must not miss names the turn.
PRECEDENCE = (
    Outcome.CONFLICT_REPORTED,
    Outcome.PARTLY_ANSWERED,
    Outcome.ANSWERED,
    Outcome.NEEDS_FACT,
    Outcome.PETITION,
    Outcome.FOR_PERSON,
    Outcome.SMALLTALK,
    Outcome.NOT_FOUND,
)

ANSWERS = frozenset({Outcome.ANSWERED, Outcome.PARTLY_ANSWERED, Outcome.CONFLICT_REPORTED})


def combine(outcomes: list[Outcome]) -> Outcome:
    """The ending of a turn whose parts ended as ``outcomes``."""
    if not outcomes:
        return Outcome.NOT_FOUND
    unique = set(outcomes)
    # A way to a person beside an answer takes nothing from the answer.
    if unique & ANSWERS and unique - ANSWERS - {Outcome.SMALLTALK, Outcome.FOR_PERSON, Outcome.PETITION}:
        return Outcome.CONFLICT_REPORTED if Outcome.CONFLICT_REPORTED in unique else Outcome.PARTLY_ANSWERED
    return min(unique, key=lambda outcome: PRECEDENCE.index(outcome) if outcome in PRECEDENCE else -1)
