"""A second opinion beside the rules: how much a message resembles messages of people in danger.

Logistic regression over runs of 1 to 4 characters of the plain text. It knows no rule and no frame, so it may only
raise what the rules left calm, never lower anything. Weights are learned by
``agents.gate.training`` from messages the pack brings and lie beside the rules: ``second_opinion.npz`` for danger,
``crisis_opinion.npz`` for despair without an act in progress, which seldom names itself.
"""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import numpy as np

from city.errors import BadInput

FILE = "second_opinion.npz"
CRISIS_FILE = "crisis_opinion.npz"
LONGEST = 160
"""Longer messages get no second opinion: a long letter is no cry for help, and the rules read it anyway."""
_LENGTHS = (1, 2, 3, 4)


def grams(text: str) -> set[str]:
    """The distinct runs of 1 to 4 characters of a plain text."""
    return {text[place : place + size] for size in _LENGTHS for place in range(len(text) - size + 1)}


class SecondOpinion:
    """The learned weights with the two thresholds between calm, torn and danger."""

    def __init__(self, weights: dict[str, float], bias: float, *, torn_at: float, raise_at: float) -> None:
        self.weights = weights
        self.bias = bias
        self.torn_at = torn_at
        self.raise_at = raise_at

    @classmethod
    def open(cls, path: Path) -> SecondOpinion | None:
        """The opinion stored at ``path``, or None where a city brings none. Raises BadInput for a broken file."""
        if not path.exists():
            return None
        try:
            with np.load(path, allow_pickle=False) as stored:
                weights = dict(zip(stored["grams"].tolist(), stored["weights"].tolist(), strict=True))
                bias, torn_at, raise_at = stored["numbers"].tolist()
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
            remedy = "train it anew: agents.gate.training.train_second_opinion(pack)"
            raise BadInput(f"{path.name} cannot be read ({error}); {remedy}") from error
        return cls(weights, bias, torn_at=torn_at, raise_at=raise_at)

    def save(self, path: Path) -> None:
        """Store as npz; the same weights give the same bytes."""
        names = sorted(self.weights)
        np.savez_compressed(
            path,
            grams=np.array(names),
            weights=np.array([self.weights[name] for name in names], dtype=np.float32),
            numbers=np.array([self.bias, self.torn_at, self.raise_at], dtype=np.float64),
        )

    @property
    def sure_at(self) -> float:
        """The chance half-way from raising to certainty."""
        return (1 + self.raise_at) / 2

    def chance(self, plain: str) -> float:
        """How likely a plain text tells of what was learned, from 0 to 1; 0 for one longer than ``LONGEST``."""
        if len(plain) > LONGEST:
            return 0.0
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, self.score(grams(plain))))))

    def score(self, found: set[str]) -> float:
        """The log odds for a set of n-grams."""
        known = [self.weights[gram] for gram in found if gram in self.weights]
        return self.bias + math.fsum(known) / math.sqrt(max(1, len(known)))
