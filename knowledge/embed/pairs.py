"""Training pairs made from the corpus: two texts that belong together though they share few words.

A sentence and the rest of its provision (inverse cloze task, Lee et al. 2019), a title or two clauses and the
provision without them, a provision and its neighbour. No labels are needed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from knowledge.index.types import Entry

_SENTENCE = re.compile(r"[。；;！!？?\n]+")
_CLAUSE = re.compile(r"[，。；：、,;:\n]+")
_SHORTEST = 6


class Pair(NamedTuple):
    """Two texts that ought to be near each other."""

    short: str
    long: str


def corpus_pairs(entries: Sequence[Entry], seed: int) -> list[Pair]:
    """One pair for each entry; another ``seed`` gives other pairs."""
    chance = np.random.default_rng(seed)
    return [_pair(entries, row, chance) for row in range(len(entries))]


def _pair(entries: Sequence[Entry], row: int, chance: np.random.Generator) -> Pair:
    entry, draw = entries[row], chance.random()
    sentences = [part for part in _SENTENCE.split(entry.text) if len(part) >= _SHORTEST]
    if len(sentences) >= 2 and draw < 0.6:
        at = int(chance.integers(len(sentences)))
        rest = "。".join(sentences[:at] + sentences[at + 1 :])
        headed = chance.random() < 0.5
        return Pair(sentences[at], f"{entry.title} {entry.path} {rest}" if headed else rest)
    last = row + 1 >= len(entries) or entries[row + 1].document != entry.document
    if draw < 0.8 or last:
        clauses = _CLAUSE.split(entry.text)
        if len(clauses) > 2 and chance.random() < 0.6:
            at = int(chance.integers(len(clauses) - 1))
            rest = "，".join(clauses[:at] + clauses[at + 2 :])
            return Pair("，".join(clauses[at : at + 2]), f"{entry.title} {entry.path} {rest}")
        title = f"{entry.path} {entry.title}" if chance.random() < 0.3 else entry.title
        return Pair(title, f"{entry.path} {entry.text}")
    after = entries[row + 1]
    return Pair(entry.text, f"{after.title} {after.path} {after.text}")
