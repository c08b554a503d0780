from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from agents.citydata.telling import sentences
from city.pack import CityPack
from tests.tools.vitals.conftest import NOW, Call, open_box, open_feeds
from tools.charts import Chart, svg
from tools.feeds.world import World
from tools.seam import Ending
from tools.seam.finding import tools_of
from tools.seam.packed import Told
from tools.seam.toolbox import Caller
from tools.seam.words import ending_words
from tools.vitals import tools as room
from tools.vitals.example import make
from tools.vitals.simulate import Simulated

DAY = timedelta(days=1)
WEEK = {"since": "2025-09-01", "until": "2025-09-07"}


def value(result: Any) -> dict[str, Any]:
    assert result.ending is Ending.DONE, (result.code, result.reason)
    assert isinstance(result.value, dict)
    return result.value


def at(made: Simulated, sign: str, moment: datetime) -> float:
    hour = round((moment.replace(tzinfo=None, minute=0) - datetime(2025, 6, 1)).total_seconds() / 3600)
    row = [one.id for one in made.catalogue.signs].index(sign)
    return float(made.values[row, hour])


def test_a_sign_now_beside_yesterday_and_what_is_usual(call: Call, made: Simulated) -> None:
    found = value(call("sign", sign="用电负荷"))
    assert found["value"] == at(made, "pw_load", NOW)
    assert found["yesterday"] == at(made, "pw_load", NOW - DAY)
    assert found["last_week"] == at(made, "pw_load", NOW - 7 * DAY)
    assert found["low"] < found["usual"] < found["high"]
    assert abs(found["value"] / found["usual"] - 1) < 0.15
    assert found["at"].startswith("2025-09-09T08:00:00+08:00")
    assert found["colour"] in ("绿", "黄", "红")
    assert len(found["chart"]["times"]) == 48
    drawn = svg(Chart.model_validate(found["chart"]))
    assert "全市用电负荷" in drawn


@pytest.mark.parametrize("tool", ["sign", "trend"])
def test_a_sign_that_is_not_public_is_for_staff(call: Call, tool: str) -> None:
    refused = call(tool, sign="110警情量")
    assert (refused.ending, refused.code, refused.value) == (Ending.NOT_ALLOWED, "not_public", None)
    assert value(call(tool, sign="110警情量", staff=True))["sign"] == "110警情量"


def test_alarms_of_a_public_sign_are_for_staff(
    world: World, city: CityPack, told: dict[str, Told], tmp_path: Path
) -> None:
    high = (pl.col("tzbh") == "ws_total") & (pl.col("sj") >= datetime(2025, 9, 9, 6))
    box = changed(world, city, told, tmp_path, pl.when(high).then(70_000.0).otherwise(pl.col("tzz")))
    for caller, alarmed in ((Caller.citizen(), False), (Caller.staff(), False), (Caller.staff("vitals.read"), True)):
        now = value(box.call("vitals.sign", {"sign": "供水量"}, caller, NOW))
        assert (now["value"], now["colour"], now["unusual"] is not None) == (70_000, "红", alarmed)
        assert ("stretch" in {mark["kind"] for mark in now["chart"]["marks"]}) is alarmed
        trend = value(box.call("vitals.trend", {"sign": "供水量", "period": WEEK}, caller, NOW))
        assert (trend["unusual"] is not None) is alarmed


def test_citizens_see_the_public_catalogue_and_staff_all_of_it(call: Call) -> None:
    public, every = value(call("catalogue")), value(call("catalogue", staff=True))
    assert (every["count"], len(every["signs"])) == (120, 120)
    assert 0 < public["count"] < 120
    assert all(one["public"] for one in public["signs"])
    assert sum(group["count"] for group in public["groups"]) == public["count"]
    heat = value(call("catalogue", staff=True, group="供热体征"))
    assert {one["group"] for one in heat["signs"]} == {"供热"}
    assert call("catalogue", group="天文").code == "unknown_group"
    assert call("catalogue", group="应急").code == "no_sign_there"


@pytest.mark.parametrize("tool", ["alarms", "briefing"])
def test_alarms_and_the_briefing_need_the_right(call: Call, box: Any, tool: str) -> None:
    assert call(tool).ending is Ending.NOT_ALLOWED
    assert box.call(f"vitals.{tool}", {}, Caller.staff(), NOW).ending is Ending.NOT_ALLOWED
    assert call(tool, staff=True).ending is Ending.DONE


