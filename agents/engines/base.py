"""The `Engine` seam: run a typed task.

A *task* is a question put to an engine: typed input, typed output, and a prompt file under ``prompts/tasks/`` with the
same name. ``decide`` returns a checked object; ``write`` streams text. Every engine runs every task; the embedded one
has a solver per task, the model ones render the prompt.

Example::

    route = Task("route", RouteInput, RouteOutput)
    choice = await engine.decide(route, RouteInput(message="怎么办身份证"))
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from agents.engines.calls import Call
from city.errors import CityDeskError, TryAgain

I_contra = TypeVar("I_contra", bound=BaseModel, contravariant=True)
I = TypeVar("I", bound=BaseModel)  # noqa: E741  # In and out, as in the literature on typed tasks
O = TypeVar("O", bound=BaseModel)  # noqa: E741


class EngineUnavailable(TryAgain):
    """The engine did not answer in time or at all; another engine may."""


class EngineAnswerInvalid(CityDeskError):
    """The engine answered, but not in the task's form, also after one repair."""


@dataclass(frozen=True)
class Task(Generic[I, O]):
    """A typed question to an engine; ``name`` is also the name of its prompt file."""

    name: str
    given: type[I]
    returns: type[O]


class Engine(Protocol):
    """Runs typed tasks. Raises EngineUnavailable or EngineAnswerInvalid. ``call`` says for whom, and until when."""

    name: str

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        """Answer ``task`` for ``given`` as a checked object."""
        ...

    def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncIterator[str]:
        """Stream the answer of a writing task as pieces of text. Leaving the stream frees what it holds."""
        ...
