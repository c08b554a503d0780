"""The embedded solver of ``hear_facts``: patterns have read the message already, and nothing is added."""

from __future__ import annotations

from agents.engines.tasks import HeardFacts, HearGiven


def hear_facts(_given: HearGiven) -> HeardFacts:
    """No more facts than patterns read."""
    return HeardFacts()