def test_a_trend_by_hand(call: Call, made: Simulated) -> None:
    found = value(call("trend", sign="供水量", period=WEEK))
    row = [one.id for one in made.catalogue.signs].index("ws_total")
    hours = made.values[row, 92 * 24 : 99 * 24]
    before = made.values[row, 85 * 24 : 92 * 24]
    known = [one for one in hours.tolist() if one == one]
    was = [one for one in before.tolist() if one == one]
    mean, earlier = sum(known) / len(known), sum(was) / len(was)
    assert (found["least"], found["most"]) == (min(known), max(known))
    assert found["mean"] == round(mean)
    assert found["before"] == round(earlier)
    assert found["change"] == round((mean / earlier - 1) * 100, 1)
    assert found["known"] == round(len(known) / 168 * 100, 1)
    assert found["last_year"] is None
    assert abs(found["usual"] / found["mean"] - 1) < 0.05
    assert len(found["chart"]["times"]) == 168


def test_a_long_trend_is_drawn_by_days(call: Call) -> None:
    found = value(call("trend", sign="供水量", period={"since": "2025-07-01", "until": "2025-08-31"}))
    assert len(found["chart"]["times"]) == 62
    assert found["chart"]["times"][0].startswith("2025-07-01T00:00")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"sign": "股价"}, "unknown_sign"),
        ({"sign": "客流"}, "several"),
        ({"sign": "供热负荷"}, "out_of_season"),
    ],
)
def test_a_sign_that_cannot_be_told(
    call: Call, told: dict[str, Told], city: CityPack, arguments: Any, code: str
) -> None:
    for tool in ("sign", "trend"):
        result = call(tool, **arguments)
        assert (result.code, result.value) == (code, None)
        words = ending_words(city, told[f"vitals.{tool}"], result)
        assert words
        assert "{" not in words


def test_days_that_cannot_be_told(call: Call) -> None:
    ahead = {"since": "2025-10-01", "until": "2025-10-02"}
    assert call("trend", sign="供水量", period=ahead).code == "ahead"
    assert call("alarms", staff=True, period=ahead).code == "ahead"
    long = {"since": "2024-01-01", "until": "2025-09-01"}
    assert call("trend", sign="供水量", period=long).code == "too_long"
    assert call("alarms", staff=True, period=long).code == "too_long"
    assert call("trend", sign="供水量", period={"since": "2025-05-01", "until": "2025-06-05"}).code == "few_values"
    assert call("trend", sign="供水量", period={"since": "2025-04-01", "until": "2025-04-05"}).code == "no_values"
    assert call("alarms", staff=True, district="nanping").code == "no_sign_there"


def test_what_is_stale_is_not_told_as_the_present(call: Call) -> None:
    later = NOW + 5 * DAY
    for tool, arguments in (("sign", {"sign": "供水量"}), ("alarms", {}), ("briefing", {})):
        assert call(tool, now=later, staff=True, **arguments).ending is Ending.NOT_CURRENT


def test_alarms_of_a_past_week_are_those_of_the_planted_list(call: Call, made: Simulated) -> None:
    found = value(call("alarms", staff=True, period={"since": "2025-08-10", "until": "2025-09-08"}))
    assert (found["now"], found["watched"], found["stale"]) == (False, 114, [])
    names = {sign.id: sign.name for sign in made.catalogue.signs}
    begin, end = 70 * 24, 100 * 24
    planted = {names[one.sign] for one in made.planted if one.begin < end and one.end > begin}
    unusual = {one["sign"] for one in found["alarms"]}
    assert len(planted) > 10
    assert len(planted & unusual) >= 0.75 * min(len(planted), 30)
    assert all(one["strength"] >= 1 for one in found["alarms"])
    for one in found["limits"]:
        assert one["colour"] in ("红", "黄")
    only = value(call("alarms", staff=True, district="yuncheng"))
    assert {one["sign"] for one in only["alarms"] + only["limits"]} <= {"云城区管网末梢压力", "鼓楼商圈客流"}
    assert only["watched"] == 2


