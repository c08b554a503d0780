"""A petition as numbers: its terms by channel, and how much each term weighs in this stream.

A term is a pair of neighbouring characters, or a word of letters and digits, hashed to one of 2²¹ places: no dictionary
is needed and none has to be saved. Terms of places, of stock phrases and of the rest are kept apart. A term weighs by
how few *matters* it occurs in, not by how few messages: so the words of a hot topic stay specific however many people
use them, and the phrases that stand in everybody's letter weigh nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int32]

BUCKETS = 1 << 21
_BITS = np.uint32(32 - 21)
_FIRST, _SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)
_SMOOTHING = 30.0
_FLOOR = 2.0  # a term in a seventh of all matters, or more, weighs nothing
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_HAN = ("\u4e00", "\u9fff")

BODY, PLACE, STOCK = 0, 1, 2
"""Channels of characters."""


@cache
def _table() -> dict[int, int]:
    """Full-width forms and capitals, one character to one character so that positions stay."""
    table = {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
    lower = {point: point + 32 for point in range(65, 91)}
    return {key: lower.get(value, value) for key, value in table.items()} | lower


def plain(text: str) -> str:
    """``text`` in half-width lower case, character for character."""
    return text.translate(_table())


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The terms of one plain text in order of reading: hashed term, first character, end, channel (-1 mixed)."""

    ids: Ids
    starts: Ids
    ends: Ids
    channels: NDArray[np.int8]
    marks: NDArray[np.bool_]


def occurrences(text: str, channels: NDArray[np.int8]) -> Occurrences:
    """Terms of a plain ``text``; ``channels`` is ``int8[len(text)]``. A term across two channels has channel -1."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    han = (points >= ord(_HAN[0])) & (points <= ord(_HAN[1]))
    at = np.flatnonzero(han[:-1] & han[1:]).astype(np.int32)
    ids = hashed(points[at], points[at + 1])
    same = np.where(channels[at] == channels[at + 1], channels[at], -1).astype(np.int8)
    words = list(_WORD.finditer(text))
    more = [crc32(_mark(text, word).encode()) >> int(_BITS) for word in words]
    return Occurrences(
        ids=np.concatenate([ids, np.array(more, np.int32)]),
        starts=np.concatenate([at, np.array([word.start() for word in words], np.int32)]),
        ends=np.concatenate([at + 2, np.array([word.end() for word in words], np.int32)]).astype(np.int32),
        channels=np.concatenate([same, np.array([channels[word.start()] for word in words], np.int8)]),
        marks=np.concatenate([np.zeros(len(at), np.bool_), np.ones(len(words), np.bool_)]),
    )


def _mark(text: str, word: re.Match[str]) -> str:
    """A figure together with what it counts (12万, 5栋), a word of letters alone."""
    return text[word.start() : word.end() + 1] if word[0][-1].isdigit() else word[0]


def hashed(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> Ids:
    """Places of pairs among the 2²¹."""
    mixed = (first * _FIRST) ^ (second * _SECOND)
    mixed = (mixed ^ (mixed >> np.uint32(15))) * _FIRST
    found: Ids = (mixed >> _BITS).astype(np.int32)
    return found


def among(ids: Ids, chosen: Ids) -> NDArray[np.bool_]:
    """Which of ``ids`` are among ``chosen``, which must rise."""
    if not len(chosen):
        return np.zeros(len(ids), np.bool_)
    found: NDArray[np.bool_] = chosen[np.minimum(np.searchsorted(chosen, ids), len(chosen) - 1)] == ids
    return found


class Weights:
    """In how many matters each term occurs, and what it weighs: ``int32[2²¹]`` counted as the stream grows."""

    def __init__(self) -> None:
        self.counts: Ids = np.zeros(BUCKETS, np.int32)
        self.matters = 0
        self._by_count: Floats = np.zeros(0, np.float32)

    def of(self, ids: Ids) -> Floats:
        """Weight of each term: log of matters per occurrence above a floor, never below 0."""
        if not len(self._by_count):
            rate = (np.arange(self.matters + 2) + 0.5) / (self.matters + _SMOOTHING)
            self._by_count = np.maximum(-np.log(rate) - _FLOOR, 0).astype(np.float32)
        return self._by_count[np.minimum(self.counts[ids], self.matters + 1)]

    def add(self, ids: Ids, *, matter: bool) -> None:
        """Count distinct terms that are new to their matter; ``matter`` tells whether the matter is new as well."""
        self.counts[ids] += 1
        if matter:
            self.matters += 1
            self._by_count = np.zeros(0, np.float32)
