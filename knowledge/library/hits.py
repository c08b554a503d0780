"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.model import Metadata, Provision


@dataclass(frozen=True, slots=True)
class Parts:
    """What made a score: each in the index's own scale, for explanation only."""

    keyword: float = 0.0
    dense: float = 0.0
    memory: float = 0.0
    rerank: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A provision found. ``score`` is in [0, 1] and comparable between queries.

    ``without`` names the stages of search (``dense``, ``rerank``) that were left out, their model being out of reach.
    """

    provision: Provision
    meta: Metadata
    score: float
    parts: Parts
    snapshot: str
    without: tuple[str, ...] = ()
