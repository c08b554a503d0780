"""A ladder of engines: the first one that answers in time is heard, the last one needs nothing but this machine.

What a lower step has done is marked as degraded, so that the reply can say it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from agents.engines.base import Engine, EngineAnswerInvalid, EngineUnavailable, I, O, Task
from agents.engines.calls import Call

log = logging.getLogger("citydesk.engines")
RESERVE = 3.0
"""Seconds of a call's time that the upper steps leave to the last one."""


class EngineLadder:
    """Engines, best first. A text that broke off in the middle is not begun anew by the next: what was said cannot be
    taken back, so the failure is raised, and the caller falls back to what it can show.

    Example: ``EngineLadder([VLLMEngine(settings), embedded])``.
    """

    def __init__(self, steps: Sequence[Engine], *, reserve: float = RESERVE):
        self.steps = list(steps)
        self.name = self.steps[0].name
        self._reserve = reserve

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        """The first step's answer that comes."""
        call = call or Call()
        for number, step in enumerate(self.steps):
            try:
                return await step.decide(task, given, self._for(number, call))
            except (EngineUnavailable, EngineAnswerInvalid) as error:
                self._fall(number, task.name, error)
        raise EngineUnavailable(f"No engine answers the task {task.name!r}.")

    async def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncGenerator[str, None]:
        """The first step's text that begins."""
        call = call or Call()
        for number, step in enumerate(self.steps):
            said = False
            try:
                pieces = step.write(task, given, self._for(number, call))
                async with aclosing(pieces) as open_pieces:  # type: ignore[type-var]  # engines write generators
                    async for piece in open_pieces:
                        said = True
                        yield piece
                return
            except (EngineUnavailable, EngineAnswerInvalid) as error:
                if said:
                    raise
                self._fall(number, task.name, error)

    def _for(self, number: int, call: Call) -> Call:
        if number:
            call = call.fallen()
        is_last = number == len(self.steps) - 1
        if is_last or call.deadline is None:
            return call
        # Half of what is left where that is little: a late task still gives the model a chance.
        left = max(0.0, call.deadline - time.monotonic())
        return replace(call, deadline=call.deadline - min(self._reserve, left / 2))

    def _fall(self, number: int, task: str, error: Exception) -> None:
        step = self.steps[number]
        if number == len(self.steps) - 1:
            raise error
        log.warning("%s cannot do %s: %s; %s does", step.name, task, error, self.steps[number + 1].name)
