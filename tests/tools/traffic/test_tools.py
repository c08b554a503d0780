from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined

from tests.tools.traffic.conftest import NOW, Call
from tools.feeds.citydata import CityData
from tools.seam.endings import Ending
from tools.seam.finding import tools_of
from tools.seam.packed import Told
from tools.seam.result import ToolResult
from tools.traffic import tools as room
from tools.traffic.data import FLOW
from tools.traffic.state import flow_now, usual_hours


def value(result: ToolResult) -> dict[str, Any]:
    assert result.ending is Ending.DONE, result.reason
    assert result.value is not None
    return result.value


def test_volume(call: Call, data: CityData) -> None:
    found = value(call("volume"))
    rows = flow_now(data)
    by_hand = sum(
        min(row["flow"] * row["length"] / row["speed"], 140 * row["lanes"] * row["length"])
        for row in rows.iter_rows(named=True)
    )
    assert found["vehicles"] == round(by_hand)
    assert found["vehicles"] == pytest.approx(sum(d["vehicles"] for d in found["districts"]), abs=5)
    assert found["difference"] == round(100 * (found["vehicles"] / found["usual"] - 1))
    assert abs(found["difference"]) < 25
    night = value(call("volume", now=NOW.replace(hour=3)))
    assert 3 * night["vehicles"] < found["vehicles"]
    part = value(call("volume", district="yuncheng"))
    assert part["vehicles"] == next(d["vehicles"] for d in found["districts"] if d["district"] == "云城区")
    assert part["districts"] == []


def test_usual_is_the_same_hour_of_the_same_weekday(data: CityData) -> None:
    days = usual_hours(data)["day"].unique().to_list()
    assert len(days) == 5
    assert {day.weekday() for day in days} == {NOW.weekday()}
    assert all(day < NOW.date() for day in days)


def test_a_holiday_is_compared_with_days_of_rest(data: CityData) -> None:
    swapped = datetime(2026, 11, 21, 9, 30, tzinfo=NOW.tzinfo)  # a Saturday
    days = usual_hours(data, swapped)["day"].unique().to_list()
    assert days
    assert all(day.weekday() >= 5 for day in days)


def test_congestion(call: Call, data: CityData) -> None:
    found = value(call("congestion"))
    rows = list(flow_now(data).iter_rows(named=True))
    free = sum(row["flow"] * row["length"] / row["free_speed"] for row in rows)
    now = sum(row["flow"] * row["length"] / min(row["speed"], row["free_speed"]) for row in rows)
    assert found["index"] == pytest.approx(now / free)
    worst = [road["index"] for road in found["worst"]]
    assert worst == sorted(worst, reverse=True)
    assert worst[0] > found["index"]
    assert value(call("congestion", now=NOW.replace(hour=3)))["level"] == "畅通"
    assert value(call("congestion", now=NOW.replace(hour=3)))["worst"] == []


def test_a_road_of_two_districts_needs_its_district(call: Call) -> None:
    result = call("congestion", road="人民路")
    assert (result.ending, result.code) == (Ending.CANNOT_COMPUTE, "several")
    assert result.fields["names"] == "沧浦区人民路、云城区人民路"
    assert value(call("congestion", road="人民路", district="yuncheng"))["area"] == "人民路"
    assert value(call("congestion", road="人民大街"))["index"] > 1  # a name that only one of them bears
    assert call("congestion", road="长安街").code == "unknown_road"
    assert call("congestion", district="atlantis").code == "unknown_district"


def test_incidents(call: Call) -> None:
    seen = 0
    for ahead in range(0, 24 * 4, 7):
        now = NOW - timedelta(hours=ahead)
        found = value(call("incidents", now=now))
        begun = [datetime.fromisoformat(row["since"]) for row in found["incidents"]]
        assert begun == sorted(begun, reverse=True)
        assert all(at <= now for at in begun)
        assert found["count"] >= len(begun)
        assert datetime.fromisoformat(found["at"]) <= now
        seen += found["count"]
    assert seen > 10


def test_incidents_of_a_district(call: Call) -> None:
    for ahead in range(48):
        now = NOW - timedelta(hours=ahead)
        found = value(call("incidents", now=now, district="yuncheng"))
        assert {row["district"] for row in found["incidents"]} <= {"云城区"}
        if found["count"]:
            return
    pytest.fail("no incident in two days")


def test_travel_time(call: Call) -> None:
    found = value(call("travel_time", origin="鼓楼", destination="云澜东站"))
    assert 12 < found["km"] < 22
    assert found["free"] < found["minutes"]
    assert found["minutes"] == pytest.approx(found["usual"], rel=0.3)
    assert found["unknown_km"] == 0
    parts = sum(part["minutes"] for part in found["parts"])
    assert parts < found["minutes"] < parts + 5  # the rest is off the roads
    walked = value(call("travel_time", origin="鼓楼", destination="云澜东站", mode="walk"))
    assert walked["minutes"] == pytest.approx(walked["km"] / 4.5 * 60, rel=0.01)
    assert walked["usual"] is None
    assert call("travel_time", origin="鼓楼", destination="云澜鼓楼").code == "same_place"


def test_every_landmark_can_be_reached(call: Call, data: CityData) -> None:
    marks = [mark.name for mark in data.pack.landmarks][::9]
    endings = {name: call("travel_time", origin="鼓楼", destination=name).code for name in marks}
    assert len(endings) > 20
    assert {code for code in endings.values() if code} <= {"several_places", "same_place"}


def test_old_speeds_are_not_told_as_the_present(call: Call) -> None:
    after = datetime(2026, 11, 27, 1, 0, tzinfo=NOW.tzinfo)
    for name, asked in (("volume", {}), ("congestion", {}), ("travel_time", {"origin": "鼓楼", "destination": "机场"})):
        assert call(name, now=after, **asked).ending is Ending.NOT_CURRENT


def test_the_pack_tells_every_tool(told: Mapping[str, Told], call: Call) -> None:
    assert {tool.id for tool in tools_of(room)} == set(told)
    values = {
        "volume": value(call("volume")),
        "congestion": value(call("congestion")),
        "incidents": value(call("incidents")),
        "travel_time": value(call("travel_time", origin="鼓楼", destination="机场")),
    }
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    for name, found in values.items():
        text = environment.from_string(told[f"traffic.{name}"].tell).render(found)
        assert str(found.get("area", found.get("origin"))) in text
    assert FLOW.time == "at"


def test_templates_hold_no_numbers(told: Mapping[str, Told]) -> None:
    for name, said in told.items():
        plain = re.sub(r"{[{%].*?[%}]}", "", re.sub("110|120", "", said.tell))
        assert not re.search(r"\d", plain), name
        assert 25 <= len(said.examples) <= 40
        assert len(set(said.examples)) == len(said.examples)


def test_every_ending_of_the_room_is_told(told: Mapping[str, Told]) -> None:
    assert {name: set(said.endings) for name, said in told.items()} == {
        "traffic.volume": {"no_flow", "unknown_district"},
        "traffic.congestion": {"no_flow", "unknown_district", "unknown_road", "several"},
        "traffic.incidents": {"unknown_district"},
        "traffic.travel_time": {"same_place", "no_way", "far_from_roads"},
    }
