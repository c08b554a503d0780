from __future__ import annotations

import re

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tests.tools.land.conftest import TODAY, Town
from tools.land.asking import register
from tools.land.book import Book
from tools.land.grounds import ground_of, titles_of
from tools.land.settings import FILE, Norms


def test_a_parcel_as_rules_see_it(town: Town) -> None:
    parcels = register(town.data())
    ground = ground_of(parcels.on("GL-14", TODAY))
    assert ground is not None
    assert (ground.far, ground.density, ground.green, ground.height) == (1.6, 35, 25, 15)
    assert (ground.zone, ground.parking_zone, ground.historic_area, ground.belt) == (1, 1, "鼓楼", "control")
    assert (ground.clause, ground.keeps_height) == ("yl-cp-gulou-2024#6", False)
    plain = ground_of(parcels.on("WJ-01", TODAY))
    assert plain is not None
    assert (plain.clause, plain.far, plain.historic_area, plain.belt) == ("", None, "", "none")
    assert ground_of(None) is None


def test_what_is_lacking_has_the_titles_of_its_fields() -> None:
    paths = ["buildings.height", "base_area", "parking.cars", "zone", "facilities.nursery", "facilities.party"]
    assert titles_of(paths, {"facilities.nursery": "托育设施"}) == (
        "建筑基底面积",
        "建筑高度",
        "托育设施",
        "公共服务设施",
        "机动车位总数",
        "开发强度分区",
    )
    assert titles_of(["extension"], {}) == ("extension",)


def test_whatever_a_rule_may_lack_has_a_name(book: Book) -> None:
    """What `maybe`, `open_number` and `amount_of` name is no field of a scheme."""
    known = read_record(YUNLAN, FILE, Norms).lacks
    formulas = [formula.text for rule in book.rules for edition in rule.editions for formula in rule.formulas(edition)]
    named = {one for text in formulas for one in re.findall(r'(?:maybe|open_number)\("([a-z_.]+)"', text)}
    kinds = {one for text in formulas for one in re.findall(r'amount_of\(facilities, "([a-z_]+)"', text)}
    assert len(named) >= 3
    assert len(kinds) >= 8
    assert named - known.keys() == {"program.flue"}
    assert {f"facilities.{kind}" for kind in kinds} - known.keys() == {"facilities.health_station"}
