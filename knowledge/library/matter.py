"""What a clause is about, told by the words that are its own.

Character pairs weigh as they do in retrieval, ``log(1 + N / df)``: the rarer in the corpus, the more they tell. Pairs
in more than a few per cent of all provisions (formulas such as 处…罚款) tell nothing and are left out, so a city's own
formulas are learnt from its own corpus. Method: inverse document frequency with a Dice coefficient.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.library.quantities import Quantity, quantities
from knowledge.library.versions import pairs_of

SAMPLE = 20_000  # provisions counted at most, spread evenly: frequencies need no more
_COMMON_SHARE = 0.03
_COMMON_LEAST = 10  # in a small corpus no pair is common before it is in this many provisions
_CLAUSE = re.compile(r"[^。；;\n]+")
_PUNCTUATION = re.compile(r"[\s，、：:,（）()《》“”「」]+")
# Measures of time differ in kind (30 days, 1 month, 20 working days) but answer the same question.
_FAMILIES = {"time": "period", "working day": "period", "month": "period"}

Frequencies = Callable[[Iterable[str]], Mapping[str, int]]


def count_pairs(texts: Sequence[str]) -> tuple[Counter[str], int]:
    """In how many provisions each character pair is, and how many provisions were counted."""
    step = max(1, math.ceil(len(texts) / SAMPLE))
    counted, frequencies = 0, Counter[str]()
    for text in texts[::step]:
        frequencies.update(pairs_of(text))
        counted += 1
    return frequencies, counted


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with figures: the weights of its own pairs, and its amounts by the question they answer."""

    weights: dict[str, float]
    amounts: dict[str, tuple[Quantity, ...]]


def clauses(text: str, frequencies: Frequencies, total: int) -> list[Clause]:
    """The clauses of a provision that hold amounts; spans of the amounts are offsets into ``text``.

    ``frequencies`` gives the number of provisions, out of ``total``, that hold each of the pairs asked for.
    """
    found = []
    for match in _CLAUSE.finditer(text):
        amounts: dict[str, list[Quantity]] = defaultdict(list)
        words, last = [], 0
        for quantity in quantities(match.group()):
            words.append(match.group()[last : quantity.start])
            last = quantity.end
            family = _FAMILIES.get(quantity.measure, quantity.measure)
            amounts[family].append(quantity.moved(match.start()))
        if amounts:
            words.append(match.group()[last:])
            pairs = {pair for run in words for piece in _PUNCTUATION.split(run) for pair in pairs_of(piece)}
            weights = _weights(frequencies(pairs), pairs, total)
            found.append(Clause(weights, {name: tuple(some) for name, some in amounts.items()}))
    return found


def _weights(known: Mapping[str, int], pairs: Iterable[str], total: int) -> dict[str, float]:
    common = max(_COMMON_LEAST, _COMMON_SHARE * total)
    counts = {pair: max(1, known.get(pair, 0)) for pair in pairs}
    return {pair: math.log(1 + total / count) for pair, count in counts.items() if count <= common}


def alike(one: Clause, other: Clause) -> float:
    """How much of both clauses' own words they share, in [0, 1]."""
    total = sum(one.weights.values()) + sum(other.weights.values())
    shared = sum(weight for pair, weight in one.weights.items() if pair in other.weights)
    return 2 * shared / total if total else 0.0


def disagree(one: Sequence[Quantity], other: Sequence[Quantity]) -> bool:
    """Whether two groups of amounts cannot both be right.

    As many figures must be the same figures (a fine of 1 to 10 is not one of 2 to 10); where one clause gives more
    figures than the other, they disagree only when none is common.
    """
    mine = sorted((q.measure, q.value) for q in one)
    theirs = sorted((q.measure, q.value) for q in other)
    if len(mine) == len(theirs):
        return mine != theirs
    return not set(mine) & set(theirs)
