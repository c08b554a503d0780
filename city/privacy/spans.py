"""What a detector hands over: a span of the original text, and how overlapping spans are settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

SpanType = Literal[
    "id_card",
    "mobile",
    "landline",
    "bank_card",
    "plate",
    "credit_code",
    "passport",
    "email",
    "address",
    "name",
]
SPAN_TYPES: tuple[SpanType, ...] = get_args(SpanType)

# Who wins where two detectors claim the same characters: what carries a check digit or a fixed form first.
_PRECEDENCE: tuple[SpanType, ...] = (
    "email",
    "id_card",
    "credit_code",
    "bank_card",
    "passport",
    "plate",
    "mobile",
    "landline",
    "address",
    "name",
)
_RANK = {kind: rank for rank, kind in enumerate(_PRECEDENCE)}


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive, code points of the text given) hold personal data of ``type``."""

    start: int
    end: int
    type: SpanType


def settle(candidates: Iterable[Span]) -> list[Span]:
    """The winners among ``candidates``, none overlapping another, in text order. O(n log n)."""
    winners: list[Span] = []
    for span in sorted(candidates, key=lambda s: (s.start, _RANK[s.type], -s.end)):
        if not winners or span.start >= winners[-1].end:
            winners.append(span)
        elif _stronger(span, winners[-1]):
            winners[-1] = span
    return winners


def _stronger(span: Span, rival: Span) -> bool:
    mine, theirs = _RANK[span.type], _RANK[rival.type]
    return (mine, rival.end - rival.start) < (theirs, span.end - span.start)
