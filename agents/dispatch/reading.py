"""Which category a message belongs to, learnt from what the pack writes of each: its definition, what it includes, and
messages as callers word them.

Kernel ridge regression from texts to categories. The kernel adds the likeness of runs of characters (TF-IDF cosine)
and, where there is an embedder, of meaning. It needs no iterations; half of the texts, predicted by the other half,
give the scale from scores to probabilities.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.dispatch.bags import Bags
from city.errors import BadInput
from city.schema import Record
from knowledge.index import Embedder

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float32]
FILE = "categories.npz"
_SCALES = np.geomspace(2, 60, 40)


class Known(NamedTuple):
    """A text of a category."""

    text: str
    label: str


class Taste(Record):
    """How the reader weighs; chosen by predicting one half of the texts from the other."""

    ridge: float = 1.0
    dense: float = 1.0
    seed: int = 7


class CategoryReader:
    """Reads messages into probabilities over ``labels``. Safe to share."""

    def __init__(
        self, known: Sequence[Known], alpha: Floats, labels: Sequence[str], scale: float, taste: Taste,
        embedder: Embedder | None,
    ) -> None:  # fmt: skip
        self.labels, self.scale, self.taste = tuple(labels), scale, taste
        self._alpha, self._embedder = alpha, embedder
        texts = [one.text for one in known]
        self._bags = Bags(texts)
        self._columns = self._bags.rows.T.tocsr()
        self._vectors = embedder.encode(texts) if embedder else None

    @classmethod
    def learn(cls, known: Sequence[Known], embedder: Embedder | None, taste: Taste | None = None) -> CategoryReader:
        """Learn from at least two texts of two categories; minutes for tens of thousands, seconds for thousands.

        Raises BadInput where there is nothing to tell apart.
        """
        taste = taste or Taste()
        labels = sorted({one.label for one in known})
        if len(labels) < 2:
            raise BadInput("a category reader needs texts of two categories at least; add examples to the pack")
        kernel = _kernel_of(known, embedder, taste)
        place = {label: column for column, label in enumerate(labels)}
        wanted = np.zeros((len(known), len(labels)), np.float32)
        wanted[np.arange(len(known)), [place[one.label] for one in known]] = 1.0
        left_out = cross_predict(kernel, wanted, taste)
        alpha = _solve(kernel, wanted, taste.ridge)
        return cls(known, alpha, labels, _scale(left_out, wanted), taste, embedder)

    def scores(self, texts: Sequence[str]) -> Floats:
        """``float32[texts, labels]``, about 1 for a sure category and 0 for the others."""
        kernel = (self._bags.of(texts) @ self._columns).toarray()
        if self._vectors is not None and self._embedder is not None:
            kernel = kernel + np.float32(self.taste.dense) * (self._embedder.encode(texts) @ self._vectors.T)
        return np.asarray(kernel @ self._alpha, np.float32)

    def chances(self, scores: Floats) -> Floats:
        """Scores as probabilities, each row's sum 1."""
        return softmax(np.float32(self.scale) * scores)

    def read(self, texts: Sequence[str]) -> Floats:
        """``float32[texts, labels]``: probabilities, each row's sum 1."""
        return self.chances(self.scores(texts))

    def save(self, path: Path, print_of_texts: str) -> None:
        """Keep what was learnt; ``print_of_texts`` says from which texts."""
        told = json.dumps(
            {"labels": self.labels, "scale": self.scale, "taste": self.taste.model_dump(), "texts": print_of_texts}
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part.npz")
        np.savez(unfinished, alpha=self._alpha, told=np.array(told))
        unfinished.replace(path)

    @classmethod
    def open(cls, path: Path, known: Sequence[Known], embedder: Embedder | None) -> CategoryReader | None:
        """What was learnt from exactly these texts; None where that is not what lies there."""
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
                alpha, told = kept["alpha"], json.loads(str(kept["told"]))
            if told["texts"] != fingerprint(known, embedder):
                return None
            taste = Taste.model_validate(told["taste"])
            return cls(known, alpha, told["labels"], told["scale"], taste, embedder)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None  # absent, torn or of another version: it is learnt again


def fingerprint(known: Sequence[Known], embedder: Embedder | None) -> str:
    """Tells whether texts, embedder or defaults have changed."""
    told = json.dumps([known, embedder.name if embedder else None, Taste().model_dump()], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _kernel_of(known: Sequence[Known], embedder: Embedder | None, taste: Taste) -> Floats:
    texts = [one.text for one in known]
    rows: csr_array = Bags(texts).rows
    kernel: Any = (rows @ rows.T).toarray()
    if embedder:
        vectors = embedder.encode(texts)
        kernel += np.float32(taste.dense) * (vectors @ vectors.T)
    return np.asarray(kernel, np.float32)


def _solve(kernel: Floats, wanted: Floats, ridge: float) -> Floats:
    from scipy.linalg import cho_factor, cho_solve

    raised = kernel + np.float32(ridge) * np.eye(len(kernel), dtype=np.float32)
    return np.asarray(cho_solve(cho_factor(raised, lower=True, overwrite_a=True, check_finite=False), wanted))


def cross_predict(kernel: Floats, wanted: Floats, taste: Taste) -> Floats:
    """``float32[texts, labels]``: each half's scores by the other half."""
    half = np.random.default_rng(taste.seed).permutation(len(kernel)) % 2
    left_out = np.zeros_like(wanted)
    for side in (0, 1):
        train, test = np.flatnonzero(half != side), np.flatnonzero(half == side)
        if len(train) and len(test):
            alpha = _solve(kernel[np.ix_(train, train)], wanted[train], taste.ridge)
            left_out[test] = kernel[np.ix_(test, train)] @ alpha
    return left_out


def softmax(scores: Floats) -> Floats:
    """Each row as probabilities."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _scale(left_out: Floats, wanted: Floats) -> float:
    """The scale at which the left-out texts' own labels are likeliest."""

    def likelihood(scale: float) -> float:
        own = (softmax(np.float32(scale) * left_out) * wanted).sum(axis=1)
        return float(np.log(np.maximum(own, 1e-12)).mean())

    return float(max(_SCALES, key=likelihood))
