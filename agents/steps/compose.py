"""Compose: the drafts in the order of the message, each under its question where there are several."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.context import TurnContext
from agents.contract import Draft
from agents.qa.notes import frame
from agents.state import Json, TalkState

SHOWN = 30


async def compose(state: TalkState, runtime: Runtime[TurnContext]) -> Json:
    """Order the drafts and head them."""
    context = runtime.context
    if state.get("ending"):
        return {}
    with context.step("compose"):
        drafts = sorted(state.get("drafts", []), key=lambda draft: draft["order"])
        composed = []
        for raw in drafts:
            draft = Draft.model_validate({k: v for k, v in raw.items() if k not in {"order", "as_of"}})
            if len(drafts) > 1:
                asked = draft.question if len(draft.question) <= SHOWN else draft.question[:SHOWN] + "…"
                draft.sentences.insert(0, frame(context.say("part_heading", question=asked)))
            composed.append(draft.model_dump(mode="json"))
        return {"composed": composed}
