from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from agents.citydata.checking import fault
from agents.citydata.telling import sentences
from tests.tools.economy.conftest import ZONE, Call, Room, ended, span, value
from tools.economy import tools as room
from tools.economy.catalogue import Catalogue
from tools.economy.figures import read
from tools.economy.lights import Warnings
from tools.feeds.citydata import CityData
from tools.seam import Ending
from tools.seam.finding import tools_of
from tools.seam.packed import Told
from tools.seam.toolbox import Toolbox


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=ZONE)


def test_published_growth_is_told_and_never_computed(room_of: Room) -> None:
    call = room_of(
        [
            ("gdp", "全市", "202509", "累计", "2025-10-20", 1000.0, 5.0),
            ("gdp", "全市", "202609", "累计", "2026-10-20", 1100.0, 6.2),
            ("gdp_primary", "全市", "202509", "累计", "2025-10-20", 100.0, 5.0),
            ("gdp_primary", "全市", "202609", "累计", "2026-10-20", 110.0, None),
        ]
    )
    found = value(call("indicator", indicator="GDP"))
    assert (found["value"], found["up"], found["before"]) == (1100.0, 6.2, None)
    silent = value(call("indicator", indicator="一产增加值"))
    assert (silent["up"], silent["down"], silent["level"]) == (None, None, False)


def test_computed_growth_uses_both_values_as_they_stand_now(room_of: Room) -> None:
    call = room_of(
        [
            ("power", "全市", "202510", "当期", "2025-11-12", 20.0, None),
            ("power", "全市", "202610", "当期", "2026-11-12", 22.0, None),
            ("power", "全市", "202510", "当期", "2026-11-20", 21.0, None),
        ]
    )
    before = value(call("indicator", indicator="用电量", now=at(2026, 11, 15)))
    assert (before["up"], before["before"]) == (10.0, 20.0)
    after = value(call("indicator", indicator="用电量"))
    assert (after["up"], after["before"]) == (4.8, 21.0)  # 22 / 21 = 1.0476


@pytest.mark.parametrize(
    ("now", "before", "field", "points"),
    [(0.3, 1.0, "points_down", 0.7), (-0.4, -1.0, "points_up", 0.6), (1.0, 1.0, "level", True)],
)
def test_rates_change_by_points(room_of: Room, now: float, before: float, field: str, points: float) -> None:
    call = room_of(
        [
            ("cpi", "全市", "202510", "当期", "2025-11-10", before, None),
            ("cpi", "全市", "202610", "当期", "2026-11-10", now, None),
        ]
    )
    found = value(call("indicator", indicator="CPI"))
    assert found[field] == pytest.approx(points)
    assert (found["up"], found["down"], found["points"]) == (None, None, "个百分点")


def test_a_correction_counts_from_its_day_on(call: Call) -> None:
    year = {"indicator": "GDP", "period": span("2025-01-01", "2025-12-31")}
    first, later = value(call("indicator", now=at(2026, 9, 27), **year)), value(call("indicator", **year))
    assert (first["first_value"], first["published"]) == (None, "2026-01-20")
    assert (later["first_value"], later["published"]) == (first["value"], "2026-09-28")
    assert later["value"] == pytest.approx(first["value"] * 1.0062, abs=0.1)
    assert later["up"] == pytest.approx(first["up"] + 0.1)
    assert later["first_growth"] == first["up"]


def test_what_is_not_published_is_not_known(call: Call) -> None:
    before, after = (value(call("indicator", indicator="社零", now=at(2026, 11, day))) for day in (16, 17))
    assert (before["last_month"], after["last_month"]) == (9, 10)
    assert (before["next_month"], before["next_due"]) == (10, "2026-11-17")


