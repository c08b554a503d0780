from __future__ import annotations

import pytest

from city.gazetteer import Gazetteer
from city.pack import load_pack
from tests.conftest import YUNLAN


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.of(load_pack(YUNLAN))


@pytest.mark.parametrize(
    ("text", "district", "street"),
    [
        ("鼓楼街道柳巷社区门口的路灯不亮", "yuncheng", "yuncheng_gulou"),
        ("柳巷社区的垃圾没人收", "yuncheng", "yuncheng_gulou"),
        ("澜东新区人民路有个坑", "landong", ""),
        ("北屏那边空气太差", "beiping", ""),
    ],
)
def test_a_matter_lies_where_its_words_say(gazetteer: Gazetteer, text: str, district: str, street: str) -> None:
    found = gazetteer.locate(text)
    assert (found.district, found.candidates) == (district, ())
    assert found.street == street or not street


def test_two_places_of_one_name_are_left_to_the_citizen(gazetteer: Gazetteer) -> None:
    found = gazetteer.locate("阳光花园门口的路灯不亮")
    assert found.spot is None
    assert found.district == ""
    assert {spot.district for spot in found.candidates} == {"yuncheng", "cangpu"}


def test_another_name_beside_it_settles_which_is_meant(gazetteer: Gazetteer) -> None:
    assert gazetteer.locate("沧浦区阳光花园门口的路灯不亮").district == "cangpu"
    assert gazetteer.locate("云城区阳光花园门口的路灯不亮").district == "yuncheng"


def test_two_roads_are_a_crossing_where_they_meet(gazetteer: Gazetteer) -> None:
    found = gazetteer.locate("云城区人民路和解放路口的信号灯坏了")
    assert found.spot is not None
    assert (found.spot.kind, found.spot.district) == ("crossing", "yuncheng")
    assert found.spot.latitude is not None


def test_a_text_without_known_names_has_no_place(gazetteer: Gazetteer) -> None:
    found = gazetteer.locate("我家楼上天天拖椅子")
    assert (found.text, found.spot, found.candidates) == ("", None, ())


def test_the_longest_name_is_the_one_meant(gazetteer: Gazetteer) -> None:
    names = [mention.name for mention in gazetteer.mentions("北屏山森林公园")]
    assert "北屏" not in names
