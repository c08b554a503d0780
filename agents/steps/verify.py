"""Verify: what evidence does not carry is dropped; an answer of which nothing is left becomes a refusal."""

from __future__ import annotations

from collections.abc import Callable

from langgraph.runtime import Runtime

from agents.citydata.checking import fault as measured_fault
from agents.context import TurnContext
from agents.contract import Draft, Sentence
from agents.outcomes import ANSWERS, Outcome
from agents.policies.reckoning import fault, fixed_words
from agents.policies.talk import Matching
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
            made = Draft.model_validate(raw)
            draft, reasons = check_draft(
                made, context.house.library, context.role, _reckon(context, made), _measure(context, made)
            )
            dropped += reasons
            checked.append(_settled(context, draft, reasons).model_dump(mode="json"))
        note["dropped"] = dropped
        return {"composed": checked}


def _reckon(context: TurnContext, draft: Draft) -> Callable[[Sentence], str]:
    """Works out again what rules have said of the facts in the draft's matching."""
    matching = Matching.model_validate(draft.matching) if draft.matching else None
    if matching is None:
        return lambda sentence: fault(sentence, None, context.house.policies)
    fixed = fixed_words(context.house.pack)
    return lambda sentence: fault(sentence, matching, context.house.policies, fixed)


def _measure(context: TurnContext, draft: Draft) -> Callable[[Sentence], str]:
    """Holds what is measured against the results of tools that the draft stands on."""
    box = context.house.citydata.box if context.house.citydata else None
    return lambda sentence: measured_fault(sentence, draft.calls, box)


def _settled(context: TurnContext, draft: Draft, reasons: list[str]) -> Draft:
    """The draft's ending after sentences were dropped."""
    if not reasons or draft.outcome not in ANSWERS:
        return draft
    if any(sentence.kind != "frame" for sentence in draft.sentences):
        draft.outcome = Outcome.PARTLY_ANSWERED
        return draft
    draft.outcome = Outcome.NOT_FOUND
    draft.sentences = [frame(context.say("not_found_no_topics", phone=context.phone))]
    draft.provisions = []
    return draft