def changed(world: World, city: CityPack, told: dict[str, Told], path: Path, change: pl.Expr) -> Any:
    """A toolbox of a world in which some rows are otherwise: a null value is a row that never came."""
    make(world, path)
    file = path / "vitals" / "values" / "2025-09.parquet"
    pl.read_parquet(file).with_columns(tzz=change).drop_nulls().write_parquet(file)
    return open_box(city, open_feeds(city, path), told)


def test_the_briefing_says_what_changed_and_what_is_unknown(
    world: World, city: CityPack, told: dict[str, Told], tmp_path: Path
) -> None:
    moment, sign = pl.col("sj"), pl.col("tzbh")
    silent = (sign == "rv_lake") & (moment >= datetime(2025, 9, 9, 2))
    high = (sign == "ws_total") & (moment >= datetime(2025, 9, 9, 6))
    was = (sign == "pw_voltage") & (moment == datetime(2025, 9, 8, 8))
    good = (sign == "pw_voltage") & (moment == datetime(2025, 9, 9, 8))
    change = (
        pl.when(silent).then(None).when(high).then(70_000.0).when(was).then(98.0).when(good).then(99.3)
        .otherwise(pl.col("tzz"))
    )  # fmt: skip
    box = changed(world, city, told, tmp_path, change)
    found = value(box.call("vitals.briefing", {}, Caller.staff("vitals.read"), NOW))
    assert [(one["sign"], one["last"][:13]) for one in found["stale"]] == [("云湖水位", "2025-09-09T01")]
    assert (found["signs"], found["current"]) == (114, 113)
    assert ("全市供水量", "红", "绿") in {(one["sign"], one["colour"], one["was"]) for one in found["worse"]}
    assert ("电压合格率", "绿", "黄") in {(one["sign"], one["colour"], one["was"]) for one in found["better"]}
    (limit,) = [one for one in found["limits"] if one["sign"] == "全市供水量"]
    assert (limit["value"], limit["limit"], limit["hours"], limit["colour"]) == (70_000, 61_000, 3, "红")
    (alarm,) = [one for one in found["alarms"] if one["sign"] == "全市供水量"]
    assert alarm["ongoing"]
    assert alarm["begin"].startswith("2025-09-09T06")
    water = next(section for section in found["sections"] if section["group"] == "供水")
    assert (water["red"], water["unusual"] >= 1, water["lines"][0]["sign"]) == (1, True, "全市供水量")
    assert sum(section["signs"] for section in found["sections"]) == 114
    assert sum(section["current"] for section in found["sections"]) == 113
    assert sum(section["red"] for section in found["sections"]) == found["red"]
    assert found["chart"] is not None
    for chart in (found["chart"], *found["charts"]):
        assert svg(Chart.model_validate(chart)).startswith("<svg")
    model = box.get("vitals.briefing").tool.result.model_validate(found)
    text = "\n".join(one.text for one in sentences(told["vitals.briefing"], model, "c"))
    for said in ("草稿", "云湖水位", "全市供水量70000立方米/时", "由绿转红"):
        assert said in text


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("sign", {"sign": "公交客流"}),
        ("sign", {"sign": "云湖水位"}),
        ("trend", {"sign": "酒店入住率", "period": WEEK}),
        ("trend", {"sign": "供水量"}),
        ("catalogue", {}),
        ("catalogue", {"group": "供水"}),
        ("alarms", {}),
        ("alarms", {"period": WEEK, "group": "交通"}),
        ("briefing", {}),
    ],
)
def test_every_number_told_stands_in_the_result(call: Call, told: dict[str, Told], tool: str, arguments: Any) -> None:
    result = call(tool, staff=True, **arguments)
    found = next(one for one in tools_of(room) if one.id == result.tool).result.model_validate(value(result))
    said = sentences(told[result.tool], found, "c")
    assert said
    assert any(one.fields for one in said)
    for one in said:
        rest = one.text
        for field in sorted(one.fields, key=lambda field: -len(field.text)):
            rest = rest.replace(field.text, "", 1)
        assert not re.search(r"\d", rest), (one.text, rest)
        assert "None" not in one.text


def test_examples_are_many_and_different(told: dict[str, Told]) -> None:
    assert set(told) == {tool.id for tool in tools_of(room)}
    for one in told.values():
        assert 25 <= len(set(one.examples)) == len(one.examples) <= 40
