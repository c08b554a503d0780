"""Which terms of a question a candidate holds: what a sum of scores no longer tells.

Two provisions with the same score differ in how much of the question they cover, in whether its rarest word is among
it, and in how long a phrase of the question stands there word for word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.index.keyword import KeywordIndex, Query
from knowledge.index.terms import Codes, places
from knowledge.index.types import Floats, Ints

Rows = NDArray[np.int64]
_TINY = np.float32(1e-6)


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms of a question: places in the vocabulary, which are pairs, and the order in which pairs stand.

    ``order`` holds, for each character of the question, the number of the pair that begins there, or -1.
    """

    terms: NDArray[np.int64]
    pairs: NDArray[np.bool_]
    order: list[int]


def asked(query: Query, sequence: Codes) -> Asked:
    """A query, with the pairs of its text in the order of reading (``terms.pair_sequence``)."""
    at, known = places(query.codes, sequence)
    return Asked(query.terms, query.pairs, np.where(known, at, -1).tolist())


def _runs(held: NDArray[np.bool_], idf: Floats, order: list[int]) -> tuple[Floats, Floats]:
    """For each candidate the most pairs in a row that it holds, and the most weight that such a run has."""
    count, weight = np.zeros(held.shape[1], np.float32), np.zeros(held.shape[1], np.float32)
    longest, heaviest = count, weight
    for pair in order:
        if pair < 0:
            count, weight = np.zeros_like(count), np.zeros_like(weight)
            continue
        here = held[pair]
        count, weight = (count + 1) * here, (weight + idf[pair]) * here
        longest, heaviest = np.maximum(longest, count), np.maximum(heaviest, weight)
    return longest, heaviest


def _together(held: NDArray[np.bool_], documents: Ints) -> NDArray[np.bool_]:
    """Which terms the candidates of each candidate's document hold together."""
    order = np.argsort(documents, kind="stable")
    starts = np.flatnonzero(np.diff(documents[order], prepend=-1))
    joined = np.logical_or.reduceat(held[:, order], starts, axis=1)
    numbers = np.empty(len(documents), np.int64)
    numbers[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(documents))))
    return joined[:, numbers]


def matching_features(question: Asked, index: KeywordIndex, rows: Rows, documents: Ints) -> list[Floats]:
    """One column a trait; ``documents`` is the document of each of ``rows``."""
    saturated = index.at(question.terms, rows)
    held, idf = saturated > 0, index.idf[question.terms]
    of_pairs = np.where(question.pairs, idf, np.float32(0))
    of_singles = idf - of_pairs
    all_pairs, all_singles = max(float(of_pairs.sum()), 1e-6), max(float(of_singles.sum()), 1e-6)
    heaviest_pair = max(float(of_pairs.max(initial=0)), 1e-6)
    weights = of_pairs[:, None]
    longest, heaviest = _runs(held, idf, question.order)
    pairs, singles = of_pairs @ saturated, of_singles @ saturated
    ranks = np.empty(len(rows), np.float32)
    ranks[np.argsort(-pairs, kind="stable")] = np.arange(len(rows), dtype=np.float32)
    columns = [
        of_pairs @ held / all_pairs,
        of_singles @ held / all_singles,
        held[question.pairs].sum(axis=0) / max(int(question.pairs.sum()), 1),
        pairs,
        singles,
        pairs / max(float(pairs.max(initial=0)), 1e-6),
        singles / max(float(singles.max(initial=0)), 1e-6),
        np.where(held, weights, 0).max(axis=0, initial=0) / heaviest_pair,
        np.where(held, 0, weights).max(axis=0, initial=0) / heaviest_pair,
        longest,
        heaviest,
        heaviest / all_pairs,
        of_pairs @ _together(held, documents) / all_pairs,
        ranks,
    ]
    return [column.astype(np.float32) for column in columns]
