from __future__ import annotations

from pathlib import Path

import pytest

from city.pack import check_pack
from tests.city.pack.making import (
    CITY,
    DISTRICTS,
    DUTIES,
    ENGLISH,
    LANDMARKS,
    ROADS,
    STREETS,
    UNITS,
    WORDS,
    first,
    make_pack,
)


def test_a_sound_pack_has_no_problem(tmp_path: Path) -> None:
    assert check_pack(make_pack(tmp_path), required_wording=["bye"], outcomes=["answered"]) == []


CROSSING = ROADS[0]["crossings"][0]


@pytest.mark.parametrize(
    ("name", "content", "file", "where", "named"),
    [
        ("places__streets", first(STREETS, district="north"), "places/streets.yaml", "[0].district", "'north'"),
        ("places__streets", first(STREETS, unit="gone"), "places/streets.yaml", "[0].unit", "'gone'"),
        ("places__landmarks", first(LANDMARKS, district="north"), "places/landmarks.yaml", "[0].district", "'north'"),
        ("places__landmarks", first(LANDMARKS, street="lost"), "places/landmarks.yaml", "[0].street", "'lost'"),
        ("places__roads", first(ROADS, districts=["east", "north"]), "places/roads.yaml", "[0].districts", "'north'"),
        ("places__roads", first(ROADS, crossings=[{**CROSSING, "with": "no"}]), "places/roads.yaml",
         "[0].crossings.with", "'no'"),
        ("places__roads", first(ROADS, crossings=[{**CROSSING, "district": "no"}]), "places/roads.yaml",
         "[0].crossings.district", "'no'"),
        ("units__units", [*UNITS[:2], {**UNITS[2], "parent": "gone"}], "units/units.yaml", "[2].parent", "'gone'"),
        ("units__units", first(UNITS, district="north"), "units/units.yaml", "[0].district", "'north'"),
        ("duties__street", first(DUTIES, lead_unit="gone"), "duties/street.yaml", "[0].lead_unit", "'gone'"),
        ("duties__street", first(DUTIES, co_units=["gone"]), "duties/street.yaml", "[0].co_units", "'gone'"),
        ("duties__street", first(DUTIES, handler="gone"), "duties/street.yaml", "[0].handler", "'gone'"),
        ("duties__street", first(DUTIES, valid_from="2025-01-01", valid_to="2025-01-01"), "duties/street.yaml",
         "[0].valid_to", "not after"),
        ("duties__street", [*DUTIES, *DUTIES], "duties/street.yaml", "[0].id", "2 duties"),
        ("places__districts", [*DISTRICTS, DISTRICTS[1]], "places/districts.yaml", "[1].id", "'west' is used by 2"),
        ("places__districts", first(DISTRICTS, lat=30.0, lon=31.0), "places/districts.yaml", "[0].lat", "far from"),
        ("places__landmarks", first(LANDMARKS, lat=31.6), "places/landmarks.yaml", "[0].lat", "far from"),
        ("city", {**CITY, "corpora": ["regulations", "laws"]}, "city.yaml", "corpora[1]", "'laws'"),
        ("wording__en", {**ENGLISH, "bye": "Goodbye, {nmae}"}, "wording/en.yaml", "bye", "nmae"),
        ("wording__en", {**ENGLISH, "bye": "Goodbye"}, "wording/en.yaml", "bye", "differ"),
    ],
)  # fmt: skip
def test_one_fault_gives_one_problem(
    tmp_path: Path, name: str, content: object, file: str, where: str, named: str
) -> None:
    problems = check_pack(make_pack(tmp_path, **{name: content}))
    found = [p for p in problems if (p.file, p.where) == (file, where)]
    assert len(found) == 1, list(map(str, problems))
    assert named in found[0].message
    assert found[0].remedy
    assert {p.where for p in problems} <= {where, where.replace("[0]", "[1]")}


def test_a_handler_is_needed_in_every_district(tmp_path: Path) -> None:
    problems = check_pack(make_pack(tmp_path, units__units=UNITS[:2]))
    assert [p.message for p in problems] == ["'west_gov' is not known"]


def test_the_street_itself_may_handle(tmp_path: Path) -> None:
    assert check_pack(make_pack(tmp_path, duties__street=first(DUTIES, handler="{street}"))) == []


def test_a_landmark_may_name_its_street(tmp_path: Path) -> None:
    assert check_pack(make_pack(tmp_path, places__landmarks=first(LANDMARKS, street="山前街道"))) == []


def test_words_and_endings_the_program_uses_must_be_there(tmp_path: Path) -> None:
    found = check_pack(make_pack(tmp_path), required_wording=["bye", "hello"], outcomes=["answered", "refused"])
    assert [(p.file, p.where, p.message) for p in found] == [
        ("wording/zh.yaml", "hello", "is missing"),
        ("wording/outcomes.yaml", "refused", "is missing"),
    ]


def test_a_word_only_english_has_is_compared_with_nothing(tmp_path: Path) -> None:
    assert check_pack(make_pack(tmp_path, wording__en={**ENGLISH, "extra": "Only {here}"})) == []
    assert set(WORDS) == set(ENGLISH)


def test_a_pack_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    assert [p.message for p in check_pack(tmp_path / "gone", required_wording=["bye"])] == ["is not a folder"]


def test_an_empty_city_file_is_not_sound(tmp_path: Path) -> None:
    assert check_pack(make_pack(tmp_path, city="{}\n"))
    assert check_pack(make_pack(tmp_path, city="# nothing\n"))
