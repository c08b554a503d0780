from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput
from city.pack import CityPack, load_pack
from eval.bench.parcels import run
from eval.schemes import measure, read_cases
from tests.conftest import ROOT, YUNLAN

RIGHT: dict[str, Any] = {
    "id": "a",
    "title": "within the plan",
    "as_of": "2026-11-26",
    "scheme": {"parcel": "HZ-07", "project": "new", "area": 64_000, "counted_area": 140_000},
    "expected": [
        {"rule": "plan.far", "result": "ok"},
        {"rule": "plan.density", "result": "unknown"},
        {"rule": "setback.road", "result": "none"},
    ],
}
WRONG: dict[str, Any] = {
    "id": "b",
    "as_of": "2026-11-26",
    "scheme": {
        "parcel": "HZ-07",
        "area": 64_000,
        "counted_area": 150_000,
        "buildings": [{"id": "1#", "height": 61}],
    },
    "expected": [{"rule": "plan.density", "result": "violated"}, {"rule": "plan.far", "result": "violated"}],
    "note": "why",
}


@pytest.fixture(scope="module")
def pack() -> CityPack:
    return load_pack(YUNLAN)


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    file = folder / "cases.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def test_every_difference_is_told(pack: CityPack, tmp_path: Path) -> None:
    report = measure(pack, read_cases(written(tmp_path, RIGHT, WRONG)))
    assert (report.cases, report.exact, report.not_exact) == (2, 1, ["b"])
    assert (report.rules, report.right) == (5, 4)
    assert report.by_result == {"violated": "1/2", "unknown": "1/1", "ok": "1/1", "none": "1/1"}
    missed, unexpected = report.differences
    assert (missed.case, missed.rule, missed.expected, missed.got, missed.note) == (
        "b",
        "plan.density",
        "violated",
        "unknown",
        "why",
    )
    assert missed.seen == "most 20; lacks 基底面积; yl-cp-huizhan-2025#6"
    assert (unexpected.rule, unexpected.expected, unexpected.got) == ("plan.height", "", "violated")
    assert unexpected.seen == "given 61; most 60; at 1#; yl-cp-huizhan-2025#6"
    assert "plan.far" not in report.without
    assert "fire.lane_width" in report.without


def test_a_case_counts_on_its_own_day(pack: CityPack, tmp_path: Path) -> None:
    homes = {"buildings": [{"id": "a", "use": "dwelling", "height": 81}]}
    days = {"2025-05-31": "none", "2025-06-01": "violated"}
    rows = [
        {"id": day, "as_of": day, "scheme": homes, "expected": [{"rule": "height.homes", "result": result}]}
        for day, result in days.items()
    ]
    report = measure(pack, read_cases(written(tmp_path, *rows)))
    assert report.exact == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"as_of": None}, r"case 1 \('a'\): as_of"),
        ({"scheme": {"colour": 1}}, "scheme.colour: Extra inputs"),
        ({"expected": []}, "at least 1 item"),
        ({"expected": [{"rule": "plan.far", "result": "good"}]}, "expected.0.result"),
        ({"expected": [{"rule": "plan.far", "result": "ok"}] * 2}, "twice"),
    ],
)
def test_cases_that_cannot_be_read_are_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_cases(written(tmp_path, RIGHT | change))


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="'a' is the id of two cases"):
        read_cases(written(tmp_path, RIGHT, RIGHT))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expected": [{"rule": "plan.colour", "result": "ok"}]}, "there is no such rule"),
        ({"scheme": {"parcel": "ZZ-01"}}, "has no parcel ZZ-01"),
    ],
)
def test_cases_that_cannot_be_checked_are_named(
    pack: CityPack, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        measure(pack, read_cases(written(tmp_path, RIGHT | change)))


def test_the_case_of_the_page_can_be_read_and_is_right(pack: CityPack, tmp_path: Path) -> None:
    page = (ROOT / "docs/schemes.md").read_text("utf-8")
    found = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    report = measure(pack, read_cases(written(tmp_path, *map(json.loads, found))))
    assert report.cases == report.exact == 1


def test_parcels_are_found_in_a_register_that_is_built_once() -> None:
    report = run(YUNLAN, rows=500, lookups=60)
    assert (report.parcels, report.addresses, report.registers) == (500, 500, 1)
    for found in (report.number, report.address, report.point):
        assert (found.lookups, found.wrong) == (60, 0)
