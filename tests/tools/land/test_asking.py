from __future__ import annotations

from datetime import date

import pytest

from tests.tools.land.conftest import TODAY, Town
from tools.land.asking import parcel_of, point_of, register
from tools.seam import CannotCompute, NoData


@pytest.mark.parametrize(
    ("said", "number", "found_by"),
    [
        ("HZ-07的容积率", "HZ-07", "number"),
        ("hz７地块", "HZ-07", "number"),
        ("博览路22号是什么地", "HZ-12", "address"),
        ("澜东新区博览路二十二号", "HZ-12", "address"),
        ("云澜国际会展中心占地多大", "HZ-06", "place"),
        ("澜悦府是R2用地吗", "HZ-07", "place"),
        ("鼓楼街76号那块地", "GL-14", "address"),
    ],
)
def test_a_parcel_by_whatever_names_it(town: Town, said: str, number: str, found_by: str) -> None:
    found = parcel_of(said, TODAY, town.data())
    assert (found.version.number, found.found_by) == (number, found_by)


def test_a_parcel_by_a_point_in_it(town: Town) -> None:
    parcels = register(town.data())
    version = parcels.on("YW-10", TODAY)
    assert version is not None
    longitude, latitude = parcels.middle(version)
    found = parcel_of(f"{longitude:.6f}, {latitude:.6f}是哪块地", TODAY, town.data())
    assert (found.version.number, found.found_by) == ("YW-10", "point")


@pytest.mark.parametrize(
    ("said", "code", "fields"),
    [
        ("ZZ-5在哪", "no_parcel", {"number": "ZZ-05"}),
        ("博览路9999号", "no_address", {"address": "博览路9999号"}),
        ("113.25,29.95", "no_parcel_here", {"place": "113.25,29.95"}),
        ("我家隔壁", "unknown_place", {"place": "我家隔壁"}),
    ],
)
def test_what_is_not_there_is_told(town: Town, said: str, code: str, fields: dict[str, str]) -> None:
    with pytest.raises(NoData) as caught:
        parcel_of(said, TODAY, town.data())
    assert (caught.value.code, caught.value.fields) == (code, fields)


def test_what_names_several_or_too_much_is_asked_back(town: Town) -> None:
    with pytest.raises(CannotCompute) as caught:
        parcel_of("HZ-07和HZ-08哪个高", TODAY, town.data())
    assert (caught.value.code, caught.value.fields) == ("several", {"names": "HZ-07、HZ-08"})
    with pytest.raises(CannotCompute) as caught:
        parcel_of("鼓楼街道", TODAY, town.data())
    assert (caught.value.code, caught.value.fields) == ("too_wide", {"place": "鼓楼街道"})


def test_before_the_first_plan_there_is_no_version(town: Town) -> None:
    with pytest.raises(NoData) as caught:
        parcel_of("YW-03", date(2026, 2, 28), town.data())
    assert caught.value.code == "no_version"
    assert caught.value.fields["first"] == "2026-03-01"


def test_the_register_is_built_once(town: Town) -> None:
    assert register(town.data()) is register(town.data())


def test_points_of_places(town: Town) -> None:
    assert point_of("113.20,29.60", TODAY, town.data())[1:] == (113.2, 29.6)
    by_number = point_of("HZ-12", TODAY, town.data())
    assert by_number == point_of("博览路22号", TODAY, town.data())
    assert by_number.name == "HZ-12"
    assert point_of("鼓楼", TODAY, town.data()).name
