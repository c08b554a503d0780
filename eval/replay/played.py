"""What engines and tools answered then, given again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from agents.engines.base import EngineUnavailable, I, O, Task
from agents.engines.calls import Call, Served
from agents.recording import Heard, Json
from tools.seam.audit import CallRecord
from tools.seam.result import ToolResult
from tools.seam.toolbox import Caller, Toolbox


class PlayedEngine:
    """An `Engine` that answers each task as it was answered in the turn on record, in that order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._ahead: list[Heard] = []

    def take(self, heard: Sequence[Heard]) -> None:
        """Have a turn's answers ready."""
        self._ahead = list(heard)

    def _next(self, task: str) -> Json | str:
        at = next((number for number, one in enumerate(self._ahead) if one.task == task), None)
        if at is None:
            raise EngineUnavailable(f"The turn on record asked no {task!r} here.")
        return self._ahead.pop(at).made

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:  # the protocol's
        """The decision on record. Raises EngineUnavailable where there is none."""
        made = task.returns.model_validate(self._next(task.name))
        if call is not None:
            call.record(Served(task.name, self.name))
        return made

    async def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncIterator[str]:
        """The text on record. Raises EngineUnavailable where there is none."""
        text = str(self._next(task.name))
        if call is not None:
            call.record(Served(task.name, self.name))
        yield text


class _NoLog:
    """Keeps nothing: a replay is no call of anybody's."""

    def add(self, record: CallRecord) -> None:
        """Nothing."""


class PlayedBox(Toolbox):
    """A toolbox whose calls bring what they brought in the turn on record; everything else is as in ``box``.

    With ``fallback`` a call that is not on record is made for the moment of the turn, and not logged; else it is an
    outage.
    """

    def __init__(self, box: Toolbox, *, fallback: bool) -> None:
        offered = {one.tool.id: one for one in box.every}
        super().__init__(box.pack, box.gazetteer, box.feeds, _NoLog(), offered)
        self._fallback = fallback
        self._results: list[ToolResult] = []

    def take(self, results: Sequence[Json]) -> None:
        """Have a turn's results ready."""
        self._results = [ToolResult.model_validate(one) for one in results]

    def call(self, tool: str, arguments: Mapping[str, Any], caller: Caller, now: datetime) -> ToolResult:
        """The result on record of the next call of ``tool``. Raises EngineUnavailable where there is none."""
        at = next((number for number, one in enumerate(self._results) if one.tool == tool), None)
        if at is not None:
            return self._results.pop(at)
        if self._fallback:
            return super().call(tool, arguments, caller, now)
        raise EngineUnavailable(f"The turn on record did not call {tool!r} here.")
