from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from agents.citydata.telling import sentences
from tests.tools.parking.conftest import NOW, ZONE, Call
from tools.feeds.citydata import CityData
from tools.parking import tools as room
from tools.parking.data import FREE
from tools.parking.lots import lots_of
from tools.seam.endings import Ending
from tools.seam.finding import tools_of
from tools.seam.packed import Told
from tools.seam.result import ToolResult


def value(result: ToolResult) -> dict[str, Any]:
    assert result.ending is Ending.DONE, result.reason
    assert result.value is not None
    return result.value


def test_near(call: Call) -> None:
    result = call("near", place="鼓楼")
    found = value(result)
    distances = [lot["distance"] for lot in found["lots"]]
    assert found["count"] >= len(distances) > 3
    assert max(distances) <= 800
    roomy = [lot["distance"] for lot in found["lots"] if lot["free"] != 0]
    assert roomy == sorted(roomy)
    assert {source.feed for source in result.sources} == {"parking.lots", "parking.free"}
    at = next(source.at for source in result.sources if source.feed == "parking.free")
    assert at is not None
    assert timedelta(0) <= NOW - at <= timedelta(minutes=30)


def test_near_by_what_is_wanted(call: Call) -> None:
    cheap = [lot for lot in value(call("near", place="鼓楼", want="cheapest"))["lots"] if lot["free"] != 0]
    fees = [lot["fee_2h"] for lot in cheap if lot["fee_2h"] is not None]
    assert len(fees) > 3
    assert fees == sorted(fees)
    free = [lot["free"] for lot in value(call("near", place="鼓楼", want="free_places"))["lots"]]
    known = [count for count in free if count is not None]
    assert known == sorted(known, reverse=True)
    charging = value(call("near", place="鼓楼", want="charging"))["lots"]
    assert charging
    assert all(lot["chargers"] > 0 for lot in charging)


def test_near_leaves_out_what_is_closed(call: Call) -> None:
    lent = "云澜市第一中学错时共享车位"
    by_day = {lot["name"] for lot in value(call("near", place="云澜一中", radius=100))["lots"]} if _any(call) else set()
    at_night = value(call("near", now=NOW.replace(hour=22), place="云澜一中", radius=300))["lots"]
    assert lent not in by_day
    assert lent in {lot["name"] for lot in at_night}


def _any(call: Call) -> bool:
    return call("near", place="云澜一中", radius=100).ending is Ending.DONE


def test_near_where_there_is_none(call: Call) -> None:
    result = call("near", place="茶山村", radius=100)
    assert (result.ending, result.code) == (Ending.NO_DATA, "none_near")
    assert call("near", place="不存在的地方").code == "unknown_place"


def test_lorries_have_their_own_place(call: Call) -> None:
    found = value(call("near", place="盐仓佳园", radius=2_000))
    assert "盐仓大型货车停车场" not in {lot["name"] for lot in found["lots"]}
    assert value(call("lot", lot="盐仓大型货车停车场"))["for_lorries"] is True


def test_on_way_is_nearest_to_the_destination_first(call: Call) -> None:
    found = value(call("on_way", origin="市政府", destination="云澜站"))
    distances = [lot["distance"] for lot in found["lots"] if lot["free"] != 0]
    assert len(distances) > 2
    assert distances == sorted(distances)
    assert call("on_way", origin="鼓楼", destination="鼓楼").code == "same_place"


def test_a_lot_tells_its_rule(call: Call) -> None:
    found = value(call("lot", lot="云澜市人民医院停车场"))
    assert found["day_cap"] == 20
    assert found["steps"] == [
        {"since": 0, "until": 120, "unit": 120, "yuan": 5.0},
        {"since": 120, "until": None, "unit": 60, "yuan": 2.0},
    ]
    assert found["always_open"] is True
    ride = value(call("lot", lot="金桥换乘停车场"))
    assert (ride["ride_yuan"], ride["ride_hours"]) == (5, 10)
    lent = value(call("lot", lot="云澜市第一中学错时共享车位"))
    assert lent["is_open"] is False
    assert datetime.fromisoformat(lent["opens"]) == NOW.replace(hour=18, minute=30)


def test_a_lot_whose_count_is_too_old_is_told_without(call: Call) -> None:
    after = datetime(2026, 11, 28, 9, 0, tzinfo=ZONE)
    found = value(call("lot", now=after, lot="云澜市人民医院停车场"))
    assert found["free"] is None
    assert found["day_cap"] == 20


def test_fee(call: Call) -> None:
    assert value(call("fee", lot="云澜市人民医院停车场", hours=3))["yuan"] == 7
    night = {"lot": "市人民医院东侧停车库", "hours": 10, "arrive": "2026-11-26T20:00:00+08:00"}
    assert value(call("fee", **night))["yuan"] == pytest.approx(9 + 12)
    ride = value(call("fee", lot="金桥换乘停车场", hours=9))
    assert (ride["yuan"], ride["ride_yuan"]) == (19, 5)
    assert value(call("fee", lot="金桥换乘停车场", hours=11))["ride_yuan"] is None
    assert call("fee", lot="云澜市人民医院停车场", hours=0).code == "bad_arguments"


def test_the_county_sets_its_own_fees(call: Call) -> None:
    assert call("fee", lot="南坪县人民医院停车场", hours=1).code == "no_rule"
    assert value(call("lot", lot="南坪县人民医院停车场"))["fee"] is None


