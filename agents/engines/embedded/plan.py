"""The embedded solver of ``plan``: the tool is chosen and its arguments are read before the task is put."""

from __future__ import annotations

from agents.engines.tasks import PlanGiven, PlanMade


def plan(given: PlanGiven) -> PlanMade:
    """The plan that rules and examples propose."""
    return given.proposed
