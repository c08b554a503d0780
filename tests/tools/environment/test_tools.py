from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from agents.citydata.checking import fault
from agents.citydata.telling import sentences
from tests.tools.environment.conftest import NOW, ZONE, Call, DataAt, ended, value
from tools.environment import tools as room
from tools.environment.air_rules import POLLUTANTS, AirRules, judge
from tools.environment.data import AIR, SURFACE
from tools.seam import Ending
from tools.seam.finding import tools_of
from tools.seam.packed import Told
from tools.seam.toolbox import Toolbox


def span(since: str, until: str) -> dict[str, str]:
    return {"since": since, "until": until}


def test_the_air_of_the_city_is_the_mean_of_its_stations(call: Call, data_at: DataAt, air_book: AirRules) -> None:
    found = value(call("air"))
    rows = data_at().between(AIR, NOW - timedelta(minutes=31), NOW).filter(~pl.col("station").is_in(["YLA12", "YLA13"]))
    assert rows.height == found["count"] == 11
    means = {name: rows[name].mean() for name in POLLUTANTS}
    assert found["pm25"] == pytest.approx(means["pm25"])
    judged = judge(means, air_book.edition(NOW.date()).hour)  # type: ignore[arg-type]
    assert (found["aqi"], found["level"]) == (judged.aqi, air_book.level(judged.aqi or 0).name)
    assert "2026" in found["edition"]
    assert found["at"].startswith("2026-11-26T08:00")
    indices = [one["aqi"] for one in found["stations"]]
    assert indices == sorted(indices, reverse=True)
    assert len(found["chart"]["series"][0]["values"]) == 24


def test_near_a_place_the_nearest_station_speaks(call: Call) -> None:
    found = value(call("air", place="西津渡历史街区"))
    assert (found["station"], found["count"]) == ("西津路边", 1)
    assert found["stations"][0]["km"] == found["km"] < found["stations"][1]["km"]
    assert found["pm25"] == found["stations"][0]["pm25"]


def test_the_name_of_a_district_is_no_point(call: Call) -> None:
    assert value(call("air", place="北屏区")) == value(call("air", district="beiping"))
    assert value(call("air", district="beiping"))["count"] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [({"district": "mars"}, "unknown_district"), ({"place": "阳光花园"}, "several_places"),
     ({"place": "不夜城"}, "unknown_place")],
)  # fmt: skip
def test_places_that_are_not_known(call: Call, arguments: dict[str, str], code: str) -> None:
    assert ended(call("air", **arguments)) == (Ending.NO_DATA, code)


def test_silent_stations_are_not_told_as_the_present(call: Call) -> None:
    assert call("air", now=datetime(2026, 11, 28, 8, tzinfo=ZONE)).ending is Ending.NOT_CURRENT


def test_the_next_station_speaks_for_a_silent_one(call: Call) -> None:
    found = value(call("air", place="北屏山森林公园", now=datetime(2026, 8, 6, 9, 20, tzinfo=ZONE)))
    assert found["station"] != "北屏"
    assert found["km"] > 3


def test_a_station_without_an_index_lets_the_next_one_speak(call: Call, data_at: DataAt) -> None:
    gaps = data_at().between(AIR, NOW - timedelta(days=20), NOW, {"station": "YLA01"}).filter(pl.col("co").is_null())
    others = ["pm25", "pm10", "so2", "no2", "o3"]
    moment = gaps.filter(pl.all_horizontal(pl.col(others).is_not_null()) & (pl.col("pm25") < 50))["at"][0]
    found = value(call("air", place="鼓楼", now=moment + timedelta(minutes=20)))
    assert (found["station"] != "鼓楼", found["missing"]) == (True, [])
    assert found["aqi"] is not None
    assert found["stations"][0]["aqi"] is None  # it is listed all the same


def test_good_days_of_a_month(call: Call, data_at: DataAt) -> None:
    found = value(call("air_days", period=span("2026-10-01", "2026-10-31")))
    assert (found["days"] + found["lacking"], found["since"]) == (31, "2026-10-01")
    assert sum(one["days"] for one in found["levels"]) == found["days"]
    assert found["good"] == found["levels"][0]["days"] + found["levels"][1]["days"]
    assert found["share"] == pytest.approx(100 * found["good"] / found["days"], abs=0.05)
    told = [one for one in found["chart"]["series"][0]["values"] if one is not None]
    assert (max(told), min(told)) == (found["worst"]["aqi"], found["best"]["aqi"])
    assert all(one["aqi"] > 100 for one in found["polluted"])


