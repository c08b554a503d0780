"""What every reranker's scores go through before they are believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from city.errors import BadInput
from knowledge.index.types import Floats

LONGEST = 2_000
"""Characters of a text that are read: a provision says what it is about within them, and somebody waits."""


def of_said(texts: Sequence[str], score: Callable[[list[str]], Floats], who: str) -> Floats:
    """``score`` of the texts that say something, 0 for the others. Raises ``BadInput`` for scores outside [0, 1]."""
    out = np.zeros(len(texts), np.float32)
    said = [row for row, text in enumerate(texts) if text.strip()]
    if not said:
        return out
    scores = np.asarray(score([texts[row][:LONGEST] for row in said]), np.float32)
    if scores.shape != (len(said),):
        raise BadInput(f"{who} gave scores of shape {scores.shape} for {len(said)} texts; is it a reranker?")
    if not np.isfinite(scores).all() or scores.min() < 0 or scores.max() > 1:
        raise BadInput(f"{who} gives scores outside 0 and 1; let it put its logits through the sigmoid")
    out[said] = scores
    return out
