from __future__ import annotations

from pathlib import Path

import pytest

from city.pack.problems import PackError
from tools.workorders.messages import MESSAGES, Message, check_messages, load_messages


def written(root: Path, *lines: bytes) -> Path:
    (root / MESSAGES).mkdir(parents=True)
    (root / MESSAGES / "01.jsonl").write_bytes(b"\n".join(lines))
    return root


def test_messages_are_read_in_order(tmp_path: Path) -> None:
    root = written(
        tmp_path,
        '{"text": "路灯不亮", "label": "060404"}'.encode(),
        b"",
        '{"text": "停水", "label": "030101"}'.encode(),
    )
    assert [message.label for message in load_messages(root)] == ["060404", "030101"]
    assert load_messages(tmp_path / "elsewhere") == []


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    root = written(tmp_path, b"{", '{"text": "停水", "label": "3"}'.encode(), b"\xff")
    with pytest.raises(PackError) as told:
        load_messages(root)
    assert all(f"line {number}" in str(told.value) for number in (1, 2, 3))


def test_a_label_that_the_tree_does_not_have_is_named() -> None:
    problems = check_messages([Message(text="停水", label="999999")], {"030101"})
    assert [problem.where for problem in problems] == ["999999"]
