"""What a reranker is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from knowledge.index.types import Floats


class Reranker(Protocol):
    """Reads a question and each text together: ``reranker.rerank("停车收费", texts)`` is ``float32[len(texts)]``."""

    @property
    def name(self) -> str:
        """Which model it is."""

    def rerank(self, query: str, texts: Sequence[str]) -> Floats:
        """How well each text answers the question, ``float32[len(texts)]`` in [0, 1]; 0 for a blank text.

        Raises ``TryAgain`` where the model cannot be reached in time, ``NotFound``, ``Refused`` or ``BadInput`` where
        it never will.
        """
