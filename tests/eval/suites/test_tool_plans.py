from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from city.errors import NotFound
from eval.place import Place
from eval.suites.tool_plans.suite import SUITE
from eval.tool_plans import Meant, Wanted
from serve.settings import Settings
from tests.conftest import YUNLAN
from tests.eval.suites.conftest import cases_of, judge, put
from tools.feeds.world import World

NAME = "tool_plans"
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def furnished(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The place with a few days of made-up data of car parks, in a home of its own."""
    from serve.citydata import open_planner
    from serve.example_data import makers, note_of, write

    home = tmp_path_factory.mktemp("furnished")
    settings = Settings(city=YUNLAN, home=home)
    feeds = home / "yunlan" / "feeds"
    world = World.of(place.pack, since=date(2026, 11, 20), until=date(2026, 11, 28), seed=7)
    write(world, makers(YUNLAN, ["parking"]), feeds, note_of(feeds), lambda stage, share: None)
    made = replace(place, settings=settings)
    planner = open_planner(settings, place.pack, place.house.gazetteer)
    vars(made)["house"] = replace(place.house, citydata=planner)
    return made


def test_without_data_there_is_nothing_to_plan_with(place: Place, tmp_path: Path) -> None:
    bare = replace(place, settings=place.settings.model_copy(update={"home": tmp_path}))
    vars(bare)["house"] = place.house
    with pytest.raises(NotFound, match="citydesk feeds example"):
        SUITE.open(bare)


async def test_a_question_becomes_a_call_and_another_none(furnished: Place) -> None:
    cases, subject = cases_of(NAME, furnished), SUITE.open(furnished)
    near = next(c for c in cases.values() if c.expect["calls"] and c.expect["calls"][0]["tool"] == "parking.near")
    called = await put(NAME, subject, near)
    assert (called.values["tool_right"], called.values["room_said"]) == (1, "parking")
    assert called.values["refused"] is None
    none = [case for case in cases.values() if case.slices["asks"] == "none"]
    refused = [(await put(NAME, subject, case)).values for case in none[:5]]
    assert sum(values["refused"] for values in refused) >= 4
    assert {values["answerable_right"] for values in refused} == {None}


def _other_place(call: dict[str, Any]) -> None:
    call["arguments"]["place"] = {"value": "elsewhere", "kind": "place", "means": "park:x:elsewhere"}


def _same_place(call: dict[str, Any]) -> None:
    call["arguments"]["place"]["value"] = "in other words"


def _one_more(call: dict[str, Any]) -> None:
    call["arguments"]["colour"] = {"value": "red", "kind": "choice", "means": ""}


def _other_tool(call: dict[str, Any]) -> None:
    call["tool"] = "parking.fee"


@pytest.mark.parametrize(
    ("change", "why"),
    [(_other_place, "place is"), (_same_place, ""), (_one_more, "adds ['colour']"), (_other_tool, "tools [")],
)
def test_a_plan_is_judged_by_what_it_means(furnished: Place, change: Change, why: str) -> None:
    case = next(
        case
        for case in cases_of(NAME, furnished).values()
        if [call["tool"] for call in case.expect["calls"]] == ["parking.near"]
        and case.expect["calls"][0]["arguments"].get("place", {}).get("means")
        and not case.expect["missing"]
        and not case.expect["also"]
    )
    right = Wanted.model_validate(case.expect)
    call = right.calls[0].model_dump(mode="json")
    assert judge(NAME, case, {"calls": [call], "missing": []}).why == ""
    change(call)
    scored = judge(NAME, case, {"calls": [call], "missing": []})
    assert scored.why.startswith(why)
    assert scored.values["plan_right"] == float(not why)


def test_calling_where_nothing_is_to_be_called_and_asking_for_nothing(furnished: Place) -> None:
    cases = cases_of(NAME, furnished)
    none = next(case for case in cases.values() if case.slices["asks"] == "none")
    call = Meant(tool="parking.near").model_dump(mode="json")
    scored = judge(NAME, none, {"calls": [call], "missing": []})
    assert (scored.values["refused"], scored.why) == (0, "calls parking.near")
    asks = next(case for case in cases.values() if case.slices["asks"] == "asks" and case.expect["missing"])
    scored = judge(NAME, asks, {"calls": asks.expect["calls"], "missing": []})
    assert (scored.values["plan_right"], scored.values["tool_right"]) == (0, 1)
