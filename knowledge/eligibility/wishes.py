"""What a message about policies wants, learnt from examples of the pack.

Ridge regression onto the six wishes over runs of one to three characters, names of policies put as one sign so that
what is learnt holds for every policy. Small, learnt when it is first asked (about a second), and only ever an opinion
on what a message is for: facts, results and reasons come from rules.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.eligibility.examples import WISHES, Example
from knowledge.eligibility.reading import plain

Floats = NDArray[np.float32]
SIZE, LONGEST, PULL = 1 << 14, 200, 1.0
MARGINS = {"match": 0.1, "stop": 0.3}
"""How much likelier than anything else it has to be: what begins or ends a matching changes the talk."""
_RUNS = (1, 2, 3)


class Wishes:
    """Learnt weights. ``names`` are words for policies."""

    def __init__(self, examples: Sequence[Example], names: Sequence[str]):
        self._names = sorted({plain(name) for name in names if len(name) > 2}, key=len, reverse=True)
        self._weights, self._mean = self._learn(examples)

    def _learn(self, examples: Sequence[Example]) -> tuple[Floats, Floats]:
        rows = np.stack([self._row(example.text) for example in examples])
        target = np.array([[example.wish == wish for wish in WISHES] for example in examples], dtype=np.float32)
        mean = target.mean(axis=0)
        # Rare wishes weigh as much as common ones: a matching not begun is as bad as one begun wrongly.
        weight = np.sqrt(1 / np.maximum(target @ target.sum(axis=0), 1.0) * len(examples) / len(WISHES))
        scaled = rows * weight[:, None]
        kernel = scaled @ scaled.T + PULL * np.eye(len(examples), dtype=np.float32)
        alpha = np.linalg.solve(kernel, (target - mean) * weight[:, None])
        return (scaled.T @ alpha).astype(np.float32), mean.astype(np.float32)

    def scores(self, text: str) -> dict[str, float]:
        """A score for each wish; they are about its chance, and need not be within 0 and 1."""
        found = self._row(text) @ self._weights + self._mean
        return dict(zip(WISHES, map(float, found), strict=True))

    def best(self, text: str) -> str:
        """The likeliest wish, ``other`` where none is clearly meant."""
        scores = self.scores(text)
        found = max(scores, key=lambda wish: scores[wish])
        return found if scores[found] - scores["other"] >= MARGINS.get(found, 0.0) else "other"

    def _row(self, text: str) -> Floats:
        said = plain(text)[:LONGEST].lower()
        for name in self._names:
            said = said.replace(name, "◇")
        said = f"^{said}$"
        row = np.zeros(SIZE, dtype=np.float32)
        grams = {said[at : at + size] for size in _RUNS for at in range(len(said) - size + 1)}
        for gram in grams:
            row[zlib.crc32(gram.encode()) % SIZE] += len(gram) ** 0.5
        return row / np.float32(np.linalg.norm(row) or 1.0)
