from __future__ import annotations

import math

from tools.land.parts import Building, Facility, Part
from tools.land.rows import Row, specs
from tools.land.scheme import Scheme
from tools.land.values import Number, Truth, Untold, Word


def test_every_field_of_a_scheme_has_its_kind() -> None:
    found = specs(Scheme)
    assert found["area"].kind == found["zone"].kind == "number"
    assert (found["power_room_level"].is_signed, found["zone"].is_signed) == (True, False)
    assert found["corridor"].kind == "flag"
    assert found["project"].kind == found["parcel"].kind == "word"
    assert (found["parking"].kind, found["buildings"].kind) == ("row", "rows")
    assert found["buildings"].model is Building
    assert specs(Building)["locations"] == ("rows", None, False)


def test_what_is_left_out_says_what_it_lacks() -> None:
    row = Row(Building, Building(id="a", floors=3, first_row=False, below_uses=["shop"]), "buildings")
    assert row.get("floors") == Number.of(3)
    assert row.get("first_row") == Truth(False)
    assert row.get("below_uses") == (Word("shop"),)
    assert row.get("height") == Number(0, math.inf, frozenset({"buildings.height"}))
    assert row.get("floor_level").least == -math.inf
    assert row.get("use") == Word(None, frozenset({"buildings.use"}))
    assert row.get("locations") == Untold(frozenset({"buildings.locations"}))


def test_a_part_that_is_left_out_has_open_fields() -> None:
    parking = Row(Scheme, Scheme(), "").get("parking")
    assert parking.part is None
    assert parking.get("cars").lacks == {"parking.cars"}


def test_titles_are_for_readers() -> None:
    parts: list[type[Part]] = [Scheme, Building, Facility]
    for model in parts:
        for name, info in model.model_fields.items():
            assert info.title, name
