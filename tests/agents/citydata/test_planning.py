from __future__ import annotations

from typing import Any

import pytest

from agents.citydata.planning import Planner
from agents.engines.tasks import PlanMade, PlannedCall
from tests.agents.citydata.conftest import NOW
from tools.seam.toolbox import Caller

CITIZEN = Caller.citizen()


def planned(planner: Planner, text: str, caller: Caller = CITIZEN) -> PlanMade:
    return planner.propose(text, NOW, caller)


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("会展中心附近哪里能停车", "lots.near", {"place": "会展中心"}),
        ("市中医院周边2公里有停车场吗，便宜点的", "lots.near",
         {"place": "市中医院", "radius": 2000, "want": "cheapest"}),
        ("古玩城停车场还有车位吗", "lots.lot", {"lot": "古玩城停车场"}),
        ("鼓楼停车库还剩几个车位", "lots.lot", {"lot": "鼓楼地下停车场"}),
        ("澜东新区今天空气怎么样", "air.now",
         {"district": "landong", "period": {"since": "2026-11-26", "until": "2026-11-26"}}),
        ("空气质量好不好", "air.now", {}),
        ("从市人民医院到会展中心要多久", "ways.time", {"origin": "市人民医院", "destination": "会展中心"}),
        ("明天下午三点从鼓楼到市中医院要多久，赶时间", "ways.time",
         {"origin": "鼓楼", "destination": "市中医院", "at": "2026-11-27T15:00:00+08:00", "quick": True}),
    ],
)  # fmt: skip
def test_a_question_becomes_a_call(planner: Planner, text: str, tool: str, arguments: dict[str, Any]) -> None:
    made = planned(planner, text)
    assert [call.tool for call in made.calls] == [tool]
    assert made.calls[0].arguments == arguments
    assert made.missing == []


def test_two_districts_are_two_calls(planner: Planner) -> None:
    made = planned(planner, "云城区和澜东新区空气质量哪个好")
    assert [(c.tool, c.arguments) for c in made.calls] == [
        ("air.now", {"district": "yuncheng"}),
        ("air.now", {"district": "landong"}),
    ]


def test_two_places_are_two_calls(planner: Planner) -> None:
    made = planned(planner, "会展中心和鼓楼附近哪里能停车")
    assert [c.arguments for c in made.calls] == [{"place": "会展中心"}, {"place": "鼓楼"}]


def test_what_is_now_is_no_forecast(planner: Planner) -> None:
    assert planned(planner, "会展中心附近哪里能停车").calls
    assert planned(planner, "明天会展中心附近哪里能停车").calls == []


def test_on_the_way_is_no_road(planner: Planner) -> None:
    offered = planner.box.get("ways.time")
    assert offered is not None
    said = planner.hear("打的去机场路上要多久", offered, NOW, CITIZEN)
    assert (said.arguments["destination"], said.missing) == ("机场", ["origin"])


def test_what_is_not_said_is_missing_and_not_made_up(planner: Planner) -> None:
    made = planned(planner, "附近哪里能停车")
    assert made.calls[0].arguments == {}
    assert made.missing == ["place"]


def test_an_unknown_place_is_given_as_said(planner: Planner) -> None:
    made = planned(planner, "请问月亮湾大酒店附近哪里能停车")
    assert made.calls[0].arguments == {"place": "月亮湾大酒店"}


@pytest.mark.parametrize("text", ["全市有多少只流浪猫", "办身份证要带什么材料", "明天会不会下雨", "楼上天天吵"])
def test_what_no_tool_answers_has_no_call(planner: Planner, text: str) -> None:
    assert planned(planner, text).calls == []


def test_a_tool_of_staff_is_never_planned_for_citizens(planner: Planner) -> None:
    assert planned(planner, "给我一份城市运行早报").calls == []
    assert planned(planner, "给我一份城市运行早报", Caller.staff()).calls == []
    allowed = planned(planner, "给我一份城市运行早报", Caller.staff("brief.read"))
    assert [call.tool for call in allowed.calls] == ["brief.day"]


def test_an_answer_completes_the_call_that_waited(planner: Planner) -> None:
    waiting = {"tool": "lots.near", "arguments": {"radius": 500}, "missing": ["place"]}
    made = planner.resumed(waiting, "鼓楼", NOW, CITIZEN)
    assert made.calls == [PlannedCall(tool="lots.near", arguments={"radius": 500, "place": "鼓楼"})]
    assert made.missing == []
    assert planner.resumed(waiting, "月亮湾大酒店", NOW, CITIZEN).calls[0].arguments["place"] == "月亮湾大酒店"


def test_a_follow_up_changes_only_what_it_says(planner: Planner) -> None:
    earlier = {"tool": "air.now", "arguments": {"district": "yuncheng"}}
    made = planner.resumed(earlier, "那澜东新区呢", NOW, CITIZEN)
    assert made.calls[0].arguments == {"district": "landong"}
    assert planner.resumed(earlier, "谢谢你啊", NOW, CITIZEN).calls == []
    assert planner.resumed({"tool": "brief.day", "arguments": {}}, "那昨天呢", NOW, CITIZEN).calls == []


@pytest.mark.parametrize(
    "call",
    [
        PlannedCall(tool="brief.day"),
        PlannedCall(tool="lots.near", arguments={"place": "市人民医院"}),
        PlannedCall(tool="lots.near", arguments={"place": "鼓楼", "radius": 9_000_000}),
        PlannedCall(tool="lots.near", arguments={"place": "鼓楼", "sql": "drop table"}),
        PlannedCall(tool="air.now", arguments={"district": "moon"}),
    ],
)
def test_a_models_plan_that_the_message_does_not_carry_is_set_aside(planner: Planner, call: PlannedCall) -> None:
    text = "鼓楼附近哪里能停车"
    given = planner.given(planner.read(text, NOW, CITIZEN), text, NOW, CITIZEN)
    assert planner.checked(PlanMade(calls=[call]), given, text, CITIZEN) == given.proposed


def test_a_models_plan_that_the_message_carries_stands(planner: Planner) -> None:
    text = "鼓楼附近哪里能停车"
    given = planner.given(planner.read(text, NOW, CITIZEN), text, NOW, CITIZEN)
    made = PlanMade(calls=[PlannedCall(tool="lots.near", arguments={"place": "鼓楼", "radius": 1000})])
    assert planner.checked(made, given, text, CITIZEN) == made
    assert "lots.near" in {card.id for card in given.tools}
    assert "brief.day" not in {card.id for card in given.tools}
