"""How often the likeliest unit is the right one, by how likely it was said to be.

The map from the one to the other is monotone and is fitted (isotonic regression) on texts that were left out of
learning, so that "95 of 100" is what it says. Texts written to be hard make it say less than a plain stream deserves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from city.schema import Record

Floats = NDArray[np.float32]


class Trust(Record):
    """Knots of the map: said chances, rising, and how often they came true. Without knots it changes nothing."""

    said: tuple[float, ...] = ()
    true: tuple[float, ...] = ()

    def of(self, chance: float) -> float:
        """The share of right ones among those said to be this likely."""
        return float(np.interp(chance, self.said, self.true)) if self.said else chance


def fit_trust(chances: Floats, wanted: Floats, labels: Sequence[str], groups: Mapping[str, str]) -> Trust:
    """Fit the map on left-out texts: ``float32[texts, labels]`` and the labels they should have.

    ``groups`` says which labels lead to the same unit; their chances add up.
    """
    from scipy.optimize import isotonic_regression

    names = sorted({groups.get(label, label) for label in labels})
    member = np.zeros((len(labels), len(names)), np.float32)
    member[np.arange(len(labels)), [names.index(groups.get(label, label)) for label in labels]] = 1.0
    together, right = chances @ member, wanted @ member
    best = together.argmax(axis=1)
    said = together[np.arange(len(best)), best]
    came = right[np.arange(len(best)), best] > 0
    order = np.argsort(said, kind="stable")
    true = isotonic_regression(came[order].astype(float)).x
    # One knot for each step of the map, at the middle of what it holds.
    starts = np.flatnonzero(np.diff(true, prepend=-1.0))
    middles = [float(np.mean(part)) for part in np.split(said[order], starts[1:])]
    return Trust(said=tuple(middles), true=tuple(float(true[at]) for at in starts))