@pytest.mark.parametrize(
    ("indicator", "period", "ending", "code"),
    [
        ("PMI", span("2026-11-01", "2026-11-26"), Ending.NO_DATA, "not_yet"),
        ("GDP", span("2026-10-01", "2026-10-31"), Ending.NO_DATA, "not_yet"),
        ("GDP", span("2026-08-01", "2026-08-31"), Ending.NO_DATA, "by_quarter"),
        ("社零", span("2026-01-01", "2026-01-31"), Ending.NO_DATA, "joint"),
        ("社零", span("2001-05-01", "2001-05-31"), Ending.NO_DATA, "no_figure"),
        ("社零", span("2027-05-01", "2027-05-31"), Ending.CANNOT_COMPUTE, "to_come"),
        ("幸福指数", span("2026-05-01", "2026-05-31"), Ending.NO_DATA, "unknown_name"),
        ("增加值", span("2026-05-01", "2026-05-31"), Ending.CANNOT_COMPUTE, "several"),
    ],
)
def test_periods_without_a_figure(
    call: Call, indicator: str, period: dict[str, str], ending: Ending, code: str
) -> None:
    assert ended(call("indicator", indicator=indicator, period=period)) == (ending, code)


def test_the_day_a_figure_is_due(call: Call) -> None:
    fields = call("indicator", indicator="PMI", period=span("2026-11-01", "2026-11-26")).fields
    assert (fields["due_year"], fields["due_month"], fields["due_day"]) == ("2026", "12", "1")
    assert (fields["newest_year"], fields["newest_month"]) == ("2026", "10")


def test_a_figure_that_does_not_come_is_called_late(room_of: Room) -> None:
    call = room_of([("power", "全市", "202609", "当期", "2026-10-12", 20.0, None)])
    period = span("2026-10-01", "2026-10-31")
    assert ended(call("indicator", indicator="用电量", period=period)) == (Ending.NO_DATA, "late")
    earlier = call("indicator", indicator="用电量", period=period, now=at(2026, 11, 12))
    assert ended(earlier) == (Ending.NO_DATA, "not_yet")
    assert ended(call("indicator", indicator="社零")) == (Ending.NO_DATA, "nothing")


@pytest.mark.parametrize(
    ("indicator", "period", "first", "last", "unlike"),
    [
        ("社零", span("2026-10-01", "2026-10-31"), 10, 10, False),
        ("社零", span("2026-01-01", "2026-11-26"), 1, 10, False),
        ("社零", span("2026-02-01", "2026-02-28"), 1, 2, True),  # only January and February together
        ("社零", span("2026-07-01", "2026-09-30"), 1, 9, True),
        ("固定资产投资", span("2026-10-01", "2026-10-31"), 1, 10, True),
        ("GDP", span("2026-01-01", "2026-09-30"), 1, 9, False),
        ("GDP", span("2026-01-01", "2026-06-30"), 1, 6, False),
        ("用电量", span("2026-01-01", "2026-01-31"), 1, 1, False),
    ],
)
def test_the_months_a_figure_covers_are_told(
    call: Call, indicator: str, period: dict[str, str], first: int, last: int, unlike: bool
) -> None:
    found = value(call("indicator", indicator=indicator, period=period))
    assert (found["first_month"], found["last_month"], found["unlike"]) == (first, last, unlike)


def test_the_span_that_is_asked_for(call: Call) -> None:
    single = value(call("indicator", indicator="用电量", span="single"))
    whole = value(call("indicator", indicator="用电量", span="cumulative"))
    assert (single["cumulative"], whole["cumulative"]) == (False, True)
    assert whole["value"] > 5 * single["value"]
    months = value(call("indicator", indicator="固投", span="cumulative", period=span("2026-10-01", "2026-10-31")))
    assert (months["first_month"], months["last_month"], months["unlike"]) == (1, 10, False)
    only = value(call("indicator", indicator="固投", span="single"))
    assert (only["cumulative"], only["unlike"], only["value"]) == (True, True, None)


def test_ranks_among_districts(call: Call) -> None:
    found = value(call("indicator", indicator="社零", district="landong"))
    assert (found["among"], found["rank_value"]) == (6, 1)
    values = [row["value"] for row in sorted(found["areas"], key=lambda row: row["rank_value"])]
    assert values == sorted(values, reverse=True)
    own = next(row for row in found["areas"] if row["area"] == found["area"])
    assert (own["value"], own["rank_growth"]) == (found["value"], found["rank_growth"])
    assert ended(call("indicator", indicator="失业率", district="landong")) == (Ending.NO_DATA, "city_only")
    assert ended(call("indicator", indicator="社零", district="mars")) == (Ending.NO_DATA, "unknown_district")


