from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from agents.citydata.telling import at_path, sentences
from city.gazetteer import Gazetteer
from city.pack import CityPack
from tests.tools.transit.conftest import NOW, Call
from tools.feeds.citydata import CityData
from tools.seam.endings import Ending
from tools.seam.finding import tools_of
from tools.seam.packed import Told
from tools.seam.result import ToolResult
from tools.seam.words import ending_words
from tools.transit import tools as room

SATURDAY = NOW + timedelta(days=2)


def value(result: ToolResult) -> dict[str, Any]:
    assert result.ending is Ending.DONE, result.reason
    assert result.value is not None
    return result.value


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def test_stops_near(call: Call) -> None:
    result = call("stops", place="鼓楼")
    found = value(result)
    distances = [stop["distance"] for stop in found["stops"]]
    assert found["count"] >= len(distances) > 5
    assert distances == sorted(distances)
    assert max(distances) <= found["radius"]
    metro = next(stop for stop in found["stops"] if stop["name"] == "地铁鼓楼站")
    assert metro["lines"] == ["地铁1号线", "地铁2号线"]
    assert metro["distance"] == pytest.approx(399, abs=2)
    assert metro["walk"] == 7  # 399 m × 1.3 at 4.5 km/h are 6.9 minutes
    assert {source.feed for source in result.sources} >= {"transit.gtfs"}


def test_stops_of_one_sort(call: Call) -> None:
    metro = value(call("stops", place="市人民医院", sort="metro"))
    assert [stop["name"] for stop in metro["stops"]] == ["地铁望江站"]
    buses = value(call("stops", place="市人民医院", sort="bus"))
    lines = {line for stop in buses["stops"] for line in stop["lines"]}
    assert "3路" in lines
    assert not {line for line in lines if "地铁" in line}
    assert call("stops", place="竹溪竹海", sort="metro").code == "none_near"
    assert call("stops", place="不存在的地方").code == "unknown_place"


def test_a_line(call: Call) -> None:
    found = value(call("line", line="地铁1号线"))
    assert (found["sort"], found["operator"]) == ("地铁", "云澜轨道交通集团有限公司")
    east, west = found["courses"]
    assert (east["origin"], east["destination"]) == ("地铁大学城站", "地铁金桥站")
    assert west["stops"] == east["stops"][::-1]
    assert at(east["first"]) == NOW.replace(hour=6, minute=0)
    assert at(east["last"]) == NOW.replace(hour=22, minute=35)
    rush = next(part for part in east["headways"] if part["name"] == "早高峰")
    assert rush == {"name": "早高峰", "trips": 30, "minutes": pytest.approx(4)}
    assert sum(part["trips"] for part in east["headways"]) < east["trips"]  # some leave before seven


def test_a_line_is_found_by_what_people_say(call: Call) -> None:
    for said, name in {
        "1号线": "地铁1号线",
        "2路公交车": "2路",
        "夜1路": "夜班1路",
        "轮渡": "江上轮渡",
        "12": "12路",
    }.items():
        assert value(call("line", line=said, day="2026-11-28"))["name"] == name
    for said in ("99路", "9号线", "火箭"):
        assert call("line", line=said).code == "unknown_line"
    several = call("line", line="机场专线")
    assert (several.ending, several.code) == (Ending.CANNOT_COMPUTE, "several")
    assert several.fields["names"] == "机场专线1号、机场专线2号"


def test_a_night_line_runs_past_midnight(call: Call) -> None:
    found = value(call("line", line="夜班1路"))["courses"][0]
    assert at(found["first"]) == NOW.replace(hour=22, minute=40)
    assert at(found["last"]) == NOW.replace(hour=1, minute=45) + timedelta(days=1)


def test_weekends_and_festivals_have_their_own_times(call: Call) -> None:
    def first(day: str) -> datetime:
        return at(value(call("line", line="1路", day=day))["courses"][0]["first"])

    assert first("2026-11-26").time().isoformat() == "05:30:00"
    assert first("2026-11-28").time().isoformat() == "05:40:00"
    assert first("2026-10-10").time().isoformat() == "05:30:00"  # a Saturday that is worked
    festival = value(call("line", line="地铁1号线", day="2026-10-01"))["courses"][0]
    assert at(festival["last"]).time().isoformat() == "23:05:00"
    friday = value(call("line", line="地铁1号线", day="2026-11-27"))["courses"][0]
    assert at(friday["last"]).time().isoformat() == "23:35:00"


