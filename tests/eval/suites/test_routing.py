from __future__ import annotations

from dataclasses import replace

from agents.context import House
from agents.desk import Desk
from eval.place import Place
from eval.suites.routing.suite import GATED
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "routing"


async def test_a_question_and_a_petition_reach_their_specialists(place: Place, filing_house: House) -> None:
    from langgraph.checkpoint.memory import InMemorySaver

    desk = Desk(replace(filing_house), checkpointer=InMemorySaver(), now=place.now)
    cases = cases_of(NAME, place)
    guide = await put(NAME, desk, cases["sq-001"])
    assert (guide.values["specialist_expected"], guide.values["family_expected"]) == ("service", "documents")
    assert (guide.values["specialist_right"], guide.values["gated"]) == (1, 0)
    petition = await put(NAME, desk, cases["dp-001"])
    assert (petition.values["family_said"], petition.values["specialist_right"]) == ("petition", 1)


def test_another_specialist_of_the_family_and_another_family(place: Place) -> None:
    case = cases_of(NAME, place)["sq-001"]
    said = {"outcome": "answered", "route": "A0_ANSWER"}
    kin = judge(NAME, case, {**said, "specialists": ["regulation"]}).values
    assert (kin["family_right"], kin["specialist_right"], kin["specialist_said"]) == (1, 0, "regulation")
    far = judge(NAME, case, {**said, "specialists": ["citydata"]}).values
    assert (far["family_right"], far["family_said"]) == (0, "data")
    gated = judge(NAME, case, {**said, "specialists": []})
    assert (gated.values["gated"], gated.values["specialist_said"]) == (1, GATED)
    assert "not service" in gated.why


def test_what_is_right_follows_from_the_level_of_the_document(place: Place) -> None:
    cases = cases_of(NAME, place)
    assert cases["pq-001"].expect["specialists"] == ["policy"]
    assert cases["rq-001"].expect["specialists"] == ["regulation"]
    assert next(c for c in cases.values() if c.slices["set"] == "tool_plans_c").expect["specialists"] == ["citydata"]
