"""Questions about the city's data through the whole flow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agents.citydata.planning import Planner
from agents.context import House
from agents.contract import TurnRequest
from agents.desk import Desk
from agents.engines.base import Engine, I, O, Task
from agents.engines.calls import Call
from agents.engines.tasks import PLAN, PlanMade, PlannedCall
from agents.outcomes import Outcome
from tests.agents.citydata.conftest import NOW


class _Planning:
    """An engine whose plan is set; everything else is the house's."""

    name = "planning"

    def __init__(self, engine: Engine, made: PlanMade) -> None:
        self._engine, self._made = engine, made

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        if task.name == PLAN.name:
            return task.returns.model_validate(self._made.model_dump())
        return await self._engine.decide(task, given)

    def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncIterator[str]:
        return self._engine.write(task, given)


@pytest.fixture
def talk(house: House, planner: Planner) -> Desk:
    return Desk(replace(house, citydata=planner), checkpointer=InMemorySaver(), now=NOW)


async def test_numbers_come_with_their_source_and_time(talk: Desk) -> None:
    answer = await talk.ask(TurnRequest(text="会展中心附近哪里能停车"), "t")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.specialists == ["citydata"]
    assert "会展中心附近空位最多的是会展中心P1停车场，空120个。" in answer.text
    assert "数据来源：空闲泊位（截至11月26日8时25分）。" in answer.text
    [shown] = answer.data
    assert shown.table is not None
    assert shown.table.heads == ["停车场", "空闲泊位"]
    assert shown.table.rows == [["会展中心P1停车场", "120个"]]
    assert shown.table.left_off == 2
    assert [source.title for source in shown.sources] == ["空闲泊位"]


async def test_what_is_missing_is_asked_for_and_the_answer_goes_on(talk: Desk) -> None:
    first = await talk.ask(TurnRequest(text="附近哪里能停车"), "t")
    assert first.outcome is Outcome.NEEDS_FACT
    assert first.text == "请问您在哪里附近停车？"
    second = await talk.ask(TurnRequest(text="鼓楼"), "t")
    assert second.outcome is Outcome.ANSWERED
    assert "鼓楼附近空位最多的是" in second.text


async def test_a_follow_up_asks_the_same_of_another(talk: Desk) -> None:
    await talk.ask(TurnRequest(text="云城区今天空气怎么样"), "t")
    answer = await talk.ask(TurnRequest(text="那澜东新区呢"), "t")
    assert "澜东新区空气质量指数52.5。" in answer.text
    assert answer.data[0].chart is not None


async def test_a_stale_feed_gives_no_number(talk: Desk) -> None:
    answer = await talk.ask(TurnRequest(text="古玩城停车场还有车位吗"), "t")
    assert answer.outcome is Outcome.NOT_CURRENT
    assert "最近一次更新是11月25日23时30分" in answer.text
    assert "空7" not in answer.text
    assert answer.data == []


async def test_an_unknown_place_is_said_to_be_unknown(talk: Desk) -> None:
    answer = await talk.ask(TurnRequest(text="月亮湾大酒店附近哪里能停车"), "t")
    assert answer.outcome is Outcome.NO_DATA
    assert "月亮湾大酒店" in answer.text


async def test_a_name_of_several_places_is_asked_back(talk: Desk) -> None:
    answer = await talk.ask(TurnRequest(text="阳光花园附近哪里能停车"), "t")
    assert answer.outcome is Outcome.NEEDS_FACT
    assert "云城区" in answer.text
    assert "沧浦区" in answer.text


async def test_rules_are_still_answered_from_rules(talk: Desk) -> None:
    answer = await talk.ask(TurnRequest(text="路边停车前多少分钟不收费"), "t")
    assert answer.specialists == ["regulation"]
    assert answer.citations


async def test_a_number_that_nobody_has_connected_is_not_looked_for_in_documents(talk: Desk) -> None:
    answer = await talk.ask(TurnRequest(text="全市有多少流浪猫"), "t")
    assert (answer.outcome, answer.specialists, answer.citations) == (Outcome.NOT_FOUND, ["citydata"], [])
    assert "没有对应的城市数据" in answer.text
    assert answer.options == []


async def test_a_question_is_no_name(talk: Desk) -> None:
    await talk.ask(TurnRequest(text="附近哪里能停车"), "t")
    answer = await talk.ask(TurnRequest(text="养狗要办什么证"), "t")
    assert answer.specialists != ["citydata"]


async def test_an_emergency_is_never_a_look_up(talk: Desk) -> None:
    answer = await talk.ask(TurnRequest(text="鼓楼附近停车场着火了，哪里能停车"), "t")
    assert answer.outcome is Outcome.EMERGENCY


async def test_only_staff_with_the_right_see_what_is_for_them(talk: Desk) -> None:
    text = "给我一份城市运行早报"
    rights = frozenset({"brief.read"})
    assert "citydata" not in (await talk.ask(TurnRequest(text=text, rights=rights))).specialists
    assert "citydata" not in (await talk.ask(TurnRequest(text=text, role="staff"))).specialists
    allowed = await talk.ask(TurnRequest(text=text, role="staff", rights=rights))
    assert "早报1分钟。" in allowed.text


async def test_a_model_plans_within_what_the_message_says(house: House, planner: Planner) -> None:
    def plan(made: PlanMade) -> Desk:
        return Desk(replace(house, citydata=planner, engine=_Planning(house.engine, made)), now=NOW)

    carried = PlanMade(calls=[PlannedCall(tool="lots.near", arguments={"place": "鼓楼", "radius": 1000})])
    answer = await plan(carried).ask(TurnRequest(text="鼓楼附近哪里能停车"))
    assert "鼓楼附近" in answer.text
    invented = PlanMade(calls=[PlannedCall(tool="lots.near", arguments={"place": "会展中心"})])
    answer = await plan(invented).ask(TurnRequest(text="鼓楼附近哪里能停车"))
    assert "鼓楼附近" in answer.text
