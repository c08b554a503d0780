"""Policies: what a text offers and asks for, and whether it fits: questions, results and reasons by rule."""

from __future__ import annotations

from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from agents.outcomes import ANSWERS
from agents.policies.hearing import hear
from agents.policies.naming import speaks_of
from agents.policies.turn import Turn
from agents.qa.answering import Preference, answer, tell_whole
from agents.qa.notes import frame
from agents.specialists.base import Assignment
from knowledge.model import Level

LEVELS = frozenset({Level.POLICY})


class Policy:
    """Matches where somebody asks for themselves; else answers from policy texts and offers to match."""

    name: SpecialistName = "policy"
    levels = LEVELS

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """One message about policies."""
        if task.matching is not None and context.house.policies is not None:
            rules = context.house.policies
            subject = speaks_of(rules, task.matching, context.cleaned)
            asking = str(task.matching.get("asking", ""))
            heard = await hear(context, rules, subject, task.question, asking) if subject else []
            made = Turn(context, rules, task, heard).take()
            return Draft(
                specialist=self.name,
                question=task.question,
                outcome=made.outcome,
                sentences=made.sentences,
                options=made.options,
                matching=made.matching.model_dump(mode="json") if made.matching else {},
                engine=context.engine,
            )
        if task.detail_of:
            return tell_whole(context, self.name, task.question, task.detail_of, task.as_of)
        draft = await answer(context, self.name, task.question, task.as_of, Preference(tuple(Level), LEVELS))
        if draft.outcome in ANSWERS:
            draft.sentences.append(frame(context.say("policy_text_only", phone=context.phone)))
            if context.house.policies is not None and context.remembered:
                draft.options.append(context.say("policy_option_match"))
        return draft


SPECIALIST = Policy()
