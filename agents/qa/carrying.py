"""Passages in an order that a model server knows already: those shown the turn before come first, unchanged.

A server keeps what it has read of a prompt up to the first difference. On the second question of a matter most
passages are the same; where they stand as they stood, only what is new has to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agents.engines.tasks import Passage

MOST_SHOWN = 9
"""Longer than this, the list starts anew with the passages of the question."""
SAME = 3
"""At least one in so many passages must have been shown before: a new matter starts a new list."""


def order_of(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """Ids in the order to show. ``before``: as shown the turn before; ``now``: those found for this question.

    >>> order_of(["a", "b", "c"], ["c", "d", "a"])
    ['a', 'b', 'c', 'd']
    >>> order_of(["a", "b", "c"], ["x", "y", "z"])
    ['x', 'y', 'z']
    """
    known = set(before)
    fresh = [one for one in now if one not in known]
    is_same_matter = (len(now) - len(fresh)) * SAME >= len(now)
    return [*before, *fresh] if is_same_matter and len(before) + len(fresh) <= MOST_SHOWN else list(now)


def arranged(
    before: Sequence[str], passages: Sequence[Passage], made: Callable[[str], Passage | None]
) -> list[Passage]:
    """``passages`` (with ids) with those of the turn before in front; ``made`` makes one of those again, None where it
    may not be shown any more: then nothing is carried over.
    """
    own = {passage.id: passage for passage in passages}
    shown = [own.get(one) or made(one) for one in order_of(before, list(own))]
    kept = [passage for passage in shown if passage is not None]
    return kept if len(kept) == len(shown) else list(passages)
