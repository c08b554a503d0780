"""Compose: the drafts in the order of the message, each under its question where there are several."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.context import TurnContext
from agents.contract import Draft
from agents.outcomes import Outcome
from agents.qa.notes import frame
from agents.state import Json, TalkState

SHOWN = 30
UNASKED = 0.6
"""Confidence that a rule told beside a petition needs at least."""


def _worth_telling(drafts: list[Json]) -> list[Json]:
    """Beside the way to file a petition, that no rule was found is no news, and a rule nearby is a distraction: nobody
    asked for one.
    """
    if not any(draft["specialist"] == "petition" for draft in drafts):
        return drafts
    return [d for d in drafts if d["outcome"] != Outcome.NOT_FOUND.value and d["confidence"] >= UNASKED]


def _as_asked(state: TalkState, draft: Json) -> str:
    """A part's question as the message put it, unless the talk before had to complete it."""
    part = state["parts"][draft["order"]]
    asked: str = draft["question"] if part["follows"] or not part["asked"] else part["asked"]
    return asked


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


async def compose(state: TalkState, runtime: Runtime[TurnContext]) -> Json:
    """Order the drafts and head them."""
    context = runtime.context
    if state.get("ending"):
        return {}
    with context.step("compose"):
        drafts = _worth_telling(sorted(state.get("drafts", []), key=lambda draft: draft["order"]))
        composed = []
        for raw in drafts:
            draft = Draft.model_validate({k: v for k, v in raw.items() if k not in {"order", "as_of"}})
            if len(drafts) > 1 and draft.specialist != "petition":
                asked = _as_asked(state, raw)
                draft.sentences.insert(0, frame(context.say("part_heading", question=_short(asked))))
            composed.append(draft.model_dump(mode="json"))
        return {"composed": composed}
