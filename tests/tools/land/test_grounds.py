from __future__ import annotations

from tests.tools.land.conftest import TODAY, Town
from tools.land.asking import register
from tools.land.grounds import ground_of, titles_of


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
    assert titles_of(["buildings.height", "base_area", "parking.cars", "zone"]) == (
        "建筑基底面积",
        "建筑高度",
        "机动车位总数",
        "开发强度分区",
    )
    assert titles_of(["extension", "facilities.nursery"]) == ("extension", "公共服务设施")
