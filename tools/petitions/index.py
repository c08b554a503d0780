"""Finding the earlier petitions that may be about the same: an inverted index that grows by one petition at a time."""

from __future__ import annotations

from array import array

import numpy as np

from tools.petitions.sketch import Sketch
from tools.petitions.terms import Ids, Weights

_TERMS = 48
_ENTERED = 128
_LONGEST = 400
_NOBODY = array("i")


class Index:
    """Petitions by number, under each of their terms.

    A petition is entered under its weightiest 128 terms and looked up under 48, and under each only the latest 400
    petitions are seen: a search takes about the same time however long the stream has become.
    """

    def __init__(self) -> None:
        self._under: dict[int, array[int]] = {}
        self._sizes = array("f")

    def add(self, sketch: Sketch, weights: Weights) -> None:
        """Enter the next petition, under its weightiest terms."""
        number = len(self._sizes)
        terms = sketch.terms
        for term in terms[np.argsort(-weights.of(terms))[:_ENTERED]].tolist():
            under = self._under.get(term)
            if under is None:
                self._under[term] = array("i", (number,))
            else:
                under.append(number)
        self._sizes.append(float(len(terms)) ** 0.5)

    def skip(self) -> None:
        """Leave the next petition out, so that it is never found."""
        self._sizes.append(1.0)

    def nearest(self, sketch: Sketch, weights: Weights, count: int) -> Ids:
        """Up to ``count`` earlier petitions that share weighty terms, likeliest first."""
        terms = sketch.terms
        squares = weights.of(terms) ** 2
        chosen = np.argsort(-squares)[:_TERMS]
        unders = [
            self._under.get(term) if square > 0 else None
            for term, square in zip(terms[chosen].tolist(), squares[chosen], strict=True)
        ]
        found = [under[-_LONGEST:] if under else _NOBODY for under in unders]
        every = np.frombuffer(b"".join(part.tobytes() for part in found), np.int32)
        if not len(every):
            return np.zeros(0, np.int32)
        numbers, place = np.unique(every, return_inverse=True)
        score = np.repeat(squares[chosen], [len(part) for part in found])
        total = np.bincount(place, score) / np.frombuffer(self._sizes, np.float32)[numbers]
        if len(numbers) > count:
            kept = np.argpartition(-total, count)[:count]
            numbers, total = numbers[kept], total[kept]
        best: Ids = numbers[np.argsort(-total, kind="stable")]
        return best
