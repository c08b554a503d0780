"""The room's files of the example pack agree with its units, its feeds and each other."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from city.pack import CityPack
from city.pack.record import read_record
from tests.conftest import YUNLAN
from tests.tools.catalogue.conftest import Ask
from tests.tools.rooms import told_of
from tools.catalogue.models import DatasetAsked, SearchAsked
from tools.catalogue.pack import INVENTORY, RULES, Inventory, Rules
from tools.catalogue.shelf import about, shelf
from tools.catalogue.tools import counts, dataset, freshness, search
from tools.feeds.feeds import read_feeds
from tools.feeds.known import every_dataset

TOLD = told_of("catalogue")
_INVENTORY = read_record(YUNLAN, INVENTORY, Inventory)
_RULES = read_record(YUNLAN, RULES, Rules)


def test_the_inventory_is_of_the_citys_units(pack: CityPack) -> None:
    assert len(_INVENTORY.datasets) >= 60
    assert [one.id for one in _INVENTORY.datasets if pack.unit(one.unit) is None] == []
    assert len({one.unit for one in _INVENTORY.datasets}) > 25
    assert {one.openness for one in _INVENTORY.datasets} == {"unconditional", "conditional", "closed"}


def test_what_is_connected_is_not_in_the_inventory() -> None:
    titles = {feed.title for feed in read_feeds(YUNLAN)}
    assert len(titles) > 30
    assert not titles & {one.title for one in _INVENTORY.datasets}


def test_rules_speak_of_datasets_that_tools_know() -> None:
    assert set(_RULES.datasets) <= set(every_dataset())


def test_what_names_persons_is_closed() -> None:
    """Registers with a holder, an address of a person or a case are not open to anybody."""
    personal = {"权利人", "户主", "证件号", "用户编号", "案件编号"}
    named = [one for one in _INVENTORY.datasets if personal & {part.title for part in one.fields}]
    assert len(named) >= 4
    assert {one.openness for one in named} == {"closed"}


def test_every_dataset_is_found_by_its_title(whole: Ask) -> None:
    data = whole(staff=True)
    entries = shelf(data)
    assert len(entries) > 120
    lost = [e.title for e in entries if about(data, entries, f"{e.title}数据多久更新一次")[:1] == []]
    assert lost == []
    first = [e.title for e in entries if about(data, entries, e.title)[0][0].title != e.title]
    assert first == []


def test_examples_and_their_words() -> None:
    assert set(TOLD) == {tool.id for tool in (search, dataset, counts, freshness)}
    assert TOLD["catalogue.freshness"].audience == ("staff",)
    # Questions of one dataset, and of how many there are, sound like a search: it answers all three.
    assert TOLD["catalogue.dataset"].examples == TOLD["catalogue.counts"].examples == ()
    for id in ("catalogue.search", "catalogue.freshness"):
        assert 25 <= len(set(TOLD[id].examples)) == len(TOLD[id].examples) <= 80
    assert {"none_found"} <= set(TOLD["catalogue.search"].endings)
    assert {"none_found", "several"} <= set(TOLD["catalogue.dataset"].endings)


@pytest.mark.parametrize(
    ("said", "id"),
    [
        ("停车场空闲泊位数据多久更新一次", "parking.free"),
        ("哪里能下载公厕位置的数据", "um-toilets"),
        ("有没有养老院的数据", "ca-elderly-homes"),
        ("房价数据怎么申请", "ho-sales"),
        ("想要雾霾的数据", "environment.air"),
        ("PM2.5数据", "environment.air"),
        ("红绿灯的数据能给我们吗", "tp-signals"),
        ("狗证数据为啥子不公开", "ps-dogs"),
        ("菜价几天更新一次", "dr-prices"),
        ("AED位置数据", "he-aed"),
        ("地铁客流数据集", "me-ridership"),
        ("学区划分的数据归谁管", "schools.catchments"),
        ("垃圾清运量数据集找哪个单位要", "um-waste"),
        ("充电桩数据的口径", "dr-chargers"),
        ("电梯年检数据", "mk-lifts"),
        ("共享单车投放量", "um-shared-bikes"),
        ("大厅排队的数据接进来没有", "items.queue"),
        ("政府采购中标的数据", "fi-procurement"),
        ("有没有夜市摆摊的数据", "um-stalls"),
        ("景点实时人数的数据来源", "tourism.inside"),
    ],
)
def test_ways_to_name_a_dataset(whole: Ask, said: str, id: str) -> None:
    data = whole(staff=True)
    assert about(data, shelf(data), said)[0][0].id == id
    told = dataset.run(DatasetAsked(about=said), data)
    assert told.id == id


@pytest.mark.parametrize("said", ["外星人的数据", "人工智能的数据集", "有没有彩票的数据"])
def test_what_the_city_does_not_keep_is_not_found(whole: Ask, said: str) -> None:
    data = whole(staff=True)
    assert about(data, shelf(data), said) == []


def test_a_unit_alone_lists_what_it_keeps(whole: Ask) -> None:
    data = whole()
    for said, unit in (
        ("交警支队管着哪些数据", "traffic_police"),
        ("教育局有哪些数据", "education"),
        ("市场监管局开放了哪些数据集", "market"),
        ("消防有哪些数据", "fire"),
    ):
        found = [entry for entry, _ in about(data, shelf(data), said)]
        assert found
        assert {entry.unit for entry in found} == {unit}
    told = search.run(SearchAsked(about="教育局有没有幼儿园的数据"), data)
    assert told.hits[0].id == "ed-kindergartens"


def given(**more: Any) -> dict[str, Any]:
    one = {"id": "a", "title": "t", "unit": "u", "cycle": "daily", "openness": "unconditional", "since": 2020}
    return {
        "surveyed": "2026-10-31",
        "cycles": {"daily": "P1D"},
        "datasets": [one | {"fields": ["width/m"]} | more],
    }


def test_a_field_has_its_unit() -> None:
    (one,) = Inventory.model_validate(given()).datasets
    assert (one.fields[0].title, one.fields[0].unit) == ("width", "m")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"cycle": "weekly"}, "is none of `cycles`"),
        ({"updated": "2026-11-01"}, "after it was surveyed"),
        ({"openness": "closed"}, "why it is closed"),
        ({"fields": []}, "at least 1"),
    ],
)
def test_what_is_wrong_is_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Inventory.model_validate(given(**more))


def test_one_id_twice_is_refused() -> None:
    twice = given()
    twice["datasets"] *= 2
    with pytest.raises(ValidationError, match="is listed twice"):
        Inventory.model_validate(twice)
