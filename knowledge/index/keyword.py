"""Keyword index: BM25 over characters and character pairs, title, headings and text weighted (BM25F).

Robertson, Zaragoza, Taylor 2004: term frequencies of the fields are added with their weights before
saturation. The saturated frequency is stored in one byte per posting, so a query only looks it up and adds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.index.store import load_array, save_array
from knowledge.index.terms import Codes, normalise, places, term_rows
from knowledge.index.types import Entry, Floats, Ints, Settings

_CHUNK = 16_384
_LEVELS = 255
_COMMON = 0.25
_LAST_SINGLE = 0xFFFF


class Postings(NamedTuple):
    """Which term occurs in which row how often (fields weighted)."""

    terms: NDArray[np.uint32]
    rows: NDArray[np.int32]
    frequency: NDArray[np.float16]


def _runs(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal values starts."""
    if not len(keys):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))


def _chunk_postings(entries: Sequence[Entry], start: int, settings: Settings) -> Postings:
    """Weighted term frequencies of a run of entries, whose first is row ``start``."""
    fields = (
        ([normalise(e.title) for e in entries], settings.title_weight),
        ([normalise(e.path) for e in entries], settings.path_weight),
        ([normalise(e.text) for e in entries], 1.0),
    )
    keys, weights = [], []
    for texts, weight in fields:
        occurrences = term_rows(texts)
        starts = _runs(occurrences)
        keys.append(occurrences[starts])
        weights.append(np.diff(np.append(starts, len(occurrences))).astype(np.float32) * weight)
    key, weight_of = np.concatenate(keys), np.concatenate(weights)
    order = np.argsort(key, kind="stable")
    key, weight_of = key[order], weight_of[order]
    starts = _runs(key)
    summed = np.add.reduceat(weight_of, starts) if len(starts) else weight_of
    key = key[starts]
    rows = (key & np.uint64(0xFFFFFFFF)).astype(np.int32) + np.int32(start)
    return Postings((key >> np.uint64(32)).astype(np.uint32), rows, summed.astype(np.float16))


def build_keyword(entries: Sequence[Entry], settings: Settings, progress: Callable[[float], None]) -> Postings:
    """All postings of ``entries`` in the order of terms, rows rising within a term."""
    parts = [Postings(np.zeros(0, np.uint32), np.zeros(0, np.int32), np.zeros(0, np.float16))]
    for start in range(0, len(entries), _CHUNK):
        parts.append(_chunk_postings(entries[start : start + _CHUNK], start, settings))
        progress(min(1.0, (start + _CHUNK) / len(entries)))
    return _in_order(
        np.concatenate([p.terms for p in parts]),
        np.concatenate([p.rows for p in parts]),
        np.concatenate([p.frequency for p in parts]),
    )


def _in_order(terms: Codes, rows: Ints, frequency: NDArray[np.float16]) -> Postings:
    order = np.argsort(terms, kind="stable")
    return Postings(terms[order], rows[order], frequency[order])


def grouped(postings: Postings, groups: Ints) -> Postings:
    """Postings of groups of rows (``groups[row]``), as if each group's rows were one text."""
    keys = (postings.terms.astype(np.uint64) << np.uint64(32)) | groups[postings.rows].astype(np.uint64)
    # Rows of a group are neighbours as a rule, so runs shrink the keys before they are sorted.
    starts = _runs(keys)
    summed = np.add.reduceat(postings.frequency.astype(np.float32), starts) if len(starts) else np.zeros(0)
    keys = keys[starts]
    order = np.argsort(keys, kind="stable")
    keys, summed = keys[order], summed[order]
    starts = _runs(keys)
    summed = np.add.reduceat(summed, starts) if len(starts) else summed
    keys = keys[starts]
    rows = (keys & np.uint64(0xFFFFFFFF)).astype(np.int32)
    summed = np.minimum(summed, 60_000)  # the largest float16 is 65,504
    return Postings((keys >> np.uint64(32)).astype(np.uint32), rows, summed.astype(np.float16))


def save_keyword(folder: Path, name: str, postings: Postings, size: int, settings: Settings) -> None:
    """Write postings of ``size`` rows as the keyword index ``name`` (arrays ``<name>_*``)."""
    terms, rows, frequency = postings
    length = np.bincount(rows, frequency, minlength=size).astype(np.float32)
    mean = max(float(length.mean()) if size else 1.0, 1e-9)
    norm = (settings.k1 * (1 - settings.b + settings.b * length / mean)).astype(np.float32)
    starts = _runs(terms)
    weight = frequency.astype(np.float32)
    weight /= weight + norm[rows]
    save_array(folder, f"{name}_terms", terms[starts])
    save_array(folder, f"{name}_starts", np.append(starts, len(terms)))
    save_array(folder, f"{name}_rows", rows)
    save_array(folder, f"{name}_weights", np.ceil(weight * _LEVELS).astype(np.uint8))
    save_array(folder, f"{name}_lengths", length)


