from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.place import SHARED, Place
from tests.eval.suites.conftest import cases_of, put

NAME = "masking_public"
PHONE = "13800000000"
LINES = [
    {"id": "a", "fixture": "zh_phone", "case": {"input": PHONE, "should_match": True, "type": "phone"}},
    {"id": "b", "fixture": "zh_phone", "case": {"input": PHONE, "should_match": False, "type": "phone"}},
    {"id": "c", "fixture": "zh", "case": {"input": f"我的号码{PHONE}", "pii_values": [PHONE, "二十三"]}},
    {"id": "d", "fixture": "ja_phone", "case": {"input": PHONE, "should_match": True, "type": "phone"}},
    {"id": "e", "fixture": "zh", "case": {"input": "血型A", "should_match": True, "type": "blood"}},
]


async def test_cases_that_apply_are_counted(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pii").mkdir()
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in LINES)
    (tmp_path / "pii" / "argus_cases.jsonl").write_text(lines, encoding="utf-8")
    monkeypatch.setenv(SHARED, str(tmp_path))
    cases = cases_of(NAME, place)
    assert set(cases) == {"a", "b", "c"}
    made = {name: await put(NAME, None, case) for name, case in cases.items()}
    counts = {n: tuple(one.values[key] for key in ("found", "missed", "wrong", "right")) for n, one in made.items()}
    assert counts == {"a": (1, 0, 0, 1), "b": (0, 0, 1, 0), "c": (2, 0, 0, 1)}
    assert made["a"].scored.why == ""
    assert made["b"].scored.why.startswith("false phone")
