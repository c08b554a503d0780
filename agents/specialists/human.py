"""A way to a person, always open and never argued with."""

from __future__ import annotations

from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from agents.outcomes import Outcome
from agents.qa.notes import frame
from agents.specialists.base import Assignment
from knowledge.model import Level


class Human:
    """Tells how to reach a person at once."""

    name: SpecialistName = "human"
    levels: frozenset[Level] = frozenset()

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """Give the number and say that it is answered day and night."""
        return Draft(
            specialist=self.name,
            question=task.question,
            outcome=Outcome.FOR_PERSON,
            sentences=[frame(context.say("human_by_phone", phone=context.phone))],
            engine=context.engine,
        )


SPECIALIST = Human()
