"""Regulation Q&A: what the rules say, over every document that may be read by whoever asks."""

from __future__ import annotations

from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from agents.qa.answering import Preference, answer, tell_whole
from agents.specialists.base import Assignment
from knowledge.model import Level

LEVELS = frozenset(
    {
        Level.CONSTITUTION,
        Level.LAW,
        Level.JUDICIAL_INTERPRETATION,
        Level.ADMIN_REGULATION,
        Level.DEPARTMENT_RULE,
        Level.PROVINCIAL_REGULATION,
        Level.PROVINCIAL_RULE,
        Level.CITY_REGULATION,
        Level.CITY_RULE,
        Level.NORMATIVE_DOCUMENT,
        Level.EMERGENCY_PLAN,
        Level.FAQ,
    }
)


class Regulation:
    """Answers from regulations, and from other texts where they speak more directly."""

    name: SpecialistName = "regulation"
    levels = LEVELS

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """Answer one question about the rules."""
        if task.detail_of:
            return tell_whole(context, self.name, task.question, task.detail_of, task.as_of)
        return await answer(context, self.name, task.question, task.as_of, Preference(tuple(Level), LEVELS))


SPECIALIST = Regulation()
