from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.citydata.telling import sentences
from tests.tools.emergencies.conftest import AFTER, DRY, WET, Call
from tools.emergencies import tools as room
from tools.seam import Ending
from tools.seam.finding import tools_of
from tools.seam.packed import Told


def value(result: Any) -> dict[str, Any]:
    assert result.ending is Ending.DONE, result.reason
    assert isinstance(result.value, dict)
    return result.value


def test_warnings_with_advice(call: Call) -> None:
    found = value(call("warnings"))
    assert found["count"] == len(found["warnings"]) >= 3
    assert all(one["advice"] for one in found["warnings"])
    own = value(call("warnings", district="beiping"))
    assert {one["kind"] for one in own["warnings"]} >= {"地质灾害"}
    assert own["count"] < found["count"] or all("北屏区" in w["districts"] for w in found["warnings"])


def test_the_kind_that_was_asked_for_is_answered_first(call: Call) -> None:
    rain = value(call("warnings", said="今天有暴雨预警吗"))
    assert (rain["asked"], rain["warnings"][0]["kind"]) == ("暴雨", "暴雨")
    assert rain["of_asked"] == sum(one["kind"] == "暴雨" for one in rain["warnings"]) >= 1
    snow = value(call("warnings", said="有没有暴雪预警"))
    assert (snow["asked"], snow["of_asked"], snow["count"]) == ("暴雪", 0, rain["count"])


def test_a_quiet_day_is_told_as_quiet(call: Call) -> None:
    found = value(call("warnings", now=DRY))
    assert (found["count"], found["gravest"], found["warnings"]) == (0, None, [])


@pytest.mark.parametrize("tool", ["plan", "first", "checklist"])
def test_plans_are_for_staff(call: Call, tool: str) -> None:
    arguments = {"hazard": "flood", "level": "3"} | ({"unit": "市水务局"} if tool == "checklist" else {})
    assert call(tool, **arguments).ending is Ending.NOT_ALLOWED
    assert call(tool, staff=True, **arguments).ending is Ending.DONE


def test_measured_rain_reaches_a_level(call: Call) -> None:
    found = value(call("plan", staff=True, hazard="flood"))
    assert found["level"] is not None
    assert {one["origin"] for one in found["reasons"]} == {"实测"}
    assert all(one["article"] == "yl-plan-flood-2025#s4" for one in found["reasons"])
    assert found["watched"]
    assert {one["kind"] for one in found["warnings"]} >= {"暴雨"}


def test_what_is_said_goes_before_what_is_measured(call: Call) -> None:
    found = value(call("plan", staff=True, hazard="flood", said="24小时降雨210毫米，几级响应"))
    assert (found["level"], found["open"]) == ("一级", [])
    assert "所述" in {one["origin"] for one in found["reasons"]}
    given = value(call("plan", staff=True, hazard="flood", said="24小时降雨210毫米", facts={"rain_24h": 10}))
    rain = [one for one in given["used"] if one["fact"] == "城区24小时降雨量"]
    assert [(one["whole"], one["origin"]) for one in rain] == [(10, "给定")]


def test_a_plan_out_of_season_judges_nothing(call: Call) -> None:
    found = value(call("plan", staff=True, hazard="snow", facts={"min_temperature": -20}))
    assert not found["applies"]
    assert (found["level"], found["open"], found["missing"]) == (None, [], [])


def test_a_plan_not_yet_in_force_is_refused(call: Call) -> None:
    result = call("plan", staff=True, hazard="gas", said="停气5000户")
    assert (result.ending, result.code) == (Ending.CANNOT_COMPUTE, "not_in_force")


@pytest.mark.parametrize("facts", [{"nonsense": 1}, {"deaths": True}, {"deaths": "two"}, {"gas_leak": "roof"}])
def test_facts_that_no_plan_knows_are_refused(call: Call, facts: dict[str, Any]) -> None:
    result = call("plan", staff=True, hazard="flood", facts=facts)
    assert (result.ending, result.code) == (Ending.CANNOT_COMPUTE, "bad_arguments")


def test_a_silent_feed_leaves_facts_unknown(call: Call) -> None:
    found = value(call("plan", staff=True, now=AFTER, hazard="flood"))
    assert found["level"] is None
    assert not found["watched"]
    assert [one["level"] for one in found["open"]] == ["一级", "二级", "三级", "四级"]
    assert "城区24小时降雨量" in found["missing"]


def test_the_asked_level_is_shown(call: Call) -> None:
    found = value(call("plan", staff=True, hazard="flood", level="1"))
    assert found["asked"]["level"] == "一级"
    assert "33.20米" in found["asked"]["quote"]


