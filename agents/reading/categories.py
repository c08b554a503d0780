"""Which category a message belongs to, learnt from what the pack writes of each: its definition, what it includes, and
messages as callers word them.

Kernel ridge regression from texts to categories. The kernel adds the likeness of runs of characters (TF-IDF cosine)
and, where there is an embedder, of meaning. It needs no iterations; a third of the texts, predicted by the others,
gives the scale from scores to probabilities and how sure the likeliest groups of categories really are.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.reading.bags import Bags
from agents.reading.trust import Trust, fit_trust
from city.errors import BadInput
from city.schema import Record
from knowledge.index import Embedder

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float32]
FILE = "categories.npz"
_SCALES = np.geomspace(2, 60, 40)
_HELD_OUT = 3
_BLOCK = 1024


class Known(NamedTuple):
    """A text of a category."""

    text: str
    label: str


class Taste(Record):
    """How the reader weighs; chosen by predicting one half of the example city's messages from the other."""

    ridge: float = 1.0
    dense: float = 1.0
    seed: int = 7


class CategoryReader:
    """Reads messages into probabilities over ``labels``. Safe to share."""

    def __init__(
        self, known: Sequence[Known], alpha: Floats, labels: Sequence[str], scale: float, trust: Trust, taste: Taste,
        embedder: Embedder | None,
    ) -> None:  # fmt: skip
        self.labels, self.scale, self.trust, self.taste = tuple(labels), scale, trust, taste
        self._alpha, self._embedder = alpha, embedder
        texts = [one.text for one in known]
        self._bags = Bags(texts)
        self._columns = self._bags.rows.T.tocsr()
        self._vectors = embedder.encode(texts) if embedder else None

    @classmethod
    def learn(
        cls,
        known: Sequence[Known],
        embedder: Embedder | None,
        taste: Taste | None = None,
        groups: Mapping[str, str] | None = None,
    ) -> CategoryReader:
        """Learn from texts of two categories at least; about half a minute and 1.5 GB for 13,000 of them.

        ``groups`` says which labels lead to the same unit. Raises BadInput where there is nothing to tell apart.
        """
        taste = taste or Taste()
        labels = sorted({one.label for one in known})
        if len(labels) < 2:
            raise BadInput("a category reader needs texts of two categories at least; add examples to the pack")
        texts = [one.text for one in known]
        rows, vectors = Bags(texts).rows, embedder.encode(texts) if embedder else None
        kernel = _kernel_of(rows, vectors, taste)
        place = {label: column for column, label in enumerate(labels)}
        wanted = np.zeros((len(known), len(labels)), np.float32)
        wanted[np.arange(len(known)), [place[one.label] for one in known]] = 1.0
        scores, meant = _left_out(kernel, wanted, taste)
        scale = _scale(scores, meant)
        trust = fit_trust(softmax(np.float32(scale) * scores), meant, labels, groups or {})
        return cls(known, _solve(kernel, wanted, taste.ridge), labels, scale, trust, taste, embedder)

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
            {
                "labels": self.labels,
                "scale": self.scale,
                "trust": self.trust.model_dump(),
                "taste": self.taste.model_dump(),
                "texts": print_of_texts,
            }
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
            taste, trust = Taste.model_validate(told["taste"]), Trust.model_validate(told["trust"])
            return cls(known, alpha, told["labels"], told["scale"], trust, taste, embedder)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None  # absent, torn or of another version: it is learnt again


def fingerprint(known: Sequence[Known], embedder: Embedder | None) -> str:
    """Tells whether texts, embedder or defaults have changed."""
    told = json.dumps([known, embedder.name if embedder else None, Taste().model_dump()], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _kernel_of(rows: csr_array, vectors: Floats | None, taste: Taste) -> Floats:
    """``float32[texts, texts]``, block by block: the sparse product of all would need more than the whole."""
    kernel = np.empty((rows.shape[0], rows.shape[0]), np.float32)
    columns = rows.T.tocsr()
    for start in range(0, len(kernel), _BLOCK):
        block = slice(start, start + _BLOCK)
        kernel[block] = (rows[block] @ columns).toarray()
        if vectors is not None:
            kernel[block] += np.float32(taste.dense) * (vectors[block] @ vectors.T)
    return kernel


def _solve(kernel: Floats, wanted: Floats, ridge: float) -> Floats:
    """Weights of the texts; ``kernel`` is used up."""
    from scipy.linalg import cho_factor, cho_solve

    kernel[np.diag_indices_from(kernel)] += np.float32(ridge)
    # The kernel is its own transpose; only a column-major matrix is factored in place.
    return np.asarray(cho_solve(cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False), wanted))


def _left_out(kernel: Floats, wanted: Floats, taste: Taste) -> tuple[Floats, Floats]:
    """Scores of some texts by all the others, ``float32[some, labels]``, and what they should have been."""
    some = np.random.default_rng(taste.seed).permutation(len(kernel)) % _HELD_OUT == 0
    train, test = np.flatnonzero(~some), np.flatnonzero(some)
    alpha = _solve(kernel[np.ix_(train, train)], wanted[train], taste.ridge)
    return kernel[np.ix_(test, train)] @ alpha, wanted[test]


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