def test_equal_values_share_a_rank(room_of: Room) -> None:
    areas = ("云城区", "澜东新区", "北屏区")
    rows = zip(areas, (5.0, 7.0, 5.0), strict=True)
    call = room_of(
        [("industry", area, "202610", "累计", "2026-11-17", None, speed) for area, speed in rows]
        + [("industry", "全市", "202610", "累计", "2026-11-17", None, 5.8)]
    )
    found = value(call("compare", indicator="规上工业"))
    assert [(row["area"], row["rank_growth"]) for row in found["rows"]] == [
        ("澜东新区", 1),
        ("云城区", 2),
        ("北屏区", 2),
    ]
    assert set(found["silent"]) == {"沧浦区", "青麓区", "南坪县"}
    assert (found["highest"], found["fastest"], found["value_gap"]) == (None, "澜东新区", None)


def test_districts_that_are_named_are_compared(call: Call) -> None:
    found = value(call("compare", indicator="社零", said="云城区和澜东新区社零谁多"))
    first, second = found["rows"]
    assert {first["area"], second["area"]} == {"云城区", "澜东新区"}
    assert found["value_gap"] == pytest.approx(abs(first["value"] - second["value"]))
    assert found == value(call("compare", indicator="社零", districts=["yuncheng", "landong"]))
    assert len(value(call("compare", indicator="社零", said="云城区社零排第几"))["rows"]) == 6
    assert ended(call("compare", indicator="CPI")) == (Ending.NO_DATA, "city_only")
    assert ended(call("compare", indicator="社零", districts=["mars"])) == (Ending.NO_DATA, "unknown_district")


def test_months_are_set_beside_each_other(call: Call, book: Catalogue, data: CityData) -> None:
    found = value(call("compare", indicator="用电量", against="previous"))
    assert (found["last_month"], found["then_last_month"], found["cumulative"]) == (10, 9, False)
    figures = read(book.by_id["power"], data, ["city"])
    now, then = (figures.get("city", date(2026, month, 1), "single") for month in (10, 9))
    assert now
    assert now.value
    assert then
    assert then.value
    assert (found["value"], found["then_value"]) == (now.value, then.value)
    assert (found["more"] or -found["less"]) == pytest.approx(now.value - then.value, abs=0.005)


def test_two_values_give_no_growth_at_constant_prices(call: Call) -> None:
    found = value(call("compare", indicator="GDP", against="year_before"))
    assert (found["then_year"], found["then_last_month"]) == (2025, 9)
    assert (found["more"], found["more_share"], found["less"], found["less_share"]) == (None, None, None, None)
    speed = found["growth"] - found["then_growth"]
    assert (found["faster"] or 0) - (found["slower"] or 0) == pytest.approx(speed, abs=0.05)


def test_cumulative_figures_of_one_year_are_compared_by_their_growth_only(call: Call) -> None:
    found = value(call("compare", indicator="社零", against="previous"))
    assert (found["cumulative"], found["then_last_month"], found["more"]) == (True, 9, None)
    first = call("compare", indicator="社零", against="previous", period=span("2026-02-01", "2026-02-28"))
    assert ended(first) == (Ending.CANNOT_COMPUTE, "first")
    torn = call("compare", indicator="社零", against="previous", said="云城区和澜东新区比上月")
    assert ended(torn) == (Ending.CANNOT_COMPUTE, "one_place")


def test_a_year_that_is_only_compared_with_is_not_the_period(call: Call) -> None:
    last = span("2025-01-01", "2025-12-31")
    heard = value(call("compare", indicator="社零", against="year_before", period=last, said="社零比去年多了多少"))
    assert (heard["year"], heard["then_year"]) == (2026, 2025)
    given = value(call("compare", indicator="社零", against="year_before", period=last))
    assert (given["year"], given["then_year"]) == (2025, 2024)
    month = span("2026-10-01", "2026-10-31")
    asked: dict[str, Any] = {"indicator": "社零", "against": "previous", "period": month, "now": at(2026, 11, 16)}
    assert value(call("compare", **asked, said="社零比上个月怎么样"))["last_month"] == 9
    assert ended(call("compare", **asked)) == (Ending.NO_DATA, "not_yet")


