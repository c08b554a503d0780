from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput
from eval.plan_cases import read_cases, run_plans
from tests.conftest import YUNLAN


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    file = folder / "cases.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


RIGHT = {
    "id": "a",
    "hazard": "flood",
    "facts": {"rain_24h": 130},
    "expect": {"level": 2, "open": [1], "missing": ["breach_possible", "lake_level", "river_level"]},
}
SUMMER = {
    "id": "b",
    "hazard": "snow",
    "day": "2026-07-01",
    "facts": {"min_temperature": -20},
    "expect": {"applies": False, "level": None},
}


def test_right_cases_are_exact(tmp_path: Path) -> None:
    report = run_plans(YUNLAN, read_cases(written(tmp_path, RIGHT, SUMMER)))
    assert (report.cases, report.exact, report.misses) == (2, 2, [])
    assert (report.missing, report.with_missing) == (1, 1)
    assert "quake" in report.without


def test_each_part_is_counted_by_itself(tmp_path: Path) -> None:
    wrong = RIGHT | {"id": "c", "expect": {"level": 3, "open": [1], "missing": ["deaths"]}}
    report = run_plans(YUNLAN, read_cases(written(tmp_path, wrong)))
    assert (report.exact, report.level, report.open, report.missing) == (0, 0, 1, 0)
    assert report.misses[0].id == "c"
    assert "level 2" in report.misses[0].got


@pytest.mark.parametrize(
    ("change", "said"),
    [({"hazard": "dragons"}, "is no hazard"), ({"facts": {"mood": 1}}, "is no fact"), ({"expect": {}}, "level")],
)
def test_cases_that_cannot_be_read_are_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        run_plans(YUNLAN, read_cases(written(tmp_path, RIGHT | change)))
