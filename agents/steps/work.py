"""Specialists: each question to its own, all at the same time."""

from __future__ import annotations

from langgraph.runtime import Runtime
from langgraph.types import Send

from agents.context import TurnContext
from agents.specialists import Assignment, specialists
from agents.state import Json, PartState, TalkState


def spread(state: TalkState) -> list[Send] | str:
    """Fan out to the specialists, or go on where nothing is left to ask."""
    if state.get("ending") or not state.get("parts"):
        return "compose"
    return [Send("work", {"part": {**part, "order": order}}) for order, part in enumerate(state["parts"])]


async def work(state: PartState, runtime: Runtime[TurnContext]) -> Json:
    """Let one specialist answer one question."""
    context = runtime.context
    order = state["part"]["order"]
    task = Assignment.model_validate({k: v for k, v in state["part"].items() if k != "order"})
    await context.emit({"type": "step", "step": "work", "specialist": task.specialist})
    with context.step(f"work:{task.specialist}") as note:
        draft = await specialists()[task.specialist].work(context, task)
        note.update(draft.notes, outcome=draft.outcome.value)
    return {"drafts": [{"order": order, "as_of": task.as_of.isoformat(), **draft.model_dump(mode="json")}]}
