"""Planning Q&A (规划问答): plans, control plans and technical standards, joined with the rules on planning."""

from __future__ import annotations

from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from agents.qa.answering import Preference, answer, tell_whole
from agents.specialists.base import Assignment
from knowledge.model import Level

LEVELS = frozenset({Level.PLAN, Level.STANDARD})


class Planning:
    """Answers from plans and standards first, from regulations where they speak more directly."""

    name: SpecialistName = "planning"
    levels = LEVELS

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """Answer one question about plans, parcels and building."""
        if task.detail_of:
            return tell_whole(context, self.name, task.question, task.detail_of, task.as_of)
        return await answer(context, self.name, task.question, task.as_of, Preference(tuple(Level), LEVELS))


SPECIALIST = Planning()
