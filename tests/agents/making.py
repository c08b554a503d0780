"""A turn's context and drafts for the tests of steps and specialists, over the example city's house."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast

from langgraph.runtime import Runtime

from agents.context import House, TurnContext
from agents.contract import Role
from agents.engines.base import Engine
from agents.specialists import Assignment
from tests.conftest import TODAY


def context_of(
    house: House, text: str = "", *, role: Role = "citizen", as_of: date = TODAY, engine: Engine | None = None
) -> TurnContext:
    """The circumstances of one turn in the example city."""
    used = replace(house, engine=engine) if engine else house
    region = house.pack.city.region
    return TurnContext(house=used, original=text, cleaned=text, today=TODAY, as_of=as_of, role=role, region=region)


def runtime_of(context: TurnContext) -> Runtime[TurnContext]:
    """What LangGraph hands to a step."""
    return cast("Runtime[TurnContext]", Runtime(context=context))


def task_of(specialist: Any, question: str, *, as_of: date = TODAY, detail_of: str | None = None) -> Assignment:
    """A question given to a specialist."""
    return Assignment(specialist=specialist, question=question, as_of=as_of, detail_of=detail_of)