def test_a_line_that_does_not_run_tells_when_it_does(call: Call) -> None:
    result = call("line", line="旅游1线")
    assert (result.ending, result.code) == (Ending.NO_DATA, "not_that_day")
    assert result.fields["after"] == "2026年11月28日"
    assert value(call("line", line="旅游1线", day="2026-11-28"))["courses"]
    assert call("line", line="旅游1线", day="2026-12-31").code == "no_more_days"


def test_departures(call: Call) -> None:
    found = value(call("departures", stop="鼓楼百货大楼"))
    moments = [at(one["at"]) for one in found["departures"]]
    assert len(moments) > 5
    assert moments == sorted(moments)
    assert all(NOW <= moment < NOW + timedelta(minutes=15) for moment in moments[:8])
    for one in found["departures"]:
        assert at(one["first"]) <= at(one["at"]) < at(one["following"]) <= at(one["last"])
        assert one["wait"] == (at(one["at"]) - NOW) / timedelta(minutes=1)
    only = value(call("departures", stop="鼓楼百货大楼", line="1路"))
    assert {one["line"] for one in only["departures"]} == {"1路"}
    assert {one["towards"] for one in only["departures"]} == {"云澜站", "西津渡历史街区"}


def test_departures_at_another_time(call: Call) -> None:
    late = value(call("departures", stop="鼓楼百货大楼", line="1路", time="2026-11-26T23:30:00+08:00"))
    assert all(at(one["at"]).date() > NOW.date() for one in late["departures"])
    assert all(at(one["last"]) < NOW.replace(hour=23) for one in late["departures"])
    night = value(call("departures", stop="鼓楼百货大楼", time="2026-11-27T00:10:00+08:00"))
    assert night["day"] == "2026-11-26"  # after midnight it is still the night of the day before
    assert {one["line"] for one in night["departures"] if at(one["at"]).hour < 4} >= {"夜班1路", "夜班3路"}


def test_departures_before_and_after_midnight_are_of_the_same_night(call: Call) -> None:
    asked = {"stop": "鼓楼百货大楼", "line": "夜班1路"}
    before = value(call("departures", **asked, time="2026-11-26T23:59:00+08:00"))
    after = value(call("departures", **asked, now=NOW.replace(hour=0, minute=1) + timedelta(days=1)))
    assert len(before["departures"]) == len(after["departures"]) == 2
    for one in before["departures"]:
        other = next(item for item in after["departures"] if item["towards"] == one["towards"])
        assert (one["first"], one["last"]) == (other["first"], other["last"])
        assert other["at"] in (one["at"], one["following"])


def test_a_stop_is_found_by_what_people_say(call: Call) -> None:
    said = {
        "市人民医院站": "人民医院",
        "地铁鼓楼": "地铁鼓楼站",
        "百货大楼公交站": "鼓楼百货大楼",
        "鼓楼站": "地铁鼓楼站",
    }
    for words, name in said.items():
        assert value(call("departures", stop=words))["stop"] == name
    assert call("departures", stop="月球基地").code == "unknown_stop"
    assert call("departures", stop="鼓楼百货大楼", line="105路").code == "not_here"


def test_the_stop_beside_it_is_meant_where_the_line_calls_there(call: Call) -> None:
    found = value(call("departures", stop="人民公园站", line="10路"))  # a name of the metro's station
    assert (found["stop"], found["instead_of"]) == ("人民公园", "地铁人民公园站")
    assert {one["line"] for one in found["departures"]} == {"10路"}
    metro = value(call("departures", stop="云澜东站", sort="metro", want="first"))
    assert metro["stop"] == "地铁云澜东站"
    assert {one["line"] for one in metro["departures"]} == {"地铁2号线"}
    assert value(call("departures", stop="云澜东站"))["instead_of"] is None


