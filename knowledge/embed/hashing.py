"""An embedder that needs no training: for tests, and to try out an index before anything was learnt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from knowledge.index.terms import normalise, term_counts
from knowledge.index.types import Floats


class HashEmbedder:
    """Random projection of a text's terms; equal terms have equal directions, whatever the process.

    >>> HashEmbedder(dim=8).encode(["停车收费"]).shape
    (1, 8)
    """

    def __init__(self, dim: int = 64) -> None:
        self.dim = dim
        self.name = f"hash-{dim}"

    def encode(self, texts: Sequence[str]) -> Floats:
        """``float32[len(texts), dim]``, rows of length 1, or 0 for a text without terms."""
        out = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            for term, count in zip(*term_counts(normalise(text)), strict=True):
                out[row] += np.random.default_rng(int(term)).standard_normal(self.dim) * np.sqrt(count)
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """The same as ``encode``."""
        return self.encode(texts)
