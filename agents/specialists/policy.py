"""Policy texts: what a policy offers and asks for. Whether somebody is eligible is not judged here."""

from __future__ import annotations

from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from agents.outcomes import ANSWERS
from agents.qa.answering import Preference, answer, tell_whole
from agents.qa.notes import frame
from agents.specialists.base import Assignment
from knowledge.model import Level

LEVELS = frozenset({Level.POLICY})


class Policy:
    """Answers from policy texts and says that eligibility still has to be checked."""

    name: SpecialistName = "policy"
    levels = LEVELS

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """Answer one question about a policy's text."""
        if task.detail_of:
            return tell_whole(context, self.name, task.question, task.detail_of, task.as_of)
        draft = await answer(context, self.name, task.question, task.as_of, Preference(tuple(Level), LEVELS))
        if draft.outcome in ANSWERS:
            draft.sentences.append(frame(context.say("policy_text_only", phone=context.phone)))
        return draft


SPECIALIST = Policy()
