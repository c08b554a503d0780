"""Past cases that resemble a message most: the reasons a person can look up.

Of every case only its 48 heaviest runs of characters are kept (as numbers, no text), so that one product of two thin
tables finds the neighbours of a batch. Similarity is the cosine of those, from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.petitions.features import Floats, Sparse, Vocabulary, grams_of
from tools.petitions.history import Message

HEAVIEST = 48
MOST_CASES = 50_000


class Case(NamedTuple):
    """A past case: its id, the class people gave it, and how much it resembles (0 to 1)."""

    id: str
    label: str
    similarity: float


def heaviest(table: Sparse, most: int = HEAVIEST) -> Sparse:
    """Each row cut to its ``most`` heaviest features, at length 1 again."""
    from scipy.sparse import csr_matrix

    owner = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    order = np.lexsort((-table.data, owner))
    rank = np.arange(len(order)) - table.indptr[owner]
    kept = np.sort(order[rank < most])
    value, owner = table.data[kept], owner[kept]
    length = np.sqrt(np.bincount(owner, value * value, table.shape[0]))
    value = value / np.maximum(length, 1e-12)[owner].astype(np.float32)
    ends = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=table.shape[0]))])
    return csr_matrix((value, table.indices[kept], ends), shape=table.shape)


def whole(message: Message) -> str:
    """Both fields as one text."""
    return f"{message.title}\n{message.detail}"


class Cases:
    """The past cases as one thin table: ``csr float32[cases, features]``."""

    def __init__(self, vocabulary: Vocabulary, table: Sparse, ids: Sequence[str], labels: NDArray[np.int32]) -> None:
        self.vocabulary = vocabulary
        self.table = table
        self.ids = list(ids)
        self.labels = labels
        self._across = table.T.tocsr()

    @classmethod
    def learn(cls, messages: Sequence[Message], ids: Sequence[str], labels: NDArray[np.int32]) -> Cases:
        """Keep the cases; of more than ``MOST_CASES`` the last."""
        messages, ids, labels = messages[-MOST_CASES:], ids[-MOST_CASES:], labels[-MOST_CASES:]
        grams = grams_of([whole(message) for message in messages])
        vocabulary = Vocabulary.learn(grams, least=2 if len(messages) >= 200 else 1)
        return cls(vocabulary, heaviest(vocabulary.weigh(grams)), ids, labels)

    def find(self, messages: Sequence[Message], k: int, names: Sequence[str]) -> list[list[Case]]:
        """The ``k`` nearest cases of each message, nearest first; ``names`` are the classes by number."""
        grams = grams_of([whole(message) for message in messages])
        found = (heaviest(self.vocabulary.weigh(grams)) @ self._across).tocsr()
        return [self._best(found.indices[a:b], found.data[a:b], k, names) for a, b in _spans(found)]

    def _best(self, rows: NDArray[np.int32], values: Floats, k: int, names: Sequence[str]) -> list[Case]:
        if len(values) > k:
            top = np.argpartition(-values, k)[:k]
            rows, values = rows[top], values[top]
        order = np.lexsort((rows, -values))
        return [Case(self.ids[rows[n]], names[self.labels[rows[n]]], min(1.0, float(values[n]))) for n in order]


def _spans(table: Sparse) -> list[tuple[int, int]]:
    ends = table.indptr.tolist()
    return list(pairwise(ends))
