from __future__ import annotations

from pathlib import Path

import pytest

from agents.dispatch.dispatcher import OFFERED, Dispatcher
from agents.reading.categories import FILE
from city.gazetteer import Gazetteer, Whereabouts
from city.pack import load_pack
from serve.orders import open_dispatcher
from serve.settings import Settings
from tests.conftest import TODAY, YUNLAN
from tools.workorders.bands import Band, Bands
from tools.workorders.model import Kind, Urgency

PILING = "阳光花园旁边的工地半夜还在打桩，吵得睡不着，明天还要上班"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.of(load_pack(YUNLAN))


def test_a_suggestion_names_unit_item_basis_and_clock(dispatcher: Dispatcher, gazetteer: Gazetteer) -> None:
    made = dispatcher.suggest(PILING, gazetteer.locate("沧浦区"), TODAY)
    assert made is not None
    assert (made.lead, made.duty_item, made.category) == ("cangpu_urban_mgmt", "nz-site-night", "090101")
    assert made.legal_basis
    assert made.open == ()
    assert made.quote in PILING
    assert "打桩" in made.quote
    assert len(made.others) == 2
    assert made.lead not in {other.unit for other in made.others}
    assert not {made.lead, *made.co} & set(made.cc)


def test_everything_begins_with_a_person(dispatcher: Dispatcher, gazetteer: Gazetteer) -> None:
    made = dispatcher.suggest(PILING, gazetteer.locate("沧浦区"), TODAY)
    assert made is not None
    assert made.band is Band.PERSON


def test_without_a_place_what_is_open_is_said(dispatcher: Dispatcher) -> None:
    made = dispatcher.suggest(PILING, Whereabouts(), TODAY)
    assert made is not None
    assert made.open == ("district",)


def test_the_name_of_a_place_says_nothing_of_the_matter(dispatcher: Dispatcher) -> None:
    assert "人民医院" not in dispatcher.without_places("云澜市人民医院门口停车收费太贵")


def test_options_are_few_different_and_add_up(dispatcher: Dispatcher, gazetteer: Gazetteer) -> None:
    ranked = dispatcher.rank(PILING, gazetteer.locate("沧浦区"), TODAY)
    units = [option.unit for option in ranked.options]
    assert len(units) == len(set(units)) <= OFFERED
    chances = [option.confidence for option in ranked.options]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) <= 1 + 1e-6


def test_danger_has_the_shortest_clock_whatever_it_is_called(dispatcher: Dispatcher, gazetteer: Gazetteer) -> None:
    text = "小区外墙皮一大块一大块往下掉，差点砸到人"
    made = dispatcher.suggest(text, gazetteer.locate("沧浦区"), TODAY, Kind.SUGGESTION)
    assert made is not None
    assert (made.clock_class, made.urgency) == ("critical", Urgency.CRITICAL)


def test_what_was_learnt_is_read_again(
    dispatcher: Dispatcher, settings: Settings, tmp_path: Path, gazetteer: Gazetteer
) -> None:
    kept = next(settings.home.rglob(FILE))
    copy = tmp_path / kept.relative_to(settings.home)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(kept.read_bytes())
    stamp = copy.stat().st_mtime_ns
    again = open_dispatcher(tmp_path, load_pack(YUNLAN), gazetteer, TODAY).suggest(PILING, Whereabouts(), TODAY)
    assert again == dispatcher.suggest(PILING, Whereabouts(), TODAY)
    assert copy.stat().st_mtime_ns == stamp


def test_an_opened_class_is_dispatched_when_sure() -> None:
    bands = Bands(classes={"09": Band.SAMPLE, "090101": Band.AUTO})
    assert bands.band("090101", 0.99) is Band.AUTO
    assert bands.band("090101", 0.5) is Band.PERSON
    assert bands.band("090201", 0.9) is Band.SAMPLE
    assert bands.band("030101", 0.99) is Band.PERSON
