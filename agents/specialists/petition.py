"""Matters that somebody has to go and settle. Until work orders can be filed here, the way is the hotline's phone:
nothing is said to be registered that is not."""

from __future__ import annotations

from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from agents.outcomes import Outcome
from agents.qa.notes import frame
from agents.specialists.base import Assignment
from knowledge.model import Level


class Petition:
    """Says plainly that nothing has been filed yet and how to file it now."""

    name: SpecialistName = "petition"
    levels: frozenset[Level] = frozenset()

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """Send the citizen to the phone, with what to have ready."""
        return Draft(
            specialist=self.name,
            question=task.question,
            outcome=Outcome.FOR_PERSON,
            sentences=[frame(context.say("petition_by_phone", phone=context.phone))],
            engine=context.house.engine.name,
        )


SPECIALIST = Petition()
