"""Times past, and what a tool leaves to documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agents.citydata.planning import Planner
from agents.context import House, TurnContext
from agents.contract import Draft, TurnRequest
from agents.desk import Desk
from agents.outcomes import Outcome
from agents.specialists import citydata
from agents.specialists.base import Assignment
from tests.agents.citydata.conftest import NOW
from tools.seam.toolbox import Offered, Toolbox


@pytest.fixture
def talk(house: House, planner: Planner) -> Desk:
    return Desk(replace(house, citydata=planner), checkpointer=InMemorySaver(), now=NOW)


async def test_a_request_for_a_past_day_sees_the_data_of_that_day(talk: Desk) -> None:
    past = TurnRequest(text="会展中心附近哪里能停车", as_of=NOW.date() - timedelta(days=2))
    answer = await talk.ask(past)
    assert answer.outcome in (Outcome.NO_DATA, Outcome.NOT_CURRENT)
    assert "120" not in answer.text


def test_the_moment_of_data_is_now_unless_the_request_is_for_a_past_day(house: House) -> None:
    def moment(as_of: date) -> str:
        made = TurnContext(house=house, original="", today=NOW.date(), as_of=as_of, moment=NOW)
        return made.data_now.isoformat()

    assert moment(NOW.date()) == NOW.isoformat()
    assert moment(NOW.date() + timedelta(days=1)) == NOW.isoformat()
    assert moment(date(2025, 3, 1)) == "2025-03-01T23:59:59+08:00"


async def test_a_past_time_that_the_tool_cannot_hear_is_left_to_documents(talk: Desk) -> None:
    assert (await talk.ask(TurnRequest(text="会展中心附近哪里能停车"))).specialists == ["citydata"]
    assert "citydata" not in (await talk.ask(TurnRequest(text="2023年会展中心附近哪里能停车"))).specialists


async def test_a_period_that_the_tool_hears_is_asked_for(talk: Desk) -> None:
    answer = await talk.ask(TurnRequest(text="上个月云城区空气怎么样"))
    assert answer.specialists == ["citydata"]


@pytest.mark.parametrize(
    ("outcome", "confidence", "code", "left"),
    [
        (Outcome.ANSWERED, 0.9, "unknown_place", True),
        (Outcome.ANSWERED, 0.2, "unknown_place", False),
        (Outcome.NOT_FOUND, 0.9, "unknown_place", False),
        (Outcome.ANSWERED, 0.9, "another", False),
    ],
)
async def test_what_a_tool_heard_nothing_of_is_left_to_documents_that_are_sure(
    monkeypatch: pytest.MonkeyPatch,
    house: House,
    planner: Planner,
    outcome: Outcome,
    confidence: float,
    code: str,
    left: bool,
) -> None:
    class Documents:
        name = "regulation"

        async def work(self, context: TurnContext, task: Assignment) -> Draft:
            return Draft(specialist="regulation", question=task.question, outcome=outcome, confidence=confidence)

    monkeypatch.setattr(citydata, "specialists", lambda: {"regulation": Documents()})
    leaving = replace(planner, box=_leaving(planner.box, code))
    context = TurnContext(
        house=replace(house, citydata=leaving), original="", today=NOW.date(), as_of=NOW.date(), moment=NOW
    )
    task = Assignment(specialist="citydata", question="月亮湾大酒店附近哪里能停车", as_of=NOW.date())
    made = await citydata.SPECIALIST.work(context, task)
    assert (made.specialist == "regulation") is left


def _leaving(box: Toolbox, code: str) -> Toolbox:
    tools = {
        one.tool.id: Offered(one.tool, one.told.model_copy(update={"leave": {code: "regulation"}})) for one in box.every
    }
    return Toolbox(box.pack, box.gazetteer, box.feeds, box._log, tools)
