"""What model servers, and proxies before them, do badly: each was measured on vLLM or is in its issues."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A way to misbehave."""

    FULL = "full"
    """503 with a body."""
    TOO_MANY = "too_many"
    """429."""
    ERROR_EVENT = "error_event"
    """An error event in the stream, ``code`` in its body, after ``after`` tokens; without a stream, a 200 with it."""
    HALF = "half"
    """The first half of the answer, with the finish reason ``length``."""
    ONLY_REASONING = "only_reasoning"
    """No content: all tokens went into the field ``reasoning``."""
    REASONING = "reasoning"
    """The field ``reasoning`` first, then the answer."""
    THINK_MARKS = "think_marks"
    """``<think>…</think>`` in the content, before the answer; in a stream cut between tokens."""
    STALL = "stall"
    """Silence for ``seconds`` after ``after`` tokens."""
    COMMENTS = "comments"
    """The same, with keep-alive comments flowing."""
    RESET = "reset"
    """The connection is reset after ``after`` tokens, and before the first byte where that is 0."""
    DRAINING = "draining"
    """500, as while shutting down."""
    PAGE = "page"
    """A proxy's HTML page with the status ``code``."""
    NO_DONE = "no_done"
    """A stream that ends without ``[DONE]``."""
    FREE_TEXT = "free_text"
    """``response_format`` is ignored."""
    BLANKS = "blanks"
    """Blanks up to ``max_tokens``."""
    NOISE = "noise"
    """Well-formed JSON that is no chat completion."""


@dataclass(frozen=True)
class Trouble:
    """One misbehaviour. Example: ``Trouble(Kind.STALL, after=3, seconds=5)``."""

    kind: Kind
    after: int = 0
    seconds: float = 3600.0
    code: int = 503