def test_a_day_is_judged_by_the_standard_of_its_time(call: Call) -> None:
    found = value(call("air_days", period=span("2026-02-20", "2026-03-10")))
    assert len(found["editions"]) == 2
    assert len(value(call("air_days", period=span("2026-04-01", "2026-04-10")))["editions"]) == 1


def test_last_year_is_judged_as_this_year_is(call: Call, data_at: DataAt, air_book: AirRules) -> None:
    from tools.environment.days import area_days

    found = value(call("air_days", period=span("2026-11-02", "2026-11-20")))
    stations = [f"YLA{number:02d}" for number in range(1, 12)]
    days = area_days(data_at(), stations, date(2025, 11, 2), date(2025, 11, 20))
    table = air_book.edition(date(2026, 11, 2)).day
    indices = [judge({name: row[name] for name in POLLUTANTS}, table).aqi for row in days.rows(named=True)]
    good = sum(one is not None and one <= 100 for one in indices)
    assert found["share_before"] == pytest.approx(100 * good / 19, abs=0.05)
    change = found["share"] - found["share_before"]
    assert (found["higher"] or 0) - (found["lower"] or 0) == pytest.approx(change, abs=0.06)


def test_without_a_period_the_year_so_far(call: Call) -> None:
    found = value(call("air_days", district="beiping"))
    assert (found["since"], found["until"]) == ("2026-01-01", "2026-11-25")
    assert found["lacking"] >= 6  # one of its two stations was silent
    assert found["share_before"] is None  # the feed begins later
    last = span("2025-01-01", "2025-12-31")
    assert value(call("air_days", district="beiping", period=last, compared=True)) == found
    assert value(call("air_days", district="beiping", period=last))["until"] == "2025-12-31"


@pytest.mark.parametrize(
    ("period", "ending", "code"),
    [
        (span("2026-11-26", "2026-11-26"), Ending.CANNOT_COMPUTE, "not_over"),
        (span("2020-01-01", "2026-11-01"), Ending.CANNOT_COMPUTE, "too_long"),
        (span("2024-01-01", "2024-02-01"), Ending.NO_DATA, "no_valid_day"),
    ],
)
def test_periods_without_an_answer(call: Call, period: dict[str, str], ending: Ending, code: str) -> None:
    assert ended(call("air_days", period=period)) == (ending, code)


def test_all_sections_of_the_newest_month(call: Call) -> None:
    found = value(call("water"))
    assert (found["year"], found["month"], found["count"]) == (2026, 10, 15)
    assert found["published"] == "2026-11-12"
    assert found["meeting"] == sum(one["meets"] is True for one in found["sections"])
    assert any(one["meets"] is False and one["over"] for one in found["sections"])


def test_a_month_is_known_from_its_publication_on(call: Call) -> None:
    before, after = (datetime(2026, 11, day, 9, tzinfo=ZONE) for day in (11, 12))
    assert value(call("water", water="云湖", now=before))["month"] == 9
    assert value(call("water", water="云湖", now=after))["month"] == 10
    asked = {"water": "云湖", "period": span("2026-10-01", "2026-10-31")}
    result = call("water", now=before, **asked)
    assert ended(result) == (Ending.NO_DATA, "not_published")
    assert (result.fields["newest_year"], result.fields["newest_month"]) == ("2026", "9")


def test_a_correction_counts_from_its_day_on(call: Call, data_at: DataAt) -> None:
    asked = {"section": "解放路桥", "period": span("2026-09-01", "2026-09-30")}
    first, later = (value(call("water", now=datetime(2026, 10, day, 9, tzinfo=ZONE), **asked)) for day in (20, 29))
    assert later["published"] == "2026-10-28"
    assert first["sections"][0]["permanganate"] > later["sections"][0]["permanganate"]
    assert data_at().table(SURFACE).filter(section="S13", month=date(2026, 9, 1)).height == 2


