"""What the published corpus knows about words, for whoever has to weigh them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from knowledge.index.types import Floats
from knowledge.library.library import Library


class CorpusStatistics(NamedTuple):
    """``weigh`` gives the inverse document frequency of words of one or two characters (0 for unknown ones);
    ``encode`` gives L2-normalised vectors, or is None without a dense model."""

    weigh: Callable[[Sequence[str]], list[float]]
    encode: Callable[[Sequence[str]], Floats] | None


def corpus_statistics(library: Library) -> CorpusStatistics:
    """Statistics of the snapshot that serves, also after a later publish."""

    def weigh(words: Sequence[str]) -> list[float]:
        index = library._fresh().index._parts.rows
        codes = np.array([_code(word) for word in words], np.uint32)
        places = np.minimum(np.searchsorted(index.terms, codes), max(len(index.terms) - 1, 0))
        if not len(index.terms):
            return [0.0] * len(words)
        known = index.terms[places] == codes
        return [float(w) for w in np.where(known, index.idf[places], 0.0)]

    embedder = library.near
    return CorpusStatistics(weigh, embedder.encode if embedder is not None else None)


def _code(word: str) -> int:
    first, second = (word[0], word[1]) if len(word) == 2 else ("\0", word[-1])
    return (min(ord(first), 0xFFFD) << 16) | min(ord(second), 0xFFFD)
