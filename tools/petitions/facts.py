"""What two petitions share, and what is new in the later one: in words that a person can read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.petitions.petition import Fact
from tools.petitions.sketch import Reading, Sketch
from tools.petitions.terms import BODY, PLACE, Ids, Occurrences, Weights, among

_CLAUSE = re.compile(r"[^,.;:!?，。；：！？、\s]+")
_WORDS = 6
_LONGEST = 12
_FRESH = 0.5  # share of a clause's weight that must be new
_RARE = 2.0  # weight of a term that says something: it stands in about 2 % of all matters, or fewer
_ENOUGH = 2  # so many new terms of that kind make a clause a fact
Weighed = NDArray[np.float32]
Chosen = NDArray[np.bool_]
Newness = Literal["words", "figure", "place"]
_FIELDS: tuple[Literal["title", "detail"], ...] = ("title", "detail")


class _Run(NamedTuple):
    start: int
    end: int
    weight: float


def shared_words(reading: Reading, other: Sketch, weights: Weights) -> tuple[str, ...]:
    """The weightiest words of the petition that the other has as well, places excepted; whole runs, not pairs."""
    return words_of(reading, other.body, weights, _WORDS)


def shared_places(reading: Reading, other: Sketch, weights: Weights) -> tuple[str, ...]:
    """Places of the petition that the other names as well, those that tell one place from another first."""
    return words_of(reading, other.places, weights, _WORDS, PLACE)


def words_of(reading: Reading, terms: Ids, weights: Weights, count: int, channel: int = BODY) -> tuple[str, ...]:
    """Of the petition's words made of ``terms``, the weightiest; long runs are cut short."""
    runs: dict[str, float] = {}
    for name, text in _texts(reading):
        found = reading.fields[name]
        for run in _runs(found, (found.channels == channel) & among(found.ids, terms), weights):
            word = text[run.start : run.end]
            word = word if len(word) <= _LONGEST else f"{word[:_LONGEST]}…"
            if len(word) > 1:
                runs[word] = max(runs.get(word, 0), run.weight)
    return _distinct(runs, count)


def new_facts(reading: Reading, earlier: Sequence[Sketch], weights: Weights) -> tuple[Fact, ...]:
    """Clauses of the petition that mostly say what none of ``earlier`` says, as quotes, in the order of the text."""
    known = np.unique(np.concatenate([sketch.terms for sketch in earlier])) if earlier else np.zeros(0, np.int32)
    facts = []
    for name, text in _texts(reading):
        found = reading.fields[name]
        weight = np.where((found.channels == BODY) | (found.channels == PLACE), weights.of(found.ids), 0)
        fresh = ~among(found.ids, known) & (weight > 0)
        starts = np.sort(found.starts[fresh]).tolist()
        for clause in _CLAUSE.finditer(text):
            if bisect_left(starts, clause.start()) == bisect_left(starts, clause.end()):
                continue  # nothing new in it
            inside = (found.starts >= clause.start()) & (found.ends <= clause.end())
            by = _says_new(found, weight, fresh & inside, inside)
            if by:
                words = {text[r.start : r.end]: r.weight for r in _runs(found, fresh & inside, weights)}
                start, end = clause.span()
                quote = getattr(reading.petition, name)[start:end]
                facts.append(Fact(field=name, start=start, end=end, quote=quote, fresh=_distinct(words, 3), by=by))
    return tuple(facts)


def _says_new(found: Occurrences, weight: Weighed, fresh: Chosen, inside: Chosen) -> Newness | None:
    """In what a clause is new, if it is."""
    rare = fresh & (weight >= _RARE)
    if (rare & (found.channels == PLACE)).any():
        return "place"
    if (fresh & found.marks).any():
        return "figure"
    new = float(weight[fresh].sum()) >= _FRESH * max(float(weight[inside].sum()), 1e-6)
    return "words" if new and rare.sum() >= _ENOUGH else None


def _texts(reading: Reading) -> list[tuple[Literal["title", "detail"], str]]:
    return [(name, getattr(reading.petition, name)) for name in _FIELDS]


def _runs(found: Occurrences, chosen: Chosen, weights: Weights) -> list[_Run]:
    """Chosen terms that overlap in the text, joined; runs that weigh nothing are left out."""
    runs: list[_Run] = []
    each = weights.of(found.ids)
    for at in sorted(np.flatnonzero(chosen).tolist(), key=lambda n: int(found.starts[n])):
        start, end, weight = int(found.starts[at]), int(found.ends[at]), float(each[at])
        if runs and start < runs[-1].end:
            last = runs.pop()
            start, end, weight = last.start, max(end, last.end), last.weight + weight
        runs.append(_Run(start, end, weight))
    return [run for run in runs if run.weight > 0]


def _distinct(runs: dict[str, float], count: int) -> tuple[str, ...]:
    """The weightiest, without what is part of a weightier one."""
    kept: list[str] = []
    for word in sorted(runs, key=lambda w: (-runs[w], w)):
        if not any(word in longer for longer in kept):
            kept.append(word)
        if len(kept) == count:
            break
    return tuple(kept)
