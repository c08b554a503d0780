"""The `Specialist` seam. A specialist answers one question with a draft; adding one is adding a module here or an
entry point in the group ``citydesk.specialists``, nothing else.

Example::

    class Weather:
        name = "citydata"
        levels = frozenset()

        async def work(self, context, task):
            return Draft(specialist=self.name, question=task.question, outcome=Outcome.NOT_FOUND)

    SPECIALIST = Weather()
"""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

from pydantic import BaseModel, Field

from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from knowledge.model import Level

ENTRY_POINTS = "citydesk.specialists"


class Assignment(BaseModel):
    """One question given to a specialist."""

    specialist: SpecialistName
    question: str
    asked: str = ""
    as_of: date
    detail_of: str | None = None
    ordinal: int | None = None
    follows: bool = False
    kind: str = Field(default="", description="the gate's kind of the message")
    flags: tuple[str, ...] = ()
    petition: dict[str, Any] | None = Field(default=None, description="the draft that is open in this talk")
    meaning: str = Field(default="", description="what the message is to that draft")
    matching: dict[str, Any] | None = Field(default=None, description="the matching of policies that is open")
    orders: tuple[str, ...] = Field(default=(), description="numbers of work orders filed in this talk")
    call: dict[str, Any] | None = Field(default=None, description="a call of a tool that this message goes on with")


class Specialist(Protocol):
    """Answers questions of one kind."""

    @property
    def name(self) -> SpecialistName:
        """The route it serves."""

    @property
    def levels(self) -> frozenset[Level]:
        """Levels of documents that speak for it when a question is routed."""

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """Answer one question."""


@cache
def specialists() -> dict[SpecialistName, Specialist]:
    """Every specialist by name: the modules of this package, then what entry points add or replace."""
    import agents.specialists as package

    found: dict[SpecialistName, Specialist] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        if hasattr(module, "SPECIALIST"):
            found[module.SPECIALIST.name] = module.SPECIALIST
    for entry in entry_points(group=ENTRY_POINTS):
        specialist: Specialist = entry.load()
        found[specialist.name] = specialist
    return found
