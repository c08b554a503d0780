"""Which tool a message wants: a linear choice over runs of characters and an embedding, learnt from messages.

One against the rest with a squared hinge (scikit-learn's ``LinearSVC``, liblinear). On 10,700 messages of the example
city it takes 15 seconds to learn and is right for 5 to 6 in a hundred more than a kernel ridge over the same features.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.reading.bags import Bags
from city.errors import BadInput
from knowledge.index import Embedder

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]
_LONGEST = 2
_C = 1.0
_FORM = 1


class Said(NamedTuple):
    """A message (names put as signs) and its label."""

    text: str
    label: str


class Choice:
    """A learnt choice between labels. Safe to share."""

    def __init__(
        self, said: Sequence[Said], labels: Sequence[str], weights: Floats, at_zero: Floats, embedder: Embedder | None
    ) -> None:
        self.labels, self._weights, self._at_zero = tuple(labels), weights, at_zero
        self._embedder = embedder
        self._bags = Bags([one.text for one in said], longest=_LONGEST)

    @classmethod
    def learn(cls, said: Sequence[Said], embedder: Embedder | None) -> Choice:
        """Learn. Raises BadInput where there are not two labels to tell apart."""
        from sklearn.svm import LinearSVC

        labels = sorted({one.label for one in said})
        if len(labels) < 2:
            raise BadInput("nothing to tell apart: write messages of two tools at least, or some that want none")
        nothing = np.zeros((0, 0), np.float32)
        made = cls(said, labels, nothing, nothing, embedder)
        fitted = LinearSVC(C=_C, random_state=7).fit(
            made._features([one.text for one in said]), [one.label for one in said]
        )
        weights, at_zero = np.asarray(fitted.coef_, np.float32), np.asarray(fitted.intercept_, np.float32)
        if len(labels) == 2:  # one row stands for both
            weights, at_zero = np.vstack([-weights, weights]), np.concatenate([-at_zero, at_zero])
        made._weights, made._at_zero = weights, at_zero
        return made

    def scores(self, texts: Sequence[str]) -> Floats:
        """``float32[texts, labels]``: about 1 where a label is meant, about -1 where it is not."""
        return np.asarray(self._features(texts) @ self._weights.T + self._at_zero, np.float32)

    def _features(self, texts: Sequence[str]) -> csr_matrix:
        from scipy.sparse import csr_matrix, hstack

        rows = self._bags.of(texts)
        narrow = (rows.data, rows.indices.astype(np.int32), rows.indptr.astype(np.int32))  # liblinear's integers
        bags = csr_matrix(narrow, shape=rows.shape)
        if self._embedder is None:
            return bags
        return csr_matrix(hstack([bags, csr_matrix(self._embedder.encode(list(texts)))]))

    def save(self, path: Path, print_of_texts: str) -> None:
        """Keep what was learnt; ``print_of_texts`` says from what."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part.npz")
        told = np.array(json.dumps({"labels": self.labels, "texts": print_of_texts}))
        np.savez(unfinished, weights=self._weights, at_zero=self._at_zero, told=told)
        unfinished.replace(path)

    @classmethod
    def open(cls, path: Path, said: Sequence[Said], embedder: Embedder | None) -> Choice | None:
        """What was learnt from exactly these messages; None where that is not what lies there."""
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
                weights, at_zero, told = kept["weights"], kept["at_zero"], json.loads(str(kept["told"]))
            if told["texts"] != fingerprint(said, embedder):
                return None
            return cls(said, told["labels"], weights, at_zero, embedder)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None  # absent, torn or of another version: it is learnt again


def fingerprint(said: Sequence[Said], embedder: Embedder | None) -> str:
    """Tells whether messages, embedder or settings have changed."""
    told = json.dumps([said, embedder.name if embedder else None, _FORM, _LONGEST, _C], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
