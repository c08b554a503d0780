"""From the learnt scores and from what each tool hears in the message, how likely each tool is meant.

A tool that hears a name of its register, a time, a choice in a message is likelier than one that must ask for what it
needs. The weights are those of two logistic regressions, of tools against each other and of any tool against none, over
messages held out in turn (three folds of the example city's ``citydata/training``); ``python -m eval.plan_weights``
fits them again. They hold for kinds of arguments, not for tools, so another city's tools need no new ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

KINDS = ("entity", "place", "district", "time", "choice", "number", "missing")
"""What a tool hears, each counted up to twice; ``missing`` are required arguments that are not said."""
MOST = 2
NEAREST = 5
"""So many tools of the highest scores are heard for."""
_SCORE = 4.8
_AGAINST_EACH_OTHER = (0.9, 0.73, 0.13, 1.13, 1.27, 0.49, -0.89)
_TOOL, _OTHER, _NOWHERE, _ANY = 2.73, -2.07, -1.87, -1.92
_AGAINST_NONE = (-0.03, 0.21, 0.04, 0.57, 0.77, 0.23, -0.7)


class Evidence(NamedTuple):
    """What one tool hears in a message: counts by ``KINDS``."""

    tool: str
    counts: tuple[int, ...]


class Decision(NamedTuple):
    """Tools, likeliest first, each with the chance that it is meant; the chances of none and of data nobody has."""

    tools: list[tuple[str, float]]
    other: float
    nowhere: float


def decide(scores: Mapping[str, float], heard: Sequence[Evidence], other: float, nowhere: float) -> Decision:
    """``scores`` by tool; ``other`` and ``nowhere`` are the scores of messages that want no tool."""
    values = {one.tool: _SCORE * scores[one.tool] + _dot(_AGAINST_EACH_OTHER, one.counts) for one in heard}
    order = sorted(heard, key=lambda one: -values[one.tool])
    if not order:
        return Decision([], 1.0 - _share(nowhere, other), _share(nowhere, other))
    best = order[0]
    any_tool = _ANY + _TOOL * scores[best.tool] + _OTHER * other + _NOWHERE * nowhere
    chance = 1 / (1 + math.exp(-(any_tool + _dot(_AGAINST_NONE, best.counts))))
    whole = sum(math.exp(values[one.tool] - values[best.tool]) for one in order)
    tools = [(one.tool, chance * math.exp(values[one.tool] - values[best.tool]) / whole) for one in order]
    return Decision(tools, (1 - chance) * (1 - _share(nowhere, other)), (1 - chance) * _share(nowhere, other))


def _share(one: float, other: float) -> float:
    return 1 / (1 + math.exp(_SCORE * (other - one)))


def _dot(weights: Sequence[float], counts: Sequence[int]) -> float:
    return sum(weight * count for weight, count in zip(weights, counts, strict=True))
