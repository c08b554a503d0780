"""Options as they are for a new petition: from a reader of categories that has not learnt from this very one.

A reader is sure of what it knows by heart. Examples made with it would teach a model that the first option is always
right, and that doubt never happens.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.dispatch.dispatcher import Dispatcher
from agents.reading.categories import Known as Taught
from serve.training.likeness import Known, grams
from serve.training.matters import Groups

_SENTENCE = 6
"""Runs of four characters that a text of the reader needs to be somebody's message, and not a word for a thing."""
Learn = Callable[[int, Sequence[Taught]], Dispatcher]


@dataclass(frozen=True)
class Readers:
    """The installation's own dispatcher, what it has learnt from, and how to learn from less.

    ``folds``: parts into which known petitions are laid; each is asked of a dispatcher that knows only the others'.
    With 0 known petitions have none. ``learn`` takes the part's number and the texts.
    """

    own: Dispatcher
    taught: Sequence[Taught]
    learn: Learn
    folds: int = 3

    def of(self, petitions: Mapping[str, str], groups: Groups) -> dict[str, Dispatcher]:
        """Order → its dispatcher, for ``petitions`` by order; those that must go without one are not in it."""
        sentences = Known(one.text for one in self.taught if _is_message(one))
        known = {order for order, text in petitions.items() if sentences.holds(text)}
        found = {order: self.own for order in petitions if order not in known}
        parts: defaultdict[int, list[str]] = defaultdict(list)
        for order in known if self.folds else ():
            parts[_part(groups.of(order), self.folds)].append(order)
        for part, orders in sorted(parts.items()):
            asked = Known(petitions[order] for order in sorted(orders))
            rest = [one for one in self.taught if not (_is_message(one) and asked.holds(one.text))]
            found |= dict.fromkeys(orders, self.learn(part, rest))
        return found


def _is_message(one: Taught) -> bool:
    return len(grams(one.text)) >= _SENTENCE


def _part(matter: str, folds: int) -> int:
    return hashlib.sha256(f"part {matter}".encode()).digest()[0] % folds
