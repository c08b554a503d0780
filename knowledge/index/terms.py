"""Text as terms: single characters and pairs of neighbouring characters, coded as integers.

Chinese is written without spaces, and a segmenter that errs on a query errs for good; characters and pairs
need no dictionary and match any city's vocabulary. A term is a ``uint32``: a character's code point, or two
of them (``first << 16 | second``). Letters and digits pair only among themselves, punctuation never pairs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]

_REPLACEMENT = 0xFFFD
_DOC_BITS = np.uint64(32)


def normalise(text: str) -> str:
    """Full-width and compatibility forms folded, lower case (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", text).lower()


@cache
def _classes() -> NDArray[np.uint8]:
    """Class of each code point of the basic plane: 0 separates, 1 is an ideograph or other letter, 2 is
    ASCII.
    """
    table = np.zeros(1 << 16, np.uint8)
    for point in range(1 << 16):
        char = chr(point)
        if char.isalnum():
            table[point] = 2 if point < 128 else 1
    return table


def _points(text: str) -> Codes:
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    return np.where(points > 0xFFFF, np.uint32(_REPLACEMENT), points)


def _split(points: Codes) -> tuple[NDArray[np.bool_], Codes, NDArray[np.bool_]]:
    """Which characters are terms, the code of each neighbouring pair, and which pairs are terms."""
    classes = _classes()[points]
    pairs = (points[:-1] << np.uint32(16)) | points[1:]
    return classes > 0, pairs, (classes[:-1] > 0) & (classes[:-1] == classes[1:])


def places(vocabulary: Codes, codes: Codes) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Place of each of ``codes`` in a rising vocabulary, and whether it is there; a place is good only where it is."""
    place = np.searchsorted(vocabulary, codes)
    known = place < len(vocabulary)
    known[known] = vocabulary[place[known]] == codes[known]
    return place, known


def term_counts(text: str) -> tuple[Codes, NDArray[np.int64]]:
    """The distinct terms of one normalised text in rising order, and how often each occurs."""
    points = _points(text)
    single, pairs, paired = _split(points)
    terms, counts = np.unique(np.concatenate([points[single], pairs[paired]]), return_counts=True)
    return terms, counts


def pair_sequence(text: str) -> Codes:
    """The pair that begins at each character of one normalised text, 0 where none does."""
    _, pairs, paired = _split(_points(text))
    return np.where(paired, pairs, np.uint32(0))


def term_rows(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Every occurrence of a term in ``texts`` as ``term << 32 | position of the text``, sorted."""
    points = _points("\n".join(texts))
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    lengths[-1] -= 1
    rows = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)
    single, pairs, paired = _split(points)
    terms = np.concatenate([points[single], pairs[paired]]).astype(np.uint64)
    keys: NDArray[np.uint64] = (terms << _DOC_BITS) | np.concatenate([rows[single], rows[:-1][paired]])
    keys.sort()
    return keys


def term_stream(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Every occurrence of a term in normalised ``texts`` in the order of reading, and the position of its text."""
    points = _points("\n".join(texts))
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    lengths[-1] -= 1
    single, pairs, paired = _split(points)
    terms, found = np.zeros((len(points), 2), np.uint32), np.zeros((len(points), 2), np.bool_)
    terms[:, 0], found[:, 0] = points, single
    terms[:-1, 1], found[:-1, 1] = pairs, paired
    rows = np.repeat(np.arange(len(texts)), lengths)
    return terms[found], np.repeat(rows, found.sum(axis=1))
