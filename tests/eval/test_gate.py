import json
import shutil
from pathlib import Path

import pytest

from agents.gate.opinion import CRISIS_FILE, FILE, SecondOpinion
from eval.gate import run_gate, train_gate
from tests.conftest import YUNLAN


def test_rates_and_misses_are_counted(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "text": "我家着火了", "expect": {"route": "R1_EMERGENCY", "lines": ["119"]}},
        {"id": "2", "title": "路灯", "detail": "路灯不亮", "expect": {"route": "R1_EMERGENCY"}},
    ]
    rows += [{"id": "3", "text": "居住证怎么办", "expect": {"route": "calm"}}]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    report = run_gate(path)
    assert (report.messages, report.expected, report.emergency_rate) == (3, 3, 1 / 3)
    assert (report.danger_seen, report.calm_alarmed) == (0.5, 0.0)
    assert [(miss.id, miss.field) for miss in report.misses] == [("2", "route")]


def test_the_second_opinions_are_learned_anew(tmp_path: Path) -> None:
    shutil.copytree(YUNLAN / "gate", tmp_path / "gate")
    (tmp_path / "learned").mkdir()
    shutil.copy(YUNLAN / "learned" / "pairs.jsonl", tmp_path / "learned")
    for name in (FILE, CRISIS_FILE):
        (tmp_path / "gate" / name).unlink()
    report = train_gate(tmp_path)
    for name, raised, torn in (
        (FILE, report.danger_raised_at, report.danger_torn_at),
        (CRISIS_FILE, report.crisis_raised_at, report.crisis_torn_at),
    ):
        stored = SecondOpinion.open(YUNLAN / "gate" / name)
        assert stored is not None
        assert (raised, torn) == pytest.approx((stored.raise_at, stored.torn_at), abs=1e-3)
        assert (tmp_path / "gate" / name).is_file()
