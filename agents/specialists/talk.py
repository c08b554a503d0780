"""Talk that needs no evidence: greetings, thanks, and what the assistant is."""

from __future__ import annotations

from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from agents.outcomes import Outcome
from agents.qa.notes import frame
from agents.specialists.base import Assignment
from knowledge.model import Level


class SmallTalk:
    """Answers a greeting with the pack's own words."""

    name: SpecialistName = "smalltalk"
    levels: frozenset[Level] = frozenset()

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """Greet back."""
        return Draft(
            specialist=self.name,
            question=task.question,
            outcome=Outcome.SMALLTALK,
            sentences=[frame(context.say("greeting"))],
            engine=context.engine,
        )


SPECIALIST = SmallTalk()
