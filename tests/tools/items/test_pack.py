"""The room's files of the example pack agree with its guides and units."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from city.pack import CityPack
from tests.conftest import YUNLAN
from tests.tools.rooms import told_of
from tools.items.models import Situations
from tools.items.pack import Bundle, Materials, Situation
from tools.items.stock import Stock

TOLD = told_of("items")


def test_every_guide_is_in_the_register(stock: Stock) -> None:
    guides = {path.stem for path in (YUNLAN / "services").glob("*.yaml")}
    assert len(guides) > 60
    assert guides <= set(stock.guides)
    assert guides == {id for id in stock.limits if id.startswith("sg-")}


def test_days_are_the_guides(stock: Stock) -> None:
    """Each number stands in the guide's own words: so many working days, or on the spot."""
    checked = 0
    for id, limit in stock.limits.items():
        promised = stock.guides[id].promised_limit or ""
        if limit.days == 0:
            assert re.search("当场|即时", promised), id
        elif limit.days is not None:
            assert f"{limit.days}个工作日" in promised, id
        checked += limit.days is not None
        legal = stock.guides[id].legal_limit or ""
        if limit.legal:
            unit = "个工作日" if limit.legal_unit == "workday" else "日"
            assert f"{limit.legal}{unit}" in legal, id
    assert checked > 70


def test_units_are_the_citys(stock: Stock, pack: CityPack) -> None:
    holders = {m.holder for m in stock.materials.materials} | {
        m.held_by for g in stock.guides.values() for m in g.materials
    }
    units = {g.unit for g in stock.guides.values()}
    assert all(pack.unit(unit) for unit in (holders | units) - {None} if unit)


def test_every_name_of_the_materials_is_used(stock: Stock) -> None:
    used = {needed.name for guide in stock.guides.values() for needed in guide.materials}
    unused = set(stock.paper_of) - used
    assert not unused


def test_bundles_name_items_that_there_are(stock: Stock) -> None:
    assert len(stock.bundles) >= 15
    for bundle in stock.bundles.values():
        assert bundle.guide is None or bundle.guide in stock.guides
        for step in bundle.steps:
            guide = stock.guides[step.item]
            assert set(step.leave_out) <= {needed.name for needed in guide.materials}, (bundle.id, step.item)
            # A situation that switches something is asked, or its words are heard.
            assert set(step.when) | set(step.unless) <= set(TOLD["items.bundle"].words)


def test_every_situation_has_a_flag_and_words() -> None:
    situations = set(Situation.__args__)  # type: ignore[attr-defined]
    assert situations == set(Situations.model_fields)
    assert situations == set(TOLD["items.bundle"].words) == set(TOLD["items.materials"].words)


def test_a_bundle_in_a_circle_is_refused() -> None:
    with pytest.raises(ValidationError, match="does not stand before it"):
        Bundle.model_validate(
            {
                "id": "b",
                "name": "b",
                "serves": "s",
                "steps": [{"item": "x", "after": ["y"]}, {"item": "y", "after": ["x"]}],
            }
        )


def test_a_name_of_two_papers_is_refused() -> None:
    twice = [{"id": "a", "name": "a", "names": ["n"]}, {"id": "b", "name": "b", "names": ["n"]}]
    with pytest.raises(ValidationError, match="is a name of a and of b"):
        Materials.model_validate({"waiver": {"form": "e", "always": "x", "if_found": ["y"]}, "materials": twice})


def test_the_pack_tells_every_tool() -> None:
    assert set(TOLD) == {"items.item", "items.bundle", "items.materials", "items.places"}
    # What one item asks for is answered from its guide: the planner does not learn that tool.
    assert TOLD["items.item"].examples == ()
    for id in set(TOLD) - {"items.item"}:
        assert 25 <= len(set(TOLD[id].examples)) == len(TOLD[id].examples) <= 40
