"""Texts as weighted bags of runs of characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from knowledge.index.terms import normalise

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LONGEST = 3


def grams(text: str, longest: int = LONGEST) -> dict[str, int]:
    """How often each run of 1 to ``longest`` letters, digits or ideographs occurs; the rest is left out."""
    plain = "".join(c for c in normalise(text) if c.isalnum())
    found: dict[str, int] = {}
    for size in range(1, longest + 1):
        for at in range(len(plain) - size + 1):
            gram = plain[at : at + size]
            found[gram] = found.get(gram, 0) + 1
    return found


class Bags:
    """TF-IDF over the runs of characters that at least two of ``texts`` hold; ``rows`` are the texts themselves."""

    def __init__(self, texts: Sequence[str], longest: int = LONGEST) -> None:
        self._longest = longest
        counts = [grams(text, longest) for text in texts]
        held: dict[str, int] = {}
        for bag in counts:
            for gram in bag:
                held[gram] = held.get(gram, 0) + 1
        # A run seen once cannot make two texts alike.
        kept = sorted(gram for gram, holders in held.items() if holders > 1)
        self._place = {gram: place for place, gram in enumerate(kept)}
        self._idf = np.log((1 + len(texts)) / (1 + np.array([held[gram] for gram in kept], float))) + 1
        self.rows = self._weighted(counts)

    def of(self, texts: Sequence[str]) -> csr_array:
        """``float32[texts, runs]``: rows of length 1, or 0 where nothing is known."""
        return self._weighted([grams(text, self._longest) for text in texts])

    def _weighted(self, counts: Sequence[dict[str, int]]) -> csr_array:
        from scipy.sparse import csr_array

        data: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = [np.zeros(0)]
        places: list[int] = []
        ends = [0]
        for bag in counts:
            known = [(self._place[gram], count) for gram, count in bag.items() if gram in self._place]
            at = [place for place, _ in known]
            weights = (1 + np.log([count for _, count in known])) * self._idf[at] if known else np.zeros(0)
            data.append(weights / (float(np.linalg.norm(weights)) or 1.0))
            places += at
            ends.append(len(places))
        values = np.concatenate(data).astype(np.float32)
        return csr_array((values, places, ends), shape=(len(counts), len(self._place)))