def test_a_long_period_means_its_newest_published_month(call: Call) -> None:
    assert value(call("water", period=span("2026-01-01", "2026-11-26")))["month"] == 10
    assert ended(call("water", period=span("2026-11-01", "2026-11-26"))) == (Ending.NO_DATA, "not_published")
    assert ended(call("water", period=span("2027-01-01", "2027-01-31"))) == (Ending.CANNOT_COMPUTE, "to_come")


def test_one_river_from_its_upper_end_down(call: Call) -> None:
    names = [one["section"] for one in value(call("water", water="澜江"))["sections"]]
    assert names == ["松岭入境", "西津渡", "澜江大桥", "东渡", "沧浦港", "盐仓出境"]
    assert {one["district"] for one in value(call("water", district="beiping"))["sections"]} == {"北屏区"}
    assert ended(call("water", water="黄河")) == (Ending.NO_DATA, "unknown_name")
    assert ended(call("water", section="云湖")) == (Ending.CANNOT_COMPUTE, "several")


def test_the_report_of_a_plant(call: Call) -> None:
    found = value(call("tap_water", plant="西津水厂"))
    report = found["reports"][0]
    assert (report["plant"], report["month"], report["passed"]) == ("西津自来水厂", 10, True)
    assert report["tested"] == len(found["items"]) > 20
    assert report["phone"] == "0600-55096116"
    assert any(one["below"] for one in found["items"])


def test_a_failure_is_told_with_its_limit(call: Call) -> None:
    period = span("2026-07-01", "2026-07-31")
    report = value(call("tap_water", plant="稻香镇水厂", period=period))["reports"][0]
    assert (report["passed"], report["failed"]) == (False, 2)
    failures = {(one["point"], one["item"]): one for one in report["failures"]}
    assert failures["管网末梢水", "游离氯"]["least"] == 0.05
    assert failures["出厂水", "浑浊度"]["most"] == 1


def test_the_plants_of_a_place(call: Call) -> None:
    assert [one["plant"] for one in value(call("tap_water", place="鼓楼"))["reports"]] == ["西津自来水厂"]
    assert value(call("tap_water", district="nanping"))["count"] == 2
    assert value(call("tap_water"))["count"] == 7
    assert ended(call("tap_water", plant="水厂")) == (Ending.CANNOT_COMPUTE, "several")


ASKED: list[tuple[str, dict[str, Any]]] = [
    ("air", {}),
    ("air", {"place": "鼓楼"}),
    ("air", {"district": "nanping"}),
    ("air_days", {}),
    ("air_days", {"period": span("2026-10-01", "2026-10-31")}),
    ("air_days", {"period": span("2026-11-25", "2026-11-25")}),
    ("water", {}),
    ("water", {"section": "钢城桥"}),
    ("tap_water", {}),
    ("tap_water", {"plant": "稻香镇水厂"}),
]


@pytest.mark.parametrize(("tool", "arguments"), ASKED)
def test_results_are_told_and_every_number_is_a_field(
    call: Call, box: Toolbox, told: Mapping[str, Told], tool: str, arguments: dict[str, Any]
) -> None:
    made = {one.id: one for one in tools_of(room)}[f"environment.{tool}"]
    result = call(tool, **arguments)
    said = sentences(told[made.id], made.result.model_validate(value(result)), result.call)
    measured = [one for one in said if one.fields]
    assert len(measured) >= 2
    assert [fault(one, [result.model_dump(mode="json")], box) for one in measured] == [""] * len(measured)
    assert "None" not in "".join(one.text for one in said)


def test_every_ending_has_words(told: Mapping[str, Told]) -> None:
    assert set(told) == {one.id for one in tools_of(room)}
    assert {"no_station", "no_values", "unknown_district"} <= told["environment.air"].endings.keys()
    assert {"no_valid_day", "not_over", "too_long"} <= told["environment.air_days"].endings.keys()
    for tool in ("water", "tap_water"):
        endings = told[f"environment.{tool}"].endings.keys()
        assert {"not_published", "to_come", "unknown_name", "several"} <= endings
    assert all(25 <= len(one.examples) <= 40 for one in told.values())
    assert all(len(set(one.examples)) == len(one.examples) for one in told.values())
