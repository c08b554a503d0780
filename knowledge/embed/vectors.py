"""What every model's vectors go through before they are believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from city.errors import BadInput
from knowledge.index.types import Floats

LONGEST = 24_000
"""Characters of a text that are read at most; models cut at their own limit, which is shorter."""
_NOUGHT = 1e-9


def unit_rows(vectors: Floats, dim: int, who: str) -> Floats:
    """Rows of length 1, of their first ``dim`` components (0: all).

    Raises ``BadInput`` where there are fewer components, or a row is not finite or nought.
    """
    if vectors.ndim != 2 or not vectors.shape[1] or vectors.shape[1] < dim:
        shape = " × ".join(str(size) for size in vectors.shape)
        raise BadInput(f"{who} gives vectors of shape {shape}, at least {dim or 1} components are wanted")
    cut = np.asarray(vectors[:, :dim] if dim else vectors, np.float32)
    norms = np.linalg.norm(cut, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or (norms < _NOUGHT).any():
        raise BadInput(f"{who} gives vectors that are not finite or nought; its weights or its precision are at fault")
    return np.asarray(cut / norms, np.float32)


def of_said(texts: Sequence[str], encode: Callable[[list[str]], Floats], dim: Callable[[], int]) -> Floats:
    """``encode`` of the texts that say something, ``float32[len(texts), dim]``; blank ones have a row of noughts."""
    said = [row for row, text in enumerate(texts) if text.strip()]
    found = encode([texts[row][:LONGEST] for row in said]) if said else np.zeros((0, dim()), np.float32)
    if len(said) == len(texts):
        return found
    out = np.zeros((len(texts), found.shape[1]), np.float32)
    out[said] = found
    return out
