"""What a simulated server saw, for whoever asks afterwards."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
_KEPT = 64


@dataclass
class Seen:
    """What a server saw. ``aborts``: requests whose client left before the end. ``bodies``: the last of them."""

    requests: int = 0
    aborts: int = 0
    finished: int = 0
    connections: int = 0
    by_model: Counter[str] = field(default_factory=Counter)
    bodies: deque[Json] = field(default_factory=lambda: deque(maxlen=_KEPT))
    headers: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=_KEPT))
