"""A scripted engine: answers that were set beforehand, for tests and for replaying a talk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from agents.engines.base import EngineAnswerInvalid, EngineUnavailable, I, O, Task
from agents.engines.calls import Call, Served


class ScriptedEngine:
    """Gives the scripted answers of each task in order; an exception in the script is raised.

    Example::

        engine = ScriptedEngine({"route": [RouteMade(parts=[])], "write": [["第一句。", "第二句。"]]})
    """

    name = "scripted"

    def __init__(self, script: dict[str, Iterable[Any]]):
        self._script = {task: iter(answers) for task, answers in script.items()}
        self.asked: list[tuple[str, BaseModel]] = []

    def _next(self, task: str, given: BaseModel) -> Any:  # a script holds anything
        self.asked.append((task, given))
        try:
            answer = next(self._script[task])
        except (KeyError, StopIteration):
            raise EngineUnavailable(f"The script has no further answer for the task {task!r}.") from None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        """The next scripted answer, checked against the task's model."""
        answer = self._next(task.name, given)
        if call is not None:
            call.record(Served(task.name, self.name))
        try:
            return task.returns.model_validate(answer.model_dump() if isinstance(answer, BaseModel) else answer)
        except ValidationError as error:
            raise EngineAnswerInvalid(f"The scripted answer to {task.name!r} is not in form.") from error

    async def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncIterator[str]:
        """The next scripted pieces of text."""
        pieces = self._next(task.name, given)
        if call is not None:
            call.record(Served(task.name, self.name))
        for piece in pieces:
            yield piece
