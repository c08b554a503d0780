from __future__ import annotations

import json
from pathlib import Path

import pytest

from city.errors import BadInput
from serve.training.evaluation import evaluation_texts
from tests.conftest import YUNLAN

CASE = "凌晨一点塔吊还往下卸钢筋，叮铃咣啷的"


def test_the_packs_evaluation_texts_are_known() -> None:
    known = evaluation_texts(YUNLAN)
    path = YUNLAN / "evaluation" / "dispatch_cases.jsonl"
    cases = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(known.holds(text) for text in cases if len(text) > 8)
    assert not known.holds("紫色的大象在月亮上跳华尔兹的时候忘记了带伞")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.jsonl", json.dumps({"deep": [{"text": CASE}]}) + "\n\n"),
        ("a.json", json.dumps([CASE])),
        ("a.yaml", f"cases:\n  - {CASE}\n"),
        ("a.txt", CASE),
    ],
)
def test_other_test_sets_in_any_form(tmp_path: Path, name: str, body: str) -> None:
    (tmp_path / name).write_text(body, encoding="utf-8")
    assert evaluation_texts(tmp_path, [tmp_path / name]).holds(CASE)
    assert evaluation_texts(tmp_path, [tmp_path]).holds(CASE)
    assert len(evaluation_texts(tmp_path)) == 0


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match=r"a\.jsonl"):
        evaluation_texts(tmp_path, [tmp_path])
    with pytest.raises(BadInput, match="There is no"):
        evaluation_texts(tmp_path, [tmp_path / "b.jsonl"])
