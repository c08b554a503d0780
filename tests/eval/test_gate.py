import json
from pathlib import Path

from eval.gate import run_gate


def test_rates_and_misses_are_counted(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "text": "我家着火了", "expect": {"route": "R1_EMERGENCY", "lines": ["119"]}},
        {"id": "2", "title": "路灯", "detail": "路灯不亮", "expect": {"route": "R1_EMERGENCY"}},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    report = run_gate(path)
    assert (report.messages, report.expected, report.emergency_rate) == (2, 2, 0.5)
    assert [(miss.id, miss.field) for miss in report.misses] == [("2", "route")]
