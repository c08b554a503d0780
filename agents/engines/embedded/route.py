"""The embedded solver of ``route``: each question goes where retrieval and the pack's cue words point.

The caller has already split the message (:mod:`agents.reading.segments`) and measured the tendency, so that what is
left is a vote: the share of retrieval's score that each specialist's documents hold, raised by cue words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from agents.contract import SpecialistName
from agents.engines.tasks import RouteGiven, RouteMade, RoutePart

CUE_VOTE = 0.55


class Cues:
    """Cue words per specialist, from the pack's routing.yaml; each is a regular expression."""

    def __init__(self, cues: Mapping[SpecialistName, list[str]]):
        self._patterns = {name: [re.compile(cue) for cue in words] for name, words in cues.items()}

    def votes(self, text: str) -> dict[SpecialistName, float]:
        """The weight of cue words found in ``text``: one cue counts fully, further ones half."""
        found = {name: sum(1 for p in patterns if p.search(text)) for name, patterns in self._patterns.items()}
        return {name: CUE_VOTE * (1 + 0.5 * (count - 1)) for name, count in found.items() if count}


def route(given: RouteGiven, cues: Cues) -> RouteMade:
    """Solve the task for one question; the default is the first available specialist."""
    votes: dict[str, float] = dict.fromkeys(given.available, 0.0)
    for name, share in given.tendency.items():
        if name in votes:
            votes[name] += share
    for name, weight in cues.votes(given.message).items():
        if name in votes:
            votes[name] += weight
    best = max(given.available, key=lambda name: votes[name])
    total = sum(votes.values())
    confidence = votes[best] / total if total else 0.0
    return RouteMade(parts=[RoutePart(specialist=best, question=given.message, confidence=round(confidence, 3))])
