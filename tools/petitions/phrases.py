"""Stock phrases, learnt from the stream: words that many use and that say nothing about what they write about.

A run of four characters is stock when it stands in many messages and these are hardly more alike in everything else
than messages drawn at random. So 望有关部门 is stock and 捆绑销售 is not, with no list of either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.petitions.terms import BODY, BUCKETS, STOCK, Ids, hashed

LENGTH = 4
_LEAST = 8
_SHARE = 0.005
_ALIKE = 5.0
_RARE = 0.14
_FEWEST = 200
_NOTHING = np.zeros(0, np.int32)


def runs_of(text: str) -> Ids:
    """Hashed run of four characters that begins at each character of a plain text; -1 where none does."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    if len(points) < LENGTH:
        return np.full(len(points), -1, np.int32)
    han = (points >= 0x4E00) & (points <= 0x9FFF)
    first, second = hashed(points[:-3], points[1:-2]), hashed(points[2:-1], points[3:])
    whole = han[:-3] & han[1:-2] & han[2:-1] & han[3:]
    runs = np.where(whole, hashed(first.astype(np.uint32), second.astype(np.uint32)), -1)
    return np.concatenate([runs, np.full(LENGTH - 1, -1)]).astype(np.int32)


class Phrases:
    """The stock phrases known so far."""

    def __init__(self, stock: Ids = _NOTHING) -> None:
        self.stock = np.sort(stock)
        self._is: NDArray[np.bool_] = np.zeros(BUCKETS, np.bool_)
        self._is[stock] = True

    def mark(self, text: str, channels: NDArray[np.int8]) -> None:
        """Write STOCK over the characters of a plain text that stand in a stock phrase, places excepted."""
        runs = runs_of(text)
        found = np.flatnonzero((runs >= 0) & self._is[runs])
        if len(found):
            at = np.unique((found[:, None] + np.arange(LENGTH)).ravel())
            at = at[channels[at] == BODY]
            channels[at] = STOCK


def learn_phrases(texts: Sequence[str]) -> Phrases:
    """The stock phrases of plain ``texts`` (some thousand, of unrelated people); none where they are too few."""
    from scipy.sparse import csr_matrix

    if len(texts) < _FEWEST:
        return Phrases()
    read = [runs_of(text) for text in texts]
    runs = [np.unique(found[found >= 0]) for found in read]
    every, counts = np.unique(np.concatenate(runs), return_counts=True)
    frequent = every[counts >= max(_LEAST, _SHARE * len(texts))]
    if not len(frequent):
        return Phrases()
    rows = np.repeat(np.arange(len(texts)), [len(run) for run in runs])
    flat = np.concatenate(runs)
    place = np.minimum(np.searchsorted(frequent, flat), len(frequent) - 1)
    hit = frequent[place] == flat
    holds = csr_matrix((np.ones(hit.sum(), np.float32), (place[hit], rows[hit])), (len(frequent), len(texts)))
    alike, drawn = _likeness(holds, [_pairs(text) for text in texts], _pairs_within(texts, read, frequent))
    return Phrases(frequent[alike <= _ALIKE * drawn].astype(np.int32))


def _pairs(text: str) -> Ids:
    """Hashed pairs of neighbouring ideographs, in the order of the text."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    han = (points >= 0x4E00) & (points <= 0x9FFF)
    at = np.flatnonzero(han[:-1] & han[1:])
    return hashed(points[at], points[at + 1])


def _pairs_within(texts: Sequence[str], read: Sequence[Ids], runs: Ids) -> list[Ids]:
    """The three pairs of which each run is made, from the first text that holds it."""
    made: dict[int, Ids] = {}
    sought = np.zeros(BUCKETS, np.bool_)
    sought[runs] = True
    for text, found in zip(texts, read, strict=True):
        for at in np.flatnonzero((found >= 0) & sought[found]).tolist():
            made[int(found[at])] = _pairs(text[at : at + LENGTH])
        sought[list(made)] = False
    return [made[run] for run in runs.tolist()]


def _likeness(holds: Any, pairs: list[Ids], within: list[Ids]) -> tuple[NDArray[np.float64], float]:
    """Mean likeness of the messages that hold each run, the run itself left out, and of messages drawn at random.

    Likeness is the cosine over rare pairs. Over all pairs of messages it adds up to the squared length of their sum
    less their own squared lengths, so that no pair of messages is ever looked at.
    """
    table, column = _table(pairs)
    squared = table.multiply(table).tocsr()
    held = np.asarray(holds.sum(1)).ravel()
    sums, own = (holds @ table).tocsr(), (holds @ squared).tocsr()
    whole = np.asarray(sums.multiply(sums).sum(1)).ravel() - np.asarray(own.sum(1)).ravel()
    columns = [[column[pair] for pair in made.tolist() if pair in column] for made in within]
    rows = np.repeat(np.arange(len(within)), [len(made) for made in columns])
    flat = np.array([place for made in columns for place in made], np.int64)
    run = np.asarray(sums[rows, flat]).ravel() ** 2 - np.asarray(own[rows, flat]).ravel() if len(flat) else np.zeros(0)
    total = np.asarray(table.sum(0)).ravel()
    drawn = float(total @ total - squared.sum()) / (len(pairs) * (len(pairs) - 1))
    return (whole - np.bincount(rows, run, len(within))) / (held * (held - 1)), drawn


def _table(pairs: list[Ids]) -> tuple[Any, dict[int, int]]:
    """Messages by rare pairs of characters, each message of length 1; and the column of each pair."""
    from scipy.sparse import csr_matrix

    distinct = [np.unique(found) for found in pairs]
    terms, column = np.unique(np.concatenate(distinct), return_inverse=True)
    rows = np.repeat(np.arange(len(pairs)), [len(found) for found in distinct])
    seen = np.bincount(column)
    weight = np.maximum(np.log(_RARE * len(pairs) / seen), 0)
    weight[seen == 1] = 0
    kept = weight[column] > 0
    place = np.cumsum(weight > 0) - 1
    cells = (weight[column[kept]].astype(np.float32), (rows[kept], place[column[kept]]))
    table = csr_matrix(cells, (len(pairs), int((weight > 0).sum())))
    norms = np.sqrt(np.asarray(table.multiply(table).sum(1)).ravel())
    columns = dict(zip(terms[weight > 0].tolist(), place[weight > 0].tolist(), strict=True))
    return csr_matrix(table.multiply(1 / np.maximum(norms, 1e-6)[:, None])), columns
