from __future__ import annotations

from datetime import datetime

import pytest

from tests.tools.items.conftest import ZONE, Ask
from tests.tools.items.test_pack import TOLD
from tools.items.models import BundleAsked, ItemAsked, MaterialsAsked, PlacesAsked
from tools.items.stock import Stock
from tools.items.tools import bundle, item, materials, places
from tools.seam.endings import CannotCompute, NoData


def test_an_item(ask: Ask) -> None:
    told = item.run(ItemAsked(item="办身份证"), ask(2026, 11, 26, 10, 20))
    assert told.id == "sg-id-card"
    assert (told.days, told.legal, told.legal_unit) == (15, 60, "day")
    assert [paper.name for paper in told.bring] == ["旧居民身份证", "监护人身份证明"]
    assert [paper.name for paper in told.maybe] == ["居民户口簿"]
    assert told.maybe[0].holder == "云澜市公安局"
    assert "军人退役一件事" in told.bundles


def test_a_bundle_with_its_own_guide(ask: Ask) -> None:
    told = bundle.run(BundleAsked(event="出生一件事", employed=True), ask(2026, 11, 26, 10, 20))
    assert (told.count, told.rounds) == (6, 3)
    # The guide promises 5 days; the maternity allowance alone takes 10, nothing else takes any.
    assert (told.promised, told.together, told.one_by_one, told.saved_days) == (5, 10, 10, 5)
    assert (told.trips_before, told.trips, told.saved_trips) == (6, 1, 5)
    assert [paper.name for paper in told.bring] == ["母亲的银行卡"]
    assert [paper.name for paper in told.waived] == ["居民户口簿"]
    assert [one.name for one in told.depends] == ["医疗费用手工报销"]
    assert told.papers == len(told.bring) + len(told.maybe) == told.papers_before - told.saved_papers


def test_situations_switch_items(ask: Ask) -> None:
    data = ask(2026, 11, 26, 10, 20)
    plain = bundle.run(BundleAsked(event="出生一件事"), data)
    assert plain.count == 5
    assert {one.name for one in plain.depends} == {"生育津贴申领", "医疗费用手工报销"}
    away = bundle.run(BundleAsked(event="出生一件事", outside=True, employed=False, paid_self=False), data)
    assert away.count == 4
    assert away.depends == ()


def test_a_bundle_of_several_units(ask: Ask) -> None:
    told = bundle.run(BundleAsked(event="二手房过户水电气一起办"), ask(2026, 11, 26, 10, 20))
    # tax 0, transfer 1, then water 0, power 1 and gas 3 at the same time
    assert (told.promised, told.together, told.one_by_one, told.saved_days) == (None, 4, 5, 1)
    assert [step.name for step in told.steps if step.is_critical][-1] == "燃气开户与通气"
    names = [paper.name for paper in (*told.bring, *told.maybe, *told.waived)]
    assert len(names) == len(set(names)) == told.listed < told.listed_before


def test_every_bundle_can_be_told(ask: Ask, stock: Stock) -> None:
    data = ask(2026, 11, 26, 10, 20)
    for found in stock.bundles.values():
        asks = {situation for step in found.steps for situation in (*step.when, *step.unless)}
        for situation in ({}, dict.fromkeys(asks, True), dict.fromkeys(asks, False)):
            told = bundle.run(BundleAsked.model_validate({"event": found.name} | situation), data)
            assert told.steps
            assert told.saved_trips == told.trips_before - told.trips >= 0
            assert told.together <= told.one_by_one
            assert not (situation and told.depends and all(situation.values()))


def test_every_item_can_be_told(ask: Ask, stock: Stock) -> None:
    data = ask(2026, 11, 26, 10, 20)
    only = {b.guide for b in stock.bundles.values()} - {s.item for b in stock.bundles.values() for s in b.steps}
    told = [
        item.run(ItemAsked(item=g.name), data) for g in stock.guides.values() if g.id not in only and "（" not in g.name
    ]
    assert len(told) > 50
    assert all(one.places and one.phone for one in told)


def test_a_bundle_is_known_by_the_names_of_its_guide(ask: Ask, stock: Stock) -> None:
    data = ask(2026, 11, 26, 10, 20)
    own = [(found, stock.guides[found.guide]) for found in stock.bundles.values() if found.guide]
    assert len(own) >= 5
    for found, guide in own:
        assert bundle.run(BundleAsked(event=guide.name), data).name == found.name


def test_what_to_hand_in(ask: Ask) -> None:
    data = ask(2026, 11, 26, 10, 20)
    told = materials.run(MaterialsAsked(matter="结婚登记"), data)
    assert (told.items, told.bring_count, told.maybe_count, told.waived_count) == (1, 2, 1, 0)
    both = materials.run(MaterialsAsked(matter="退休一件事"), data)
    assert (both.items, both.bring_count, both.waived_count) == (3, 2, 1)
    assert both.waived[0].licence == "居民身份证电子证照"


def test_the_nearest_window(ask: Ask) -> None:
    told = places.run(PlacesAsked(matter="办身份证", place="鼓楼"), ask(2026, 11, 26, 10, 20))
    assert [one.hall for one in told.windows] == ["云澜市公安局", "云澜市政务服务中心"]
    distances = [one.distance for one in told.windows]
    assert distances[0] is not None
    assert distances[0] < 1
    assert told.windows[1].closes == datetime(2026, 11, 26, 17, 0, tzinfo=ZONE)
    assert all(one.waiting is not None and one.wait is not None for one in told.windows)
    assert not told.only_own_street


def test_before_the_doors_open_nobody_is_counted(ask: Ask) -> None:
    told = places.run(PlacesAsked(matter="退休一件事"), ask(2026, 11, 26, 8, 30))
    assert told.count == 6  # the city's hall and five district halls
    assert all(not one.is_open and one.waiting is None and one.wait is None for one in told.windows)
    assert {one.opens for one in told.windows} == {datetime(2026, 11, 26, 9, 0, tzinfo=ZONE)}


def test_street_centres_serve_their_own(ask: Ask) -> None:
    data = ask(2026, 11, 26, 10, 20)
    told = places.run(PlacesAsked(matter="老年证", district="nanping"), data)
    assert told.only_own_street
    assert told.count == 4
    assert {one.district for one in told.windows} == {"南坪县"}
    waits = [one.wait for one in told.windows if one.wait is not None]
    assert waits == sorted(waits)


@pytest.mark.parametrize(
    ("tool", "asked", "error", "code"),
    [
        (item, ItemAsked(item="出生一件事"), CannotCompute, "is_bundle"),
        (item, ItemAsked(item="登月许可"), NoData, "unknown_name"),
        (item, ItemAsked(item="医保"), CannotCompute, "several"),
        (bundle, BundleAsked(event="登月"), NoData, "unknown_name"),
        (places, PlacesAsked(matter="办身份证", district="nanping"), NoData, "none_there"),
        (places, PlacesAsked(matter="出生证"), NoData, "no_window"),
    ],
)
def test_what_has_no_answer(ask: Ask, tool: object, asked: object, error: type[Exception], code: str) -> None:
    with pytest.raises(error) as ended:
        tool.run(asked, ask(2026, 11, 26, 10, 20))  # type: ignore[attr-defined]
    assert getattr(ended.value, "code", "") == code
    assert code in TOLD[tool.id].endings  # type: ignore[attr-defined]
