"""How well a ranked list finds what is right. Each takes the keys found, best first, and the right ones.

A key that is found twice counts once, at its first place. All raise BadInput where nothing is right: such a question
has no measure of this kind.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import log2

from city.errors import BadInput


def recall(found: Sequence[str], right: Collection[str], depth: int) -> float:
    """Share of ``right`` among the first ``depth`` found."""
    return len(set(found[:depth]) & _given(right)) / len(set(right))


def precision(found: Sequence[str], right: Collection[str], depth: int) -> float:
    """Share of the first ``depth`` places that hold a right key; places beyond the end hold none."""
    return len(set(found[:depth]) & _given(right)) / depth


def hit(found: Sequence[str], right: Collection[str], depth: int) -> float:
    """1 where any right key is among the first ``depth`` found, else 0."""
    return float(bool(set(found[:depth]) & _given(right)))


def reciprocal_rank(found: Sequence[str], right: Collection[str], depth: int) -> float:
    """1 / rank of the first right answer, 0 beyond ``depth``."""
    wanted = _given(right)
    return next((1 / rank for rank, key in enumerate(found[:depth], 1) if key in wanted), 0.0)


def average_precision(found: Sequence[str], right: Collection[str], depth: int) -> float:
    """Mean over the right keys of the precision at their ranks, 0 for those beyond ``depth``."""
    wanted, hits, total = _given(right), 0, 0.0
    for rank, key in enumerate(_once(found[:depth]), 1):
        if key in wanted:
            hits += 1
            total += hits / rank
    return total / len(wanted)


def ndcg(found: Sequence[str], right: Collection[str], depth: int) -> float:
    """Discounted gain of the first ``depth``, as a share of the best possible. ``right`` may map keys to grades."""
    grades: Mapping[str, float] = right if isinstance(right, Mapping) else dict.fromkeys(right, 1.0)
    best = sum(grade / log2(rank + 1) for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:depth], 1))
    if best <= 0:
        raise BadInput("nothing is right, so there is no gain to reach; leave the question out.")
    gains = [0.0 if key is None else grades.get(key, 0.0) for key in _once(found[:depth])]
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1)) / best


def _given(right: Collection[str]) -> set[str]:
    if not right:
        raise BadInput("nothing is right, so nothing can be found; leave the question out.")
    return set(right)


def _once(found: Sequence[str]) -> list[str | None]:
    """The keys, with None in the places of repeated ones."""
    first = {key: place for place, key in reversed(list(enumerate(found)))}
    return [key if first[key] == place else None for place, key in enumerate(found)]