def test_first_steps_in_order(call: Call) -> None:
    found = value(call("first", staff=True, hazard="quake", level="1"))
    assert found["steps"][0]["minutes"] == 10
    assert [one["order"] for one in found["steps"]] == list(range(1, len(found["steps"]) + 1))
    long = [one for one in found["steps"] if one["hours"]]
    assert long
    assert all(one["minutes"] is None for one in long)


def test_a_checklist_by_a_short_name(call: Call) -> None:
    found = value(call("checklist", staff=True, unit="市水务局", hazard="flood"))
    assert found["unit"] == "云澜市水务局"
    assert found["phone"] == "0600-55985989"
    assert found["count"] == len(found["steps"]) > 3
    at_one = value(call("checklist", staff=True, unit="市水务局", hazard="flood", level="1"))
    assert all("一级" in one["levels"] for one in at_one["steps"])
    assert at_one["count"] < found["count"]


@pytest.mark.parametrize(
    ("unit", "ending", "code"),
    [
        ("火星殖民局", Ending.NO_DATA, "unknown_unit"),
        ("镇人民政府", Ending.CANNOT_COMPUTE, "several"),
        ("市财政局", Ending.CANNOT_COMPUTE, "no_duty"),
    ],
)
def test_units_that_cannot_be_answered(call: Call, unit: str, ending: Ending, code: str) -> None:
    result = call("checklist", staff=True, unit=unit, hazard="flood")
    assert (result.ending, result.code) == (ending, code)


@pytest.mark.parametrize("hazard", ["hazchem", "metro"])
def test_the_public_hears_nothing_of_a_staff_plan(call: Call, hazard: str) -> None:
    found = value(call("advice", hazard=hazard))
    assert found["title"] is None
    assert found["lines"]
    assert {one["document"] for one in found["lines"]} <= {None, "yl-plan-overall-2024", "yl-plan-flood-2025"}


def test_every_peril_has_advice(call: Call, told: Mapping[str, Told]) -> None:
    perils = told["emergencies.advice"].words["hazard"]
    assert len(perils) == 17
    for peril in perils:
        assert value(call("advice", hazard=peril))["lines"], peril


def test_advice_always_names_the_numbers(told: Mapping[str, Told]) -> None:
    assert all(number in told["emergencies.advice"].tell for number in ("110", "119", "120"))


def test_rain_of_the_last_day(call: Call) -> None:
    found = value(call("rain"))
    assert found["count"] == 21
    assert found["most"] >= found["mean"] > 30
    assert found["until"] == WET.replace(minute=0).isoformat()
    assert found["since"] == (WET.replace(minute=0) - timedelta(days=1)).isoformat()
    assert all(one["hours"] == 24 for one in found["stations"])


def test_rain_near_a_place_and_of_a_district(call: Call) -> None:
    near = value(call("rain", place="鼓楼", hours=3))
    assert near["count"] == 3
    assert [one["km"] for one in near["stations"]] == sorted(one["km"] for one in near["stations"])
    own = value(call("rain", district="nanping"))
    assert own["count"] == 4
    assert {one["district"] for one in own["stations"]} == {"南坪县"}


def test_rain_of_days_adds_up(call: Call) -> None:
    day = WET.date() - timedelta(days=2)
    period = {"since": day.isoformat(), "until": (day + timedelta(days=1)).isoformat()}
    both = value(call("rain", district="nanping", period=period))
    days = [value(call("rain", district="nanping", period={"since": day, "until": day})) for day in period.values()]
    sums = {one["station"]: one["total"] for one in both["stations"]}
    for station, total in sums.items():
        parts = [row["total"] for day in days for row in day["stations"] if row["station"] == station]
        assert sum(parts) == pytest.approx(total, abs=0.11)


def test_rain_of_a_future_day_is_no_data(call: Call) -> None:
    day = (WET.date() + timedelta(days=2)).isoformat()
    result = call("rain", period={"since": day, "until": day})
    assert result.ending is Ending.NO_DATA


def test_water_levels_beside_their_marks(call: Call) -> None:
    found = {one["gauge"]: one for one in value(call("levels"))["levels"]}
    river = found["澜江云澜站"]
    marks = {"警戒水位": 31.5, "保证水位": 33.2, "历史最高水位": 34.06}
    assert river["below"] == pytest.approx(marks[river["next_mark"]] - river["metres"])
    assert river["rise"] is not None
    assert river["fall"] is None