class Query(NamedTuple):
    """A query in terms of an index: rising codes, places in its vocabulary, weights, which terms are pairs, and the
    most that a row could score.
    """

    codes: Codes
    terms: NDArray[np.int64]
    weights: Floats
    pairs: NDArray[np.bool_]
    ceiling: float


class KeywordIndex:
    """An opened keyword index. Scores are sums of ``idf * saturated frequency``, each frequency in (0, 1)."""

    def __init__(self, folder: Path, name: str) -> None:
        self.terms: Codes = np.asarray(load_array(folder, f"{name}_terms"))
        self._starts = np.asarray(load_array(folder, f"{name}_starts"))
        # Plain arrays over the mapped files: their slices cost a fraction of a memory map's.
        self._rows: Ints = np.asarray(load_array(folder, f"{name}_rows"))
        self._weights = np.asarray(load_array(folder, f"{name}_weights"))
        self.lengths: Floats = load_array(folder, f"{name}_lengths")
        self.size = len(self.lengths)
        self.frequency = np.diff(self._starts)
        self.idf: Floats = np.log1p((self.size - self.frequency + 0.5) / (self.frequency + 0.5)).astype(np.float32)

    def occurrences(self) -> tuple[NDArray[np.int64], Ints]:
        """Every posting as (place of the term, row). For small indexes."""
        return np.repeat(np.arange(len(self.terms)), self.frequency), self._rows

    def places(self, codes: Codes) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Place of each term in the vocabulary, and whether it is there."""
        return places(self.terms, codes)

    def parse(self, codes: Codes, counts: NDArray[np.int64]) -> Query:
        """A query's known terms with their weights; unknown terms still raise the ceiling.

        Single characters that a quarter of the rows hold are left out: they tell nothing and cost the most.
        """
        place, known = self.places(codes)
        kept, terms, often = codes[known], place[known], counts[known]
        telling = (kept > _LAST_SINGLE) | (self.frequency[terms] <= _COMMON * self.size)
        if telling.any():
            kept, terms, often = kept[telling], terms[telling], often[telling]
        weights = self.idf[terms] * np.minimum(often, 2).astype(np.float32)
        missing = float(np.count_nonzero(~known)) * float(np.log1p((self.size + 0.5) / 0.5))
        return Query(kept, terms, weights.astype(np.float32), kept > _LAST_SINGLE, float(weights.sum()) + missing)

    def weighted(self, terms: NDArray[np.int64], weights: Floats) -> Floats:
        """The BM25 score of the weighted terms for every row, ``float32[size]``."""
        from scipy.sparse import csr_array

        spans = list(zip(self._starts[terms].tolist(), self._starts[terms + 1].tolist(), strict=True))
        if not spans:
            return np.zeros(self.size, np.float32)
        rows = np.concatenate([self._rows[start:end] for start, end in spans])
        levels = np.concatenate([self._weights[start:end] for start, end in spans]).astype(np.float32)
        ends = np.cumsum([0, *(end - start for start, end in spans)], dtype=np.int32)
        # One pass of a sparse product: adding term by term through index arrays takes five times as long.
        postings = csr_array((levels, rows, ends), shape=(len(spans), self.size))
        total: Floats = postings.T @ (weights / np.float32(_LEVELS)).astype(np.float32)
        return total

    def at(self, terms: NDArray[np.int64], rows: NDArray[np.int64]) -> Floats:
        """Saturated frequency of each of ``terms`` in each of the rising ``rows``: ``float32[terms, rows]``."""
        found = np.zeros((len(terms), len(rows)), np.float32)
        sought = rows.astype(np.int32)  # of the postings' type, or every search would first copy the postings
        for number, term in enumerate(terms.tolist()):
            start, end = int(self._starts[term]), int(self._starts[term + 1])
            holders = self._rows[start:end]
            place = holders.searchsorted(sought)
            place[place == len(holders)] = 0
            held = np.flatnonzero(holders[place] == sought)
            found[number, held] = self._weights[start:end][place[held]]
        return found / np.float32(_LEVELS)

    def scores(self, query: Query) -> Floats:
        """BM25 score of every row, divided by the query's ceiling: ``float32[size]`` in [0, 1]."""
        if query.ceiling <= 0:
            return np.zeros(self.size, np.float32)
        return self.weighted(query.terms, query.weights / np.float32(query.ceiling))
