"""A new version beside the old on recorded traffic: how often it replies otherwise, and where."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from eval.replay.replayer import Taken

_PARTS = ("outcome", "route", "code", "specialists", "cited", "lines", "orders", "options", "text")
"""From what weighs most to what weighs least."""


class Changed(BaseModel):
    """A turn whose reply is another one. ``parts``: what of it; a change of ``text`` alone is one of wording."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    thread: str
    at: str
    text: str
    parts: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]


class ShadowReport(BaseModel):
    """What changed. ``moves``: how often an outcome became another; times in ms, of this machine."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    turns: int
    same: int
    differ: dict[str, int] = Field(description="turns in which this part of the reply differs")
    moves: dict[str, int]
    emergencies_lost: int = Field(description="turns that showed a number to call then and show none now")
    p50_ms: float
    p95_ms: float
    changed: tuple[Changed, ...]

    def lines(self) -> Iterator[str]:
        """For the terminal."""
        for one in self.changed:
            yield f"{one.thread} {one.at} {', '.join(one.parts)}: {one.text[:60]}"
            yield from (f"    {part}: {one.before[part]} → {one.after[part]}" for part in one.parts if part != "text")
        yield f"{self.turns} turns, {self.same} the same; p50 {self.p50_ms:.0f} ms, p95 {self.p95_ms:.0f} ms"
        yield from (f"  {part} differs in {count}" for part, count in self.differ.items() if count)
        yield from (f"  {move}: {count}" for move, count in self.moves.items())
        if self.emergencies_lost:
            yield f"  NUMBERS TO CALL LOST: {self.emergencies_lost}"


def shadowed(taken: Sequence[Taken]) -> ShadowReport:
    """Compare what was replied with what would be."""
    changed = [one for each in taken if (one := _changed(each))]
    times = sorted(each.ms for each in taken) or [0.0]
    moves = Counter(f"{one.before['outcome']} → {one.after['outcome']}" for one in changed if "outcome" in one.parts)
    return ShadowReport(
        turns=len(taken),
        same=len(taken) - len(changed),
        differ={part: sum(part in one.parts for one in changed) for part in _PARTS},
        moves=dict(moves.most_common()),
        emergencies_lost=sum(bool(one.before["lines"]) and not one.after["lines"] for one in changed),
        p50_ms=statistics.median(times),
        p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))],
        changed=tuple(changed),
    )


def _changed(one: Taken) -> Changed | None:
    before, after = _parts(one.record.answer), _parts(one.answer)
    parts = tuple(part for part in _PARTS if before[part] != after[part])
    if not parts:
        return None
    return Changed(
        thread=one.record.thread,
        at=one.record.at.isoformat(),
        text=one.record.text,
        parts=parts,
        before=before,
        after=after,
    )


def _parts(answer: dict[str, Any]) -> dict[str, Any]:
    cited = sorted({citation["provision"] for citation in answer.get("citations", ())})
    return {part: cited if part == "cited" else answer.get(part) for part in _PARTS}
