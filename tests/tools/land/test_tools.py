from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.conftest import ROOT
from tests.tools.land.conftest import Town
from tools.land import tools
from tools.land.answers import MOST_TEXT, AroundAsked, Checked, ParcelAsked, SchemeAsked
from tools.seam import NoData

SCHEME: dict[str, Any] = {
    "parcel": "HZ-07",
    "project": "new",
    "area": 64_000,
    "counted_area": 150_000,
    "buildings": [{"id": "1#", "use": "dwelling", "height": 64, "floors": 20}],
}


def checked(town: Town, scheme: Any, as_of: date | None = None) -> Checked:
    return tools.check_scheme.run(SchemeAsked(scheme=scheme, as_of=as_of), town.data())


def test_a_parcel(town: Town) -> None:
    found = tools.parcel.run(ParcelAsked(query="HZ-15"), town.data())
    assert (found.number, found.zoning, found.code, found.area) == ("HZ-15", "社会停车场用地", "S42", 11_000)
    assert (found.document, found.valid_from, found.valid_to) == ("yl-cp-huizhan-2025", date(2025, 9, 1), None)
    assert (found.district, found.street, found.belt, found.quarter) == ("澜东新区", "会展街道", "none", None)
    assert [one.valid_from for one in found.versions] == [date(2025, 9, 1), date(2021, 7, 1)]
    core = tools.parcel.run(ParcelAsked(query="GL-02"), town.data())
    assert (core.quarter, core.belt) == ("鼓楼", "core")


def test_a_parcel_as_it_was(town: Town) -> None:
    found = tools.parcel.run(ParcelAsked(query="HZ-15", as_of=date(2025, 8, 31)), town.data())
    assert (found.document, found.valid_to) == ("yl-cp-huizhan-2021", date(2025, 9, 1))
    said = tools.plan.run(ParcelAsked(query="HZ-15在2024年要多少泊位"), town.data())
    assert (said.as_of, said.clause.document) == (date(2024, 12, 31), "yl-cp-huizhan-2021")


def test_what_the_plan_says(town: Town) -> None:
    found = tools.plan.run(ParcelAsked(query="HZ-07"), town.data())
    assert (found.far, found.density, found.green, found.height) == (2.2, 20, 35, 60)
    assert (found.clause.article, found.clause.quote) == (
        "6",
        "| HZ-07 | R2 | 二类居住用地 | 6.40 | 2.2 | 20% | 35% | 60 |",
    )
    assert found.note == "配建幼儿园1处（12班，用地0.54公顷）、托育设施1处360平方米"
    assert found.basis is not None
    assert found.basis.quote == "容积率、建筑密度、限高为上限，绿地率为下限"
    old = tools.plan.run(ParcelAsked(query="GL-02"), town.data())
    assert (old.height, old.keeps_height) == (None, True)
    assert old.height_basis is not None
    assert old.height_basis.article == "10"


def test_a_parcel_without_a_plan_has_no_indicators(town: Town) -> None:
    with pytest.raises(NoData) as caught:
        tools.plan.run(ParcelAsked(query="望江路41号"), town.data())
    assert caught.value.code == "no_plan"
    assert caught.value.fields == {"number": "WJ-01", "zoning": "医疗卫生用地"}


def test_parcels_around(town: Town) -> None:
    found = tools.around.run(AroundAsked(place="文苑小区", use="green", radius=1_000), town.data())
    assert found.count == len(found.parcels) > 1
    assert {one.zoning for one in found.parcels} <= {"公园绿地", "防护绿地", "广场用地"}
    assert [one.distance for one in found.parcels] == sorted(one.distance for one in found.parcels)
    every = tools.around.run(AroundAsked(place="HZ-07"), town.data())
    assert every.parcels[0].number == "HZ-07"
    assert every.area > sum(one.area for one in every.parcels[:1])
    with pytest.raises(NoData) as caught:
        tools.around.run(AroundAsked(place="HZ-07", use="care", radius=50), town.data())
    assert (caught.value.code, caught.value.fields["radius"]) == ("none_near", "50")


def test_a_scheme_is_checked_rule_by_rule(town: Town) -> None:
    found = checked(town, SCHEME)
    by_rule = {one.rule: one for one in found.findings}
    assert len(by_rule) == found.rules == found.violated + found.unknown + found.ok
    assert found.rules + found.not_applicable == 135
    far = by_rule["plan.far"]
    assert far.result == "violated"
    assert (far.given, far.most) == (2.34375, 2.2)
    assert (far.clause.title, far.clause.article) == ("澜东新区会展片区控制性详细规划", "6")
    height = by_rule["plan.height"]
    assert (height.result, height.where, height.given, height.most) == ("violated", ("1#",), 64, 60)
    assert by_rule["plan.density"].missing == ("基底面积",)
    assert [one.result for one in found.findings] == sorted(
        (one.result for one in found.findings), key=["violated", "unknown", "ok"].index
    )


def test_a_scheme_of_an_older_day_meets_the_older_plan(town: Town) -> None:
    found = checked(town, {"parcel": "HZ-12", "parking": {"cars": 100}, "floor_area": 8_000}, date(2025, 3, 1))
    by_rule = {one.rule: one for one in found.findings}
    assert (by_rule["plan.parking_rate"].result, by_rule["plan.parking_rate"].least) == ("ok", 80)
    newer = checked(town, {"parcel": "HZ-12", "parking": {"cars": 100}, "floor_area": 8_000})
    assert {one.rule: one.result for one in newer.findings}["plan.parking_rate"] == "violated"


def test_a_scheme_may_come_as_text(town: Town) -> None:
    assert checked(town, json.dumps(SCHEME)) == checked(town, SCHEME)
    for text, said in (("{", "is no JSON"), ("[" * 100_000, "is no JSON"), (" " * (MOST_TEXT + 1), "at most")):
        with pytest.raises(ValidationError, match=said):
            SchemeAsked(scheme=text)


def test_a_scheme_for_no_parcel_of_the_register(town: Town) -> None:
    with pytest.raises(NoData) as caught:
        checked(town, {"parcel": "ZZ-01"})
    assert caught.value.code == "no_parcel"
    assert checked(town, {"code": "R2"}).number is None


def test_importing_the_tools_stays_light() -> None:
    heavy = {"polars", "duckdb", "scipy", "shapely"}
    code = f"import sys, tools.land.tools; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout.strip() == "[]"
