from __future__ import annotations

from datetime import date

import pytest

from city.duties import DutyList, in_force
from city.gazetteer import Gazetteer, Whereabouts
from city.pack import CityPack, load_pack
from city.schema import AreaHandler, DutyItem
from tests.conftest import TODAY, YUNLAN


@pytest.fixture(scope="module")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="module")
def duties(pack: CityPack) -> DutyList:
    return DutyList(pack, TODAY)


def at(pack: CityPack, text: str) -> Whereabouts:
    return Gazetteer.of(pack).locate(text)


def item(**changes: object) -> DutyItem:
    plain = {"id": "x", "title": "事项", "description": "说明", "lead_unit": "urban_mgmt", "level": "district"}
    return DutyItem.model_validate({**plain, "handler": "{district}_urban_mgmt", **changes})


def test_every_item_names_a_unit_in_every_street(pack: CityPack, duties: DutyList) -> None:
    for street in pack.streets:
        place = at(pack, street.name)
        lost = [one.id for one in duties.items.values() if duties.handler(one, place).unit is None]
        assert lost == [], street.name


def test_the_district_decides_the_unit(pack: CityPack, duties: DutyList) -> None:
    found = duties.handler(item(), at(pack, "沧浦区"))
    assert found.unit is not None
    assert (found.unit.id, found.open) == ("cangpu_urban_mgmt", "")


def test_without_a_district_the_city_department_keeps_it_and_the_district_is_open(duties: DutyList) -> None:
    found = duties.handler(item(), Whereabouts())
    assert found.unit is not None
    assert (found.unit.id, found.open) == ("urban_mgmt", "district")


def test_a_street_matter_with_only_the_district_known_goes_to_the_district(pack: CityPack, duties: DutyList) -> None:
    found = duties.handler(item(handler="{street}"), at(pack, "沧浦区"))
    assert found.unit is not None
    assert (found.unit.id, found.open) == ("cangpu_gov", "street")


def test_a_street_order_is_copied_to_its_district(pack: CityPack, duties: DutyList) -> None:
    place = at(pack, "鼓楼街道")
    unit = duties.handler(item(handler="{street}"), place).unit
    assert unit is not None
    assert [copy.id for copy in duties.above(unit, place)] == ["yuncheng_gov"]
    assert duties.above((duties.items and pack.unit("urban_mgmt")) or unit, place) == []


def test_an_exception_for_an_area_goes_before_the_rule(pack: CityPack, duties: DutyList) -> None:
    areas = (
        AreaHandler(district="qinglu", handler="qinglu_lake"),
        AreaHandler(street="yuncheng_gulou", handler="parks"),
    )
    one = item().model_copy(update={"areas": areas})
    units = [duties.handler(one, at(pack, name)).unit for name in ("青麓区", "鼓楼街道", "沧浦区")]
    assert [unit.id if unit else None for unit in units] == ["qinglu_lake", "parks", "cangpu_urban_mgmt"]


def test_an_item_is_in_force_from_its_first_day_to_the_day_before_its_end() -> None:
    one = item(valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    assert [in_force(one, day) for day in days] == [False, True, True, False]


def test_co_units_are_those_of_the_district(pack: CityPack, duties: DutyList) -> None:
    place = at(pack, "沧浦区")
    assert duties.local("ecology", place) == "cangpu_ecology"
    assert duties.local("metro", place) == "metro"
