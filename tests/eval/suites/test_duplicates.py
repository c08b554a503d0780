from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from eval.place import SHARED, Place
from eval.suites.duplicates.suite import SUITE
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "duplicates"


async def test_pairs_of_a_stream(
    place: Place, town_files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "petitions").mkdir()
    shutil.copy(town_files[0], tmp_path / "petitions" / "stream.jsonl")
    shutil.copy(town_files[1], tmp_path / "petitions" / "stream_pairs.jsonl")
    monkeypatch.setenv(SHARED, str(tmp_path))
    cases, clusters = cases_of(NAME, place), SUITE.open(place)
    made = [await put(NAME, clusters, case) for case in cases.values()]
    found, wrong, missed = (sum(one.values[key] for one in made) for key in ("found", "wrong", "missed"))
    same = sum(case.expect["same"] for case in cases.values())
    assert found + missed == same == 60
    assert found >= 50
    assert wrong == 0
    assert len({case.group for case in cases.values() if case.expect["same"]}) == 4
    other = next(case for case in cases.values() if not case.expect["same"])
    assert judge(NAME, other, {"together": True}).values["wrong"] == 1
    own = next(case for case in cases.values() if case.expect["same"])
    assert judge(NAME, own, {"together": False}).why == "kept apart"