def check(found: dict[str, Any]) -> None:
    """The options hang together: legs follow each other in place and time, and sums are those of the legs."""
    assert found["count"] == len(found["options"]) > 0
    for one in found["options"]:
        legs = one["legs"]
        rides = [leg for leg in legs if leg["kind"] == "ride"]
        assert one["lines"] == "→".join(leg["line"] for leg in rides)
        assert one["changes"] == len(rides) - 1 <= 2
        assert one["walk"] == sum(leg["minutes"] for leg in legs if leg["kind"] == "walk")
        assert at(one["arrive"]) - at(one["depart"]) == timedelta(minutes=one["minutes"])
        assert at(one["depart"]) <= at(legs[0]["depart"])
        assert at(legs[-1]["arrive"]) <= at(one["arrive"])
        assert legs[-1]["destination"] in (found["destination"], rides[-1]["destination"])
        for before, after in pairwise(legs):
            assert at(before["arrive"]) <= at(after["depart"])
            assert before["kind"] == "ride" or before["destination"] == after["origin"]


def test_route(call: Call) -> None:
    found = value(call("route", origin="鼓楼", destination="云澜东站"))
    check(found)
    best = found["options"][0]
    assert best["lines"] == "地铁2号线"
    assert (best["changes"], best["fare"]) == (0, 6)
    assert [leg["stops"] for leg in best["legs"]] == [None, 4, None]
    assert best["arrive"] == min(one["arrive"] for one in found["options"])
    assert found["is_late"] is False
    assert at(best["depart"]) < at(found["following"])


def test_another_way_goes_without_the_main_line(call: Call) -> None:
    found = value(call("route", origin="鼓楼", destination="云澜东站"))
    assert len(found["options"]) > 1
    assert "地铁2号线" not in found["options"][1]["lines"].split("→")


def test_the_metro_is_paid_once(call: Call) -> None:
    found = value(call("route", origin="地铁大学城站", destination="地铁云澜东站"))
    rail = next(one for one in found["options"] if one["lines"] == "地铁1号线→地铁2号线")
    assert rail["fare"] == 6
    assert [leg["line"] for leg in rail["legs"] if leg["kind"] == "ride"] == ["地铁1号线", "地铁2号线"]


def test_few_changes_and_little_walking_are_put_first(call: Call) -> None:
    ways: dict[str, Any] = {"origin": "云澜大学", "destination": "港口学校"}
    changes = [one["changes"] for one in value(call("route", **ways, want="fewest_changes"))["options"]]
    walks = [one["walk"] for one in value(call("route", **ways, want="least_walk"))["options"]]
    assert changes == sorted(changes)
    assert walks == sorted(walks)


def test_the_last_way_home(call: Call) -> None:
    found = value(call("route", origin="云澜大学", destination="云澜站", want="last"))
    check(found)
    best = found["options"][0]
    assert at(best["depart"]) > NOW.replace(hour=21)
    assert at(best["arrive"]) < NOW.replace(hour=4) + timedelta(days=1)
    missed = at(best["depart"]) + timedelta(minutes=5)
    late = call("route", origin="云澜大学", destination="云澜站", want="last", time=missed.isoformat())
    assert (late.ending, late.code) == (Ending.NO_DATA, "no_more")
    next_morning = value(call("route", origin="云澜大学", destination="云澜站", time=missed.isoformat()))
    assert next_morning["is_late"] is True
    assert at(next_morning["options"][0]["depart"]).date() == NOW.date() + timedelta(days=1)


def test_a_route_after_midnight(call: Call) -> None:
    found = value(call("route", now=NOW.replace(hour=0, minute=5) + timedelta(1), origin="鼓楼", destination="云澜站"))
    check(found)
    assert found["options"][0]["lines"] == "夜班1路"


def test_nobody_waits_out_the_night_between_two_rides(call: Call) -> None:
    found = value(call("route", origin="云澜东站", destination="人民公园", time="2026-11-26T23:10:00+08:00"))
    check(found)
    for one in found["options"]:
        for before, after in pairwise(one["legs"]):
            assert at(after["depart"]) - at(before["arrive"]) < timedelta(hours=2)


def test_the_airport_line_takes_nobody_on_the_way(call: Call) -> None:
    course = value(call("line", line="机场专线1号"))["courses"][0]
    assert course["stops"] == ["云澜站", "云澜东站", "云澜澜东机场"]


def test_no_route(call: Call) -> None:
    assert call("route", origin="鼓楼", destination="鼓楼").code == "same_place"
    assert call("route", origin="不存在的地方", destination="鼓楼").code == "unknown_place"
    near = value(call("route", origin="鼓楼", destination="鼓楼百货大楼"))
    assert near["walk"] == 7  # 385 m × 1.3 at 4.5 km/h are 6.7 minutes


