"""Dispatch without a model: the option that the words of the message make likeliest."""

from __future__ import annotations

from agents.engines.tasks import Dispatched, DispatchGiven


def dispatch(given: DispatchGiven) -> Dispatched:
    """The first of the options, which come best first."""
    best = given.options[0]
    return Dispatched(option=best.number, quote=best.words)
