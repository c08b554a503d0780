from __future__ import annotations

import json
from pathlib import Path

import pytest

from city.errors import BadInput
from tests.tools.petitions.past_orders import orders
from tools.petitions.history import Message, check_enough, read_history


def file(path: Path, *lines: object) -> Path:
    path.write_bytes(b"".join(own if isinstance(own, bytes) else json.dumps(own).encode() + b"\n" for own in lines))
    return path


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    read = read_history(
        file(
            tmp_path / "h.jsonl",
            {"title": "路灯不亮", "label": "06"},
            b"{torn\n",
            b"\n",
            {"text": "水管爆了", "label": 3, "id": 0, "dup_group": 7},
            {"text": "没有类别"},
            {"title": " ", "label": "06"},
            {"text": ["不是字"], "label": "06"},
            b"\xff\xfe\n",
            [1],
        )
    )
    assert [(row.id, row.message, row.label, row.group) for row in read.rows] == [
        ("line 1", Message("路灯不亮", ""), "06", ""),
        ("0", Message("", "水管爆了"), "3", "7"),
    ]
    assert [own.line for own in read.bad] == [2, 5, 6, 7, 8, 9]
    assert "not JSON" in read.bad[0].reason
    assert "'label'" in read.bad[1].reason
    assert "no words" in read.bad[2].reason
    assert "'text' is no string" in read.bad[3].reason
    assert "UTF-8" in read.bad[4].reason


def test_another_column_is_learnt_and_changes_the_fingerprint(tmp_path: Path) -> None:
    path = file(tmp_path / "h.jsonl", {"text": "水管爆了", "label": "03", "unit": "自来水公司"})
    by_label, by_unit = read_history(path), read_history(path, "unit")
    assert by_unit.rows[0].label == "自来水公司"
    assert by_label.fingerprint != by_unit.fingerprint


def test_too_little_to_learn_from() -> None:
    with pytest.raises(BadInput, match="11 usable rows"):
        check_enough(orders(11))
    with pytest.raises(BadInput, match="1 classes"):
        check_enough(orders(50, names=["停车"]))
    check_enough(orders(12))


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_history(tmp_path / "none.jsonl")
