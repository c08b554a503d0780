"""Verify: what evidence does not carry is dropped; an answer of which nothing is left becomes a refusal."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.context import TurnContext
from agents.contract import Draft
from agents.outcomes import ANSWERS, Outcome
from agents.qa.notes import frame
from agents.state import Json, TalkState
from agents.verify import check_draft


async def verify(state: TalkState, runtime: Runtime[TurnContext]) -> Json:
    """Check every draft."""
    context = runtime.context
    if state.get("ending"):
        return {}
    with context.step("verify") as note:
        checked, dropped = [], []
        for raw in state.get("composed", []):
            draft, reasons = check_draft(Draft.model_validate(raw), context.house.library, context.role)
            dropped += reasons
            checked.append(_settled(context, draft, reasons).model_dump(mode="json"))
        note["dropped"] = dropped
        return {"composed": checked}


def _settled(context: TurnContext, draft: Draft, reasons: list[str]) -> Draft:
    """The draft's ending after sentences were dropped."""
    if not reasons or draft.outcome not in ANSWERS:
        return draft
    if any(sentence.kind == "claim" for sentence in draft.sentences):
        draft.outcome = Outcome.PARTLY_ANSWERED
        return draft
    draft.outcome = Outcome.NOT_FOUND
    draft.sentences = [frame(context.say("not_found_no_topics", phone=context.phone))]
    draft.provisions = []
    return draft
