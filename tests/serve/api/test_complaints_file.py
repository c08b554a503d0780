"""Complaints kept append-only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from city.errors import BadInput
from serve.api.complaints_file import ComplaintsFile


def test_complaints_are_kept_in_order_and_a_changed_one_shows(tmp_path: Path) -> None:
    path = tmp_path / "city" / "complaints.jsonl"
    file = ComplaintsFile(path, now=lambda: datetime(2026, 11, 20, tzinfo=UTC))
    first, second = file.add("t1", "答非所问"), file.add("t2", "电话\n不对", "请打……")
    assert first.id.startswith("20261120-")
    assert first.id != second.id
    assert file.read() == [first, second]
    path.write_text(path.read_text("utf-8").replace("答非所问", "很满意"), "utf-8")
    with pytest.raises(BadInput, match="line 2"):
        file.read()