def test_rates_are_compared_by_points(call: Call) -> None:
    found = value(call("compare", indicator="CPI", against="previous"))
    change = (found["points_more"] or 0) - (found["points_less"] or 0)
    assert change == pytest.approx(found["value"] - found["then_value"], abs=1e-9)
    assert (found["more_share"], found["growth"]) == (None, None)


def test_the_early_warning_is_for_staff_with_the_right(call: Call) -> None:
    assert call("warnings", rights=()).ending is Ending.NOT_ALLOWED
    assert call("warnings", rights=("city.read",)).ending is Ending.NOT_ALLOWED
    assert call("indicator", indicator="GDP", rights=()).ending is Ending.DONE


def test_the_early_warning(call: Call, rules: Warnings) -> None:
    found = value(call("warnings"))
    assert (found["year"], found["month"]) == (2026, 10)
    assert 20 <= found["score"] <= 100
    assert found["counted"] == len(rules.members) == len(found["lights"])
    dark = {one["name"] for one in found["lights"] if one["light"] in rules.lights[:2]}
    assert set(found["cold"]) == dark
    assert dark
    for one in found["lights"]:
        assert one["low"] < one["middle"] < one["high"]
        assert one["published"] <= found["known"] <= "2026-11-26"
        assert one["history"] >= rules.least
    assert found["chart"]["series"][0]["values"][-1] == found["score"]


def test_the_warning_knows_only_what_is_published(call: Call) -> None:
    early = value(call("warnings", now=at(2026, 11, 9)))
    assert (early["month"], early["known"] <= "2026-11-09") == (9, True)


def test_a_city_without_history_has_no_lights(room_of: Room) -> None:
    call = room_of([("pmi", "全市", "202610", "当期", "2026-11-01", 50.0, None)])
    assert ended(call("warnings")) == (Ending.NO_DATA, "dark")


ASKED: list[tuple[str, dict[str, Any]]] = [
    ("indicator", {"indicator": "GDP"}),
    ("indicator", {"indicator": "规上工业", "district": "beiping"}),
    ("indicator", {"indicator": "失业率"}),
    ("indicator", {"indicator": "GDP", "period": span("2025-01-01", "2025-12-31")}),
    ("compare", {"indicator": "社零"}),
    ("compare", {"indicator": "CPI", "against": "previous"}),
    ("compare", {"indicator": "用电量", "against": "year_before"}),
    ("warnings", {}),
]


@pytest.mark.parametrize(("tool", "arguments"), ASKED)
def test_results_are_told_and_every_number_is_a_field(
    call: Call, box: Toolbox, told: Mapping[str, Told], tool: str, arguments: dict[str, Any]
) -> None:
    made = {one.id: one for one in tools_of(room)}[f"economy.{tool}"]
    result = call(tool, **arguments)
    said = sentences(told[made.id], made.result.model_validate(value(result)), result.call)
    measured = [one for one in said if one.fields]
    assert len(measured) >= 2
    assert [fault(one, [result.model_dump(mode="json")], box) for one in measured] == [""] * len(measured)
    assert "None" not in "".join(one.text for one in said)


def test_every_ending_has_words(told: Mapping[str, Told]) -> None:
    assert set(told) == {one.id for one in tools_of(room)}
    shared = {"unknown_name", "several", "not_yet", "late", "joint", "by_quarter", "no_figure", "nothing", "to_come"}
    shared |= {"city_only", "unknown_district"}
    assert shared <= told["economy.indicator"].endings.keys()
    assert shared | {"no_districts", "one_place", "first"} <= told["economy.compare"].endings.keys()
    assert "dark" in told["economy.warnings"].endings
    assert all(25 <= len(one.examples) <= 40 for one in told.values())
