"""For whom an engine works, how long it may take, and what it took: one `Call` per turn, shared by all its tasks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Literal

Lane = Literal["chat", "batch"]
"""Somebody waits for ``chat``; ``batch`` takes what chat leaves."""


@dataclass(frozen=True)
class Served:
    """One answer of an engine. Tokens are 0 where no model was asked; ``cached`` of ``prompt`` needed no reading."""

    task: str
    engine: str
    seconds: float = 0.0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    written_tokens: int = 0
    degraded: bool = False


@dataclass(frozen=True)
class Call:
    """Who asks. ``deadline`` is a reading of ``time.monotonic``; ``served`` fills as engines answer.

    ``session`` keeps the calls of a talk at one server, where its prompt is known; ``domain`` is the trust domain whose
    callers may share what a server keeps of prompts. Both come from the server side, never from the caller.
    """

    session: str = ""
    domain: str = ""
    lane: Lane = "chat"
    deadline: float | None = None
    degraded: bool = False
    served: list[Served] = field(default_factory=list)

    def left(self, most: float) -> float:
        """Seconds that may still be spent, at most ``most``; never negative."""
        if self.deadline is None:
            return most
        return max(0.0, min(most, self.deadline - time.monotonic()))

    def fallen(self) -> Call:
        """The same call, served by a lower step of the ladder: what is recorded says so."""
        return replace(self, degraded=True)

    def record(self, served: Served) -> None:
        """Note what an engine has done for this call."""
        self.served.append(replace(served, degraded=self.degraded))

    @property
    def is_degraded(self) -> bool:
        """Whether anything was served by a lower step."""
        return any(one.degraded for one in self.served)
