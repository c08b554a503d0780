from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agents.context import House
from agents.engines.base import Engine
from agents.engines.scripted import ScriptedEngine
from agents.engines.tasks import RouteMade, RoutePart
from agents.steps.route import ANSWERING, route, tendency
from tests.agents.making import context_of, runtime_of
from tests.conftest import TODAY


async def step(
    house: House, text: str, *, found: dict[str, Any] | None = None, memory: Any = (), engine: Engine | None = None
) -> dict[str, Any]:
    gate = {"route": "A0_ANSWER", "kind": "consult", "flags": [], **(found or {})}
    context = context_of(house, text, engine=engine)
    return await route({"gate": gate, "request": {"text": text}, "memory": list(memory)}, runtime_of(context))


@pytest.mark.parametrize(
    ("found", "specialist"),
    [
        ({"kind": "smalltalk"}, "smalltalk"),
        ({"kind": "human"}, "human"),
    ],
)
async def test_what_the_gate_knows_needs_no_engine(house: House, found: dict[str, Any], specialist: str) -> None:
    made = await step(house, "路灯坏了没人修", found=found, engine=ScriptedEngine({}))
    assert [(p["specialist"], p["question"]) for p in made["parts"]] == [(specialist, "路灯坏了没人修")]


@pytest.mark.parametrize("kind", ["complaint", "help", "report", "praise"])
async def test_a_matter_to_be_settled_always_shows_the_way_to_an_order(house: House, kind: str) -> None:
    made = await step(house, "路灯坏了没人修", found={"route": "D0_DISPATCH", "kind": kind})
    assert made["gate"]["route"] == "D0_DISPATCH"
    assert [p["specialist"] for p in made["parts"]].count("petition") == 1
    assert made["parts"][-1]["question"] == "路灯坏了没人修"


async def test_words_of_no_kind_are_looked_up_and_no_order_is_promised(house: House) -> None:
    made = await step(house, "停车收费标准", found={"route": "D0_DISPATCH", "kind": "other"})
    assert made["gate"]["route"] == "A0_ANSWER"
    assert made["parts"][0]["specialist"] in ANSWERING


async def test_talk_about_the_service_has_fixed_words(house: House) -> None:
    robot = await step(house, "你是机器人吗", found={"flags": ["robot_question"]})
    assert robot["ending"]["said"] == [house.pack.say("robot_question")]
    own = await step(house, "话务员态度差", found={"kind": "own_service"})
    assert (own["ending"]["outcome"], own["ending"]["alerts"]) == ("for_person", ["own_service"])


async def test_several_questions_become_parts_in_order_each_for_its_day(house: House) -> None:
    made = await step(house, "路边停车怎么收费？另外2023年低保标准是多少？")
    assert len(made["parts"]) == 2
    assert "停车" in made["parts"][0]["question"]
    assert [p["as_of"] for p in made["parts"]] == [TODAY.isoformat(), date(2023, 12, 31).isoformat()]


async def test_the_same_question_twice_is_asked_once(house: House) -> None:
    made = await step(house, "路边停车怎么收费？路边停车怎么收费？")
    assert len(made["parts"]) == 1


async def test_a_follow_up_is_made_whole(house: House) -> None:
    memory = [{"question": "居住证怎么办", "specialist": "service", "provisions": ["a#1", "b#2"], "route": "A0_ANSWER"}]
    (last_year,) = (await step(house, "那去年呢？", memory=memory))["parts"]
    assert "居住证" in last_year["question"]
    assert (last_year["as_of"], last_year["follows"]) == ("2025-12-31", True)
    (detail,) = (await step(house, "第二条再说细一点", memory=memory, engine=ScriptedEngine({})))["parts"]
    assert (detail["specialist"], detail["detail_of"], detail["ordinal"]) == ("service", "b#2", 2)


async def test_talk_without_evidence_is_nothing_to_follow(house: House) -> None:
    memory = [{"question": "你好", "specialist": "smalltalk", "provisions": [], "route": "A0_ANSWER"}]
    (part,) = (await step(house, "那去年呢？", memory=memory))["parts"]
    assert "你好" not in part["question"]


@pytest.mark.parametrize("parts", [[], [RoutePart(specialist="citydata", question="x", confidence=1)]])
async def test_an_engine_that_names_nobody_leaves_it_to_the_rules(house: House, parts: list[RoutePart]) -> None:
    made = await step(house, "路边停车怎么收费？", engine=ScriptedEngine({"route": [RouteMade(parts=parts)]}))
    assert [p["specialist"] for p in made["parts"]] == ["regulation"]
    assert "停车" in made["parts"][0]["question"]


def test_the_tendency_is_a_share(house: House) -> None:
    found = tendency(context_of(house), "居住证怎么办", TODAY)
    assert found["service"] == max(found.values())
    assert sum(found.values()) == pytest.approx(1, abs=0.01)
    assert set(found) <= set(ANSWERING)
