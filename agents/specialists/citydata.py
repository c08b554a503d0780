"""City data (城市数据): a plan of tool calls, and what they brought, each number with its source and time."""

from __future__ import annotations

from collections.abc import Sequence

from agents.citydata.answering import ask, run, tell
from agents.citydata.planning import Planner, Reading
from agents.context import TurnContext
from agents.contract import Draft, SpecialistName
from agents.engines.base import EngineAnswerInvalid, EngineUnavailable
from agents.engines.tasks import PLAN, PlanMade
from agents.outcomes import ANSWERS
from agents.qa.answering import SURE
from agents.qa.notes import no_such_data
from agents.specialists.base import Assignment, specialists
from knowledge.model import Level
from tools.seam.result import ToolResult
from tools.seam.toolbox import Toolbox


class CityDataSpecialist:
    """Answers from tools."""

    name: SpecialistName = "citydata"
    levels: frozenset[Level] = frozenset()

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """One question about the city's data."""
        planner, reading = context.house.citydata, context.reading(task.question)
        if planner is None or reading is None:
            return no_such_data(context, task.question)
        plan = await _plan(context, planner, reading, task)
        if not plan.calls:
            return no_such_data(context, task.question)
        if plan.missing:
            draft = ask(context, planner.box, task.question, plan)
        else:
            results = await run(context, planner.box, plan)
            if (answered := await _of_documents(context, planner.box, task, results)) is not None:
                return answered
            draft = tell(context, planner.box, task.question, results)
        draft.engine, draft.confidence = context.engine, plan.confidence
        draft.notes["calls"] = [call.model_dump(mode="json") for call in plan.calls]
        return draft


async def _plan(context: TurnContext, planner: Planner, reading: Reading, task: Assignment) -> PlanMade:
    """The plan: what goes on with an earlier call is read by rule, a new question is put to the engine."""
    if task.call is not None:
        return planner.resumed(task.call, reading.text, context.data_now, context.caller)
    given = planner.given(reading, task.question, context.data_now, context.caller)
    try:
        made = await context.decide(PLAN, given)
    except (EngineUnavailable, EngineAnswerInvalid):
        return given.proposed  # rules and examples are the plan that always stands
    return planner.checked(made, given, reading.text, context.caller)


async def _of_documents(
    context: TurnContext, box: Toolbox, task: Assignment, results: Sequence[ToolResult]
) -> Draft | None:
    """What documents surely say where a tool heard nothing to look up: "鼓楼片区限高多少" names no parcel."""
    offered = box.get(results[0].tool) if len(results) == 1 else None
    name = offered.told.leave.get(results[0].code, "") if offered and not results[0].is_done else ""
    other = next((one for key, one in specialists().items() if key == name), None)
    if other is None:
        return None
    draft = await other.work(context, task.model_copy(update={"specialist": other.name, "call": None}))
    return draft if draft.outcome in ANSWERS and draft.confidence >= SURE else None


SPECIALIST = CityDataSpecialist()
