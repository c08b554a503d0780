"""Which past messages are one matter, so that no model is measured on a copy of what it learnt.

Where a history names no groups, near copies are found by MinHash: 24 minima of hashed runs of five characters, eight
bands of three; two messages that share a band are one group. Two texts that share seven in ten runs meet with a
chance of 0.96, unrelated ones practically never.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tools.petitions.features import Longs, letters_of, runs
from tools.petitions.history import Past

_RUN, _MINIMA, _BAND = 5, 24, 3
_CHUNK = 2_000


def groups_of(rows: Sequence[Past]) -> Longs:
    """A group number for each row: those the history names, joined where their texts are near copies."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    texts = [f"{row.message.title}\n{row.message.detail}" for row in rows]
    links = list(_bands(texts))
    named = {name: number for number, name in enumerate({row.group for row in rows if row.group})}
    if named:
        links.append(np.array([named.get(row.group, len(named) + n) for n, row in enumerate(rows)], np.int64))
    left, right = [], []
    for keys in links:
        order = np.argsort(keys, kind="stable")
        same = keys[order][1:] == keys[order][:-1]
        left.append(order[:-1][same])
        right.append(order[1:][same])
    ends = np.concatenate(left), np.concatenate(right)
    graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(len(rows), len(rows)))
    numbers: Longs = connected_components(graph, directed=False)[1].astype(np.int64)
    return numbers


def _bands(texts: Sequence[str]) -> list[Longs]:
    """For each band a key of every text; texts that are near copies share one."""
    minima = np.concatenate([_minima(texts[n : n + _CHUNK]) for n in range(0, len(texts), _CHUNK)])
    keys = []
    for band in range(0, _MINIMA, _BAND):
        key = np.zeros(len(texts), np.uint64)
        for column in range(band, band + _BAND):
            key = key * np.uint64(0x9E3779B97F4A7C15) + minima[:, column]
        keys.append(key.view(np.int64))
    return keys


def _minima(texts: Sequence[str]) -> NDArray[np.uint64]:
    """``uint64[texts, 24]``; a text too short for one run is repeated."""
    letters = letters_of([text if len(text) > 2 * _RUN else text * _RUN for text in texts])
    value, owner = runs(letters, _RUN)
    found = np.full((len(texts), _MINIMA), np.iinfo(np.uint64).max, np.uint64)
    present, first = np.unique(owner, return_index=True)
    odd = np.random.default_rng(5).integers(1, 2**63, _MINIMA, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    for number in range(_MINIMA):
        # The upper half is used, because the lower bits of a product mix too little.
        found[present, number] = np.minimum.reduceat((value * odd[number]) >> np.uint64(20), first)
    return found


def folds_of(groups: Longs, folds: int, seed: int = 0) -> Longs:
    """The fold of each row, ``int64[rows]``; a group is never cut. Folds are filled evenly, large groups first."""
    many = np.bincount(groups)
    order = np.random.default_rng(seed).permutation(len(many))
    order = order[np.argsort(-many[order], kind="stable")]
    filled = np.zeros(folds, np.int64)
    fold = np.zeros(len(many), np.int64)
    for group in order:
        fold[group] = filled.argmin()
        filled[fold[group]] += many[group]
    return fold[groups]
