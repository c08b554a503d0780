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
    FILED = "filed"
    PROGRESS = "progress"
    NO_DATA = "no_data"
    NOT_CURRENT = "not_current"
    CANNOT_COMPUTE = "cannot_compute"
    NOT_ALLOWED = "not_allowed"
    SMALLTALK = "smalltalk"
    DEGRADED = "degraded"
    TIMED_OUT = "timed_out"
    INVALID_INPUT = "invalid_input"


# When several specialists answered one message, the ending that a reader must not miss names the turn.
PRECEDENCE = (
    Outcome.CONFLICT_REPORTED,
    Outcome.PARTLY_ANSWERED,
    Outcome.ANSWERED,
    Outcome.FILED,
    Outcome.PROGRESS,
    Outcome.PETITION,
    Outcome.NEEDS_FACT,
    Outcome.FOR_PERSON,
    Outcome.SMALLTALK,
    Outcome.NOT_ALLOWED,
    Outcome.NOT_CURRENT,
    Outcome.CANNOT_COMPUTE,
    Outcome.NO_DATA,
    Outcome.NOT_FOUND,
)

ANSWERS = frozenset({Outcome.ANSWERED, Outcome.PARTLY_ANSWERED, Outcome.CONFLICT_REPORTED})
_BESIDE = frozenset({Outcome.SMALLTALK, Outcome.FOR_PERSON, Outcome.PETITION, Outcome.FILED, Outcome.PROGRESS})
"""What takes nothing from an answer beside it."""


def combine(outcomes: list[Outcome]) -> Outcome:
    """The ending of a turn whose parts ended as ``outcomes``."""
    if not outcomes:
        return Outcome.NOT_FOUND
    unique = set(outcomes)
    if unique & ANSWERS and unique - ANSWERS - _BESIDE:
        return Outcome.CONFLICT_REPORTED if Outcome.CONFLICT_REPORTED in unique else Outcome.PARTLY_ANSWERED
    return min(unique, key=lambda outcome: PRECEDENCE.index(outcome) if outcome in PRECEDENCE else -1)