def test_index(call: Call) -> None:
    city = value(call("index"))
    assert (city["since"], city["until"]) == ("2026-11-19", "2026-11-25")
    assert city["index"] == pytest.approx(city["spaces"] / city["peak_cars"], rel=1e-3)
    assert len(city["by_hour"]) == 24
    old = value(call("index", district="yuncheng"))
    assert old["lots"] < city["lots"]
    assert old["index"] < city["index"]
    assert {lot["district"] for lot in old["full"]} <= {"云城区"}
    later = {"since": "2026-12-01", "until": "2026-12-03"}
    assert call("index", period=later).code == "not_yet"
    assert call("index", period={"since": "2025-01-01", "until": "2025-01-03"}).code == "no_hours"
    assert call("index", district="atlantis").code == "unknown_district"


def test_index_sees_no_more_than_was_known(call: Call, data: CityData) -> None:
    today = {"since": "2026-11-26", "until": "2026-11-26"}
    assert len(value(call("index", period=today))["by_hour"]) == 8  # at half past eight, eight hours are over
    assert data.today == date(2026, 11, 26)


def test_forecast(call: Call) -> None:
    found = value(call("forecast", lot="云澜市人民医院停车场", time="2026-11-27T09:30:00+08:00"))
    assert found["taken"] > 85
    assert found["taken_low"] <= found["taken"] <= found["taken_high"]
    assert found["free"] == round(found["spaces"] * (1 - found["taken"] / 100))
    night = value(call("forecast", lot="云澜市人民医院停车场", time="2026-11-28T03:00:00+08:00"))
    assert night["taken"] < 50
    assert datetime.fromisoformat(found["known_until"]) == NOW.replace(minute=0)


@pytest.mark.parametrize(
    ("time", "code"), [("2026-11-26T08:00:00+08:00", "past"), ("2026-12-26T08:00:00+08:00", "too_far")]
)
def test_forecast_has_bounds(call: Call, time: str, code: str) -> None:
    assert call("forecast", lot="云澜市人民医院停车场", time=time).code == code


def test_the_free_feed_is_current_all_along(call: Call, data: CityData) -> None:
    lots = len(lots_of(data))
    for ahead in range(0, 29 * 24, 37):
        now = datetime(2026, 10, 28, 1, 0, tzinfo=ZONE) + timedelta(hours=ahead)
        known = data.feeds.latest(FREE, now, {}, internal=False)[0]
        assert len(known) > 0.9 * lots


def test_the_pack_tells_every_tool(told: Mapping[str, Told], call: Call) -> None:
    assert {tool.id for tool in tools_of(room)} == set(told)
    values = {
        "near": value(call("near", place="鼓楼", want="charging")),
        "on_way": value(call("on_way", origin="市政府", destination="云澜站")),
        "lot": value(call("lot", lot="解放路道路泊位（人民路至鼓楼街）")),
        "fee": value(call("fee", lot="金桥换乘停车场", hours=9)),
        "index": value(call("index")),
        "forecast": value(call("forecast", lot="金桥换乘停车场", time="2026-11-27T09:30:00+08:00")),
    }
    for name, found in values.items():
        model = next(tool.result for tool in tools_of(room) if tool.id == f"parking.{name}").model_validate(found)
        text = "".join(sentence.text for sentence in sentences(told[f"parking.{name}"], model, "c"))
        assert found.get("name", found.get("place", found.get("origin", "云澜市"))) in text
        assert "无数据" not in text


def test_templates_hold_no_numbers(told: Mapping[str, Told]) -> None:
    for name, said in told.items():
        plain = re.sub(r"{[{%].*?[%}]}", "", said.tell.replace("12345", ""))
        assert not re.search(r"\d", plain), name
        assert 25 <= len(said.examples) <= 40
        assert len(set(said.examples)) == len(said.examples)


def test_every_ending_of_the_room_is_told(told: Mapping[str, Told], call: Call) -> None:
    lot = {"unknown_lot", "several", "not_yet_used"}
    assert set(told["parking.near"].endings) == {"none_near", "too_wide"}
    assert set(told["parking.on_way"].endings) == {"none_on_way", "same_place", "too_wide"}
    assert set(told["parking.lot"].endings) == lot
    assert set(told["parking.fee"].endings) == lot | {"no_rule", "no_vehicle"}
    assert set(told["parking.index"].endings) == {"no_hours", "not_yet", "unknown_district"}
    assert set(told["parking.forecast"].endings) == lot | {"past", "too_far", "too_few_hours"}


def test_nothing_unknown_is_told_as_a_value(call: Call, told: Mapping[str, Told], data: CityData) -> None:
    for lot in lots_of(data):
        found = room.one.result.model_validate(value(call("lot", lot=lot.name)))
        for sentence in sentences(told["parking.lot"], found, "c"):
            assert "无数据" not in sentence.text, (lot.name, sentence.text)
            assert sentence.text.endswith("。"), sentence.text
    for place in ("南坪镇", "白茶镇", "鼓楼", "会展中心"):
        for want in ("nearest", "cheapest", "free_places"):
            near = room.near.result.model_validate(value(call("near", place=place, want=want, radius=2000)))
            assert not [s.text for s in sentences(told["parking.near"], near, "c") if "无数据" in s.text]


def test_a_whole_district_is_too_wide(call: Call) -> None:
    assert call("near", place="云城区").code == "too_wide"
    assert call("on_way", origin="鼓楼", destination="南坪县").code == "too_wide"


def test_a_car_park_for_lorries_is_priced_for_lorries(call: Call) -> None:
    for vehicle in ("car", "large"):
        found = value(call("fee", lot="盐仓大型货车停车场", hours=13, vehicle=vehicle))
        assert (found["yuan"], found["vehicle"]) == (30, "large")
