from __future__ import annotations

from pathlib import Path

import pytest

from city.pack import PackError, load_pack
from city.pack.loader import read_pack
from tests.city.pack.making import CITY, DISTRICTS, UNITS, first, make_pack


def test_a_sound_pack_is_read_into_records(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path))
    assert [d.id for d in pack.districts] == ["east", "west"]
    assert pack.roads[0].crossings[0].with_ == "short"
    assert pack.duties[0].co_units == ("east_gov",)
    assert pack.corpora == [tmp_path / "regulations"]
    assert pack.city.limits.message_chars == 4_000
    assert pack.origin["Unit:east_gov"] == "units/units.yaml: [1]"


def test_a_unit_is_found_by_its_id_only(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path))
    unit = pack.unit("east_gov")
    assert unit is not None
    assert unit.name == "东区政府"
    assert pack.unit("东区政府") is None
    assert pack.unit("") is None


def test_words_fall_back_to_chinese(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path, wording__en={"bye": "Goodbye, {name}"}))
    assert pack.say("bye", "en", name="Li") == "Goodbye, Li"
    assert pack.say("call", "en", phone="12345") == "请拨打12345"
    assert pack.say("bye", "fr", name="Li") == "再见，Li"


def test_records_of_several_files_are_one_list(tmp_path: Path) -> None:
    make_pack(tmp_path, units__a_more=[{"id": "extra", "name": "另一局", "level": "city_dept"}])
    assert [u.id for u in load_pack(tmp_path).units] == ["extra", "bureau", "east_gov", "west_gov"]


@pytest.mark.parametrize(
    ("name", "content", "file", "where", "said"),
    [
        (
            "places__districts",
            first(DISTRICTS, population=3),
            "places/districts.yaml",
            "[0].population",
            "not permitted",
        ),
        ("places__districts", first(DISTRICTS, lat="north"), "places/districts.yaml", "[0].lat", "'north'"),
        ("places__districts", first(DISTRICTS, lat=110.1, lon=30.1), "places/districts.yaml", "[0].lat", "110.1"),
        ("places__districts", {"east": 1}, "places/districts.yaml", "", "holds no list"),
        ("places__districts", ["east"], "places/districts.yaml", "[0]", "valid dictionary"),
        ("units__units", first(UNITS, level="bureau"), "units/units.yaml", "[0].level", "'bureau'"),
        ("city", {**CITY, "timezone": "Mars/Base"}, "city.yaml", "timezone", "Asia/Shanghai"),
        ("city", {**CITY, "id": "小城"}, "city.yaml", "id", "pattern"),
        ("city", {k: v for k, v in CITY.items() if k != "region"}, "city.yaml", "region", "required"),
        ("city", {**CITY, "limits": {"hops": 1}}, "city.yaml", "limits.hops", "6"),
        ("city", [CITY], "city.yaml", "", "holds no mapping"),
        ("city", {}, "city.yaml", "id", "required"),
        ("wording__zh", {"bye": 5}, "wording/zh.yaml", "bye", "not a text"),
        ("wording__zh", {"bye": "  "}, "wording/zh.yaml", "bye", "not a text"),
        ("wording__zh", {"bye": "再见，{name"}, "wording/zh.yaml", "bye", "brace"),
        ("wording__zh", {"bye": "再见}"}, "wording/zh.yaml", "bye", "brace"),
        ("wording__zh", {"bye": "再见，{}"}, "wording/zh.yaml", "bye", "brace"),
        (
            "wording__outcomes",
            {"answered": {"label": "已答复"}},
            "wording/outcomes.yaml",
            "answered.explanation",
            "required",
        ),
        ("wording__outcomes", {"answered": "已答复"}, "wording/outcomes.yaml", "answered", "valid dictionary"),
    ],
)
def test_a_fault_names_file_place_and_remedy(
    tmp_path: Path, name: str, content: object, file: str, where: str, said: str
) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(make_pack(tmp_path, **{name: content}))
    found = [p for p in caught.value.problems if (p.file, p.where) == (file, where)]
    assert len(found) == 1, [str(p) for p in caught.value.problems]
    assert said in found[0].message or said in found[0].remedy
    assert found[0].remedy


@pytest.mark.parametrize("name", ["city.yaml", "wording/zh.yaml", "wording/en.yaml", "wording/outcomes.yaml"])
def test_a_file_that_must_be_there(tmp_path: Path, name: str) -> None:
    (make_pack(tmp_path) / name).unlink()
    with pytest.raises(PackError) as caught:
        load_pack(tmp_path)
    assert [(p.file, p.message) for p in caught.value.problems] == [(name, "is missing")]


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    make_pack(
        tmp_path, places__districts=first(DISTRICTS, lat="x", lon="y"), units__units="a: [", city={**CITY, "x": 1}
    )
    with pytest.raises(PackError) as caught:
        load_pack(tmp_path)
    assert sorted(p.file for p in caught.value.problems) == [
        "city.yaml",
        *["places/districts.yaml"] * 2,
        "units/units.yaml",
    ]
    assert str(caught.value).startswith("The city pack has 4 problems:\n  - ")
    assert str(caught.value).count("→") == 4


def test_what_is_sound_is_read_although_the_rest_is_not(tmp_path: Path) -> None:
    pack, problems = read_pack(make_pack(tmp_path, units__units=first(UNITS, level="bureau")))
    assert len(problems) == 1
    assert pack is not None
    assert [u.id for u in pack.units] == ["east_gov", "west_gov"]


def test_a_pack_is_a_folder(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    pack, problems = read_pack(missing)
    assert pack is None
    assert [(p.file, p.message) for p in problems] == [(str(missing), "is not a folder")]