def test_every_template_tells_every_ending_of_its_tool(call: Call, told: Mapping[str, Told]) -> None:
    asked: list[tuple[str, dict[str, Any], datetime]] = [
        ("warnings", {}, WET),
        ("warnings", {}, DRY),
        ("plan", {"hazard": "flood"}, WET),
        ("plan", {"hazard": "flood", "level": "2"}, AFTER),
        ("plan", {"hazard": "hazchem", "said": "泄漏2吨，死亡1人，死亡2人"}, WET),
        ("plan", {"hazard": "snow"}, WET),
        ("first", {"hazard": "flood", "level": "1"}, WET),
        ("checklist", {"unit": "市水务局", "hazard": "flood"}, WET),
        ("advice", {"hazard": "flood"}, WET),
        ("advice", {"hazard": "thunder"}, DRY),
        ("rain", {"place": "鼓楼"}, WET),
        ("rain", {}, WET + timedelta(hours=1)),
        ("levels", {}, WET),
    ]
    tools = {tool.id: tool for tool in tools_of(room)}
    for name, arguments, now in asked:
        result = call(name, staff=True, now=now, **arguments)
        model = tools[f"emergencies.{name}"].result.model_validate(value(result))
        said = sentences(told[f"emergencies.{name}"], model, "c")
        assert said, name
        assert not [one.text for one in said if "无数据" in one.text or "None" in one.text], name
    assert {tool.id for tool in tools_of(room)} == set(told)


def test_no_sentence_shows_an_id(call: Call, told: Mapping[str, Told]) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("plan", {"hazard": "flood", "said": "24小时下了90毫米", "level": "2"}),
        ("plan", {"hazard": "flood"}),
        ("first", {"hazard": "flood", "level": "2"}),
        ("checklist", {"unit": "鼓楼街道", "hazard": "flood"}),
        ("advice", {"hazard": "metro"}),
        ("rain", {"place": "鼓楼"}),
        ("warnings", {}),
    ]
    tools = {tool.id: tool for tool in tools_of(room)}
    for name, arguments in asked:
        model = tools[f"emergencies.{name}"].result.model_validate(value(call(name, staff=True, now=WET, **arguments)))
        for one in sentences(told[f"emergencies.{name}"], model, "c"):
            assert not re.search(r"[A-Za-z_]{3,}|#", one.text), one.text
            assert one.text.endswith(("。", "：")), one.text


def test_a_step_names_the_part_of_the_plan_it_stands_in(call: Call) -> None:
    found = value(call("first", staff=True, now=WET, hazard="flood", level="3"))
    assert found["steps"]
    for step in found["steps"]:
        document, article = step["article"].split("#s")
        assert step["part"] == (int(article.split("-")[0]) if document == found["document"] else None)


def test_steps_that_are_not_read_out_are_counted(call: Call, told: Mapping[str, Told]) -> None:
    first = next(tool for tool in tools_of(room) if tool.id == "emergencies.first").result
    found = first.model_validate(value(call("first", staff=True, now=WET, hazard="flood", level="1")))
    assert found.count == len(found.steps) > 10
    said = [one.text for one in sentences(told["emergencies.first"], found, "c")]
    assert f"一共{found.count}步，其余的见下面的表。" in said
    short = found.model_copy(update={"steps": found.steps[:3], "count": 3})
    assert not [one.text for one in sentences(told["emergencies.first"], short, "c") if "其余" in one.text]


def test_what_the_hotline_does_is_no_advice_to_the_public(call: Call) -> None:
    for hazard in ("metro", "hazchem", "general", "gas", "quake"):
        lines = [line["text"] for line in value(call("advice", hazard=hazard, now=WET))["lines"]]
        assert lines
        assert not [line for line in lines if "三方转接" in line]


def test_no_warning_of_a_district_that_is_none(call: Call) -> None:
    result = call("warnings", district="atlantis", now=WET)
    assert (result.ending, result.code) == (Ending.NO_DATA, "unknown_district")


def test_rain_that_did_not_fall(told: Mapping[str, Told], call: Call) -> None:
    rain = next(tool for tool in tools_of(room) if tool.id == "emergencies.rain").result
    near = rain.model_validate(value(call("rain", place="鼓楼", now=WET)))
    [first, *_] = sentences(told["emergencies.rain"], near, "c")
    assert first.text.startswith("离云澜鼓楼最近的3个雨量站")
    dry = near.model_copy(update={"mean": 0.0, "most": 0.0})
    assert "都没有下雨" in sentences(told["emergencies.rain"], dry, "c")[0].text


def test_examples_are_many_and_differ(told: Mapping[str, Told]) -> None:
    for one in told.values():
        assert len(set(one.examples)) == len(one.examples) >= 25