def test_a_time_outside_the_timetable(call: Call) -> None:
    for tool, asked in (
        ("line", {"line": "1路", "day": "2027-03-01"}),
        ("departures", {"stop": "云澜站", "time": "2027-03-01T08:00:00+08:00"}),
        ("route", {"origin": "鼓楼", "destination": "云澜站", "time": "2026-08-01T08:00:00+08:00"}),
    ):
        result = call(tool, **asked)
        assert (result.ending, result.code) == (Ending.NO_DATA, "outside")
        assert (result.fields["since"], result.fields["until"]) == ("2026年9月1日", "2026年12月31日")


def test_a_timetable_that_has_run_out_is_not_current(call: Call, city: CityPack, told: Mapping[str, Told]) -> None:
    result = call("stops", now=NOW.replace(year=2027), place="鼓楼")
    assert result.ending is Ending.NOT_CURRENT
    assert result.value is None
    assert "新的还没有接进来" in ending_words(city, told["transit.stops"], result)
    # Until four in the morning the last night's buses still run.
    night = NOW.replace(year=2027, month=1, day=1, hour=1)
    assert call("stops", now=night, place="鼓楼").ending is Ending.DONE


@pytest.fixture
def values(call: Call) -> list[ToolResult]:
    return [
        call("stops", place="鼓楼"),
        call("stops", place="市人民医院", sort="metro"),
        call("line", line="地铁2号线"),
        call("line", line="夜班1路"),
        call("line", line="江上轮渡", day="2026-11-28"),
        call("departures", stop="鼓楼百货大楼"),
        call("departures", stop="地铁鼓楼站", want="last"),
        call("departures", stop="望江渡口", want="first"),
        call("departures", stop="人民公园站", line="10路"),
        call("departures", stop="望江渡口", time="2026-11-26T22:00:00+08:00"),
        call("route", origin="云澜大学", destination="港口学校"),
        call("route", origin="云澜大学", destination="云澜站", want="last"),
        call("route", origin="云澜大学", destination="云澜站", time="2026-11-26T23:50:00+08:00"),
        call("route", origin="鼓楼", destination="鼓楼百货大楼", want="least_walk"),
    ]


def test_every_value_told_is_a_field(told: Mapping[str, Told], values: list[ToolResult]) -> None:
    tools = {tool.id: tool for tool in tools_of(room)}
    assert set(tools) == set(told)
    assert {result.tool for result in values} == set(told)
    for result in values:
        model = tools[result.tool].result.model_validate(value(result))
        said = sentences(told[result.tool], model, result.call)
        assert len(said) >= 2
        for sentence in said:
            assert "无数据" not in sentence.text
            for field in sentence.fields:
                at_path(model, field.path)
        assert any("时刻" in sentence.text for sentence in said)  # it is said that nothing of it is live


def test_templates_hold_no_numbers(told: Mapping[str, Told]) -> None:
    for name, said in told.items():
        assert not re.search(r"\d", re.sub(r"{[{%].*?[%}]}", "", said.tell)), name
        assert 25 <= len(said.examples) <= 40
        assert len(set(said.examples)) == len(said.examples)


def test_the_examples_of_ways_name_places_that_are_known(told: Mapping[str, Told], city: CityPack) -> None:
    gazetteer = Gazetteer.of(city)
    for example in told["transit.route"].examples:
        assert len(gazetteer.mentions(example)) >= 2, example
    for example in told["transit.stops"].examples:
        assert gazetteer.mentions(example), example


def test_every_ending_of_the_room_is_told(told: Mapping[str, Told]) -> None:
    days = {"outside", "empty", "not_current"}
    assert set(told["transit.stops"].endings) == days | {"none_near"}
    assert set(told["transit.line"].endings) == days | {"unknown_line", "several", "not_that_day", "no_more_days"}
    assert set(told["transit.departures"].endings) == days | {
        "unknown_stop",
        "unknown_line",
        "several",
        "not_here",
        "none_leaves",
    }
    assert set(told["transit.route"].endings) == days | {
        "same_place",
        "no_stop_near",
        "no_way",
        "only_walk",
        "no_more",
    }


def test_the_registers_name_what_the_timetable_has(data: CityData) -> None:
    from tools.transit.data import LINES, STOPS
    from tools.transit.network import network_of

    network = network_of(data)
    assert set(data.table(LINES)["id"]) == set(network.timetable.lines)
    assert set(data.table(STOPS)["name"]) == {stop.name for stop in network.days.stops}
