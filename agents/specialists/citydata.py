"""City data (城市数据): a plan of tool calls, and what they brought, each number with its source and time."""

from __future__ import annotations

from agents.citydata.answering import ask, run, tell
from agents.citydata.planning import Planner
from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from agents.engines.base import EngineAnswerInvalid, EngineUnavailable
from agents.engines.tasks import PLAN, PlanMade
from agents.qa.notes import no_such_data
from agents.specialists.base import Assignment
from knowledge.model import Level


class CityDataSpecialist:
    """Answers from tools."""

    name: SpecialistName = "citydata"
    levels: frozenset[Level] = frozenset()

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """One question about the city's data."""
        planner = context.house.citydata
        if planner is None:
            return no_such_data(context, task.question)
        plan = await _plan(context, planner, task)
        if not plan.calls:
            return no_such_data(context, task.question)
        if plan.missing:
            draft = ask(context, planner.box, task.question, plan)
        else:
            draft = tell(context, planner.box, task.question, await run(context, planner.box, plan))
        draft.engine, draft.confidence = context.house.engine.name, plan.confidence
        draft.notes["calls"] = [call.model_dump(mode="json") for call in plan.calls]
        return draft


async def _plan(context: TurnContext, planner: Planner, task: Assignment) -> PlanMade:
    """The plan: what goes on with an earlier call is read by rule, a new question is put to the engine."""
    asked = context.vault.unmask(task.question)
    if task.call is not None:
        return planner.resumed(task.call, asked, context.now, context.caller)
    given = planner.given(asked, task.question, context.now, context.caller)
    try:
        made = await context.decide(PLAN, given)
    except (EngineUnavailable, EngineAnswerInvalid):
        return given.proposed  # rules and examples are the plan that always stands
    return planner.checked(made, given, asked, context.caller)


SPECIALIST = CityDataSpecialist()
