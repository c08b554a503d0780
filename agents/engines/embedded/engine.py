"""The embedded engine: one solver per task."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from pydantic import BaseModel

from agents.engines.base import EngineUnavailable, I, O, Task
from agents.engines.calls import Call, Served
from agents.engines.embedded.choose import choose
from agents.engines.embedded.dispatch import dispatch
from agents.engines.embedded.draft import draft_rule
from agents.engines.embedded.hear import hear_facts
from agents.engines.embedded.plan import plan
from agents.engines.embedded.route import Cues, route
from agents.engines.embedded.statistics import Statistics
from agents.engines.embedded.write import Quotes, write


class EmbeddedEngine:
    """Runs every task without a model. Pure computation on small inputs, so it answers within a few milliseconds."""

    name = "embedded"

    def __init__(self, statistics: Statistics, cues: Cues, quotes: Quotes):
        self._deciders: dict[str, Callable[[Any], BaseModel]] = {
            "route": lambda given: route(given, cues),
            "choose": lambda given: choose(given, statistics),
            "dispatch": dispatch,
            "draft_rule": draft_rule,
            "hear_facts": hear_facts,
            "plan": plan,
        }
        self._writers: dict[str, Callable[[Any], Iterator[str]]] = {
            "write": lambda given: write(given, quotes),
        }

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        """Solve a deciding task."""
        solver = self._deciders.get(task.name)
        if solver is None:
            raise EngineUnavailable(f"The embedded engine has no solver for the task {task.name!r}.")
        begun = time.monotonic()
        made = task.returns.model_validate(solver(given), from_attributes=True)
        if call is not None:
            call.record(Served(task.name, self.name, time.monotonic() - begun))
        return made

    async def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncIterator[str]:
        """Solve a writing task."""
        writer = self._writers.get(task.name)
        if writer is None:
            raise EngineUnavailable(f"The embedded engine has no writer for the task {task.name!r}.")
        if call is not None:
            call.record(Served(task.name, self.name))
        for piece in writer(given):
            yield piece
