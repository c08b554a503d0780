"""Texts that are nearly the same: by runs of four characters, found without comparing each with each."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from city.privacy.finding import TOKEN

_GRAM = 4
_BANDS, _ROWS = 32, 3
_SEED = 20_261
_PRIME = np.uint64((1 << 61) - 1)
_NOT_WORDS = re.compile(r"[\W_]+")
ALIKE = 0.6
"""Share of the runs of both texts together that they have in common, from which they count as the same matter."""
HELD = 0.5
"""Share of the runs of the shorter of two texts that the other holds, from which it counts as known from there."""


def plain(text: str) -> str:
    """A text less what is not words, and less the marks of masked values."""
    return _NOT_WORDS.sub("", TOKEN.sub("", text)).lower()


def grams(text: str) -> frozenset[int]:
    """The runs of four characters of a text, as stable numbers below 2**32; the text itself where it is shorter."""
    words = plain(text)
    runs = {words[at : at + _GRAM] for at in range(max(1, len(words) - _GRAM + 1))} - {""}
    return frozenset(int.from_bytes(hashlib.blake2b(run.encode(), digest_size=4).digest(), "big") for run in runs)


def alike(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of texts, by their places, of at least ``ALIKE``, enough of them to join all that hang together."""
    sets = [grams(text) for text in texts]
    buckets: defaultdict[tuple[int, bytes], list[int]] = defaultdict(list)
    for number, found in enumerate(sets):
        if not found:
            continue
        for band, key in enumerate(_keys(found)):
            # Whoever is like the first of a bucket need not be compared with the others.
            heads = buckets[band, key]
            like = next((head for head in heads if _shared(sets[head], found) >= ALIKE), None)
            if like is None:
                heads.append(number)
            else:
                yield like, number


def _keys(found: frozenset[int]) -> list[bytes]:
    """The bands of a text's MinHash signature."""
    numbers = np.fromiter(found, dtype=np.uint64, count=len(found))
    hashed = (numbers[:, None] * _FACTORS[None, :] + _OFFSETS[None, :]) % _PRIME
    signature: NDArray[np.uint64] = hashed.min(axis=0)
    return [band.tobytes() for band in signature.reshape(_BANDS, _ROWS)]


_RANDOM = np.random.default_rng(_SEED)
# Factors below 2**29 keep the product of a 32-bit number below 2**61.
_FACTORS = _RANDOM.integers(1, 1 << 29, size=_BANDS * _ROWS, dtype=np.uint64)
_OFFSETS = _RANDOM.integers(0, 1 << 61, size=_BANDS * _ROWS, dtype=np.uint64)


def _shared(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


class Known:
    """Texts that others are compared with, such as those of evaluation sets."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._sizes: list[int] = []
        self._holders: defaultdict[int, list[int]] = defaultdict(list)
        for found in dict.fromkeys(grams(text) for text in texts):
            if len(found) < _GRAM:
                continue  # a word or two stands everywhere
            for gram in found:
                self._holders[gram].append(len(self._sizes))
            self._sizes.append(len(found))

    def __len__(self) -> int:
        return len(self._sizes)

    def holds(self, text: str) -> bool:
        """Whether the text, or nearly the whole of it, is one of these, or one of these is in it."""
        found = grams(text)
        shared = Counter(number for gram in found for number in self._holders.get(gram, ()))
        return any(count >= HELD * min(len(found), self._sizes[number]) for number, count in shared.items())
