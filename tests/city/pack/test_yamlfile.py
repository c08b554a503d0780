from __future__ import annotations

from pathlib import Path

import pytest

from city.pack import yamlfile
from city.pack.problems import Problem
from city.pack.yamlfile import read_yaml


def read(tmp_path: Path, content: bytes) -> tuple[object, list[Problem]]:
    path = tmp_path / "sub" / "a.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    data, problems = read_yaml(path, tmp_path)
    return data, problems


def test_sound_files_give_their_data(tmp_path: Path) -> None:
    assert read(tmp_path, "a: 甲\nb: [1, 2.5]\n".encode()) == ({"a": "甲", "b": [1, 2.5]}, [])
    assert read(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: 2\r\n") == ({"a": 1, "b": 2}, [])
    assert read(tmp_path, b"") == (None, [])


def test_an_anchor_may_be_merged_and_overridden(tmp_path: Path) -> None:
    data, problems = read(tmp_path, b"base: &b {x: 1, y: 2}\nmore: {<<: *b, y: 3}\n")
    assert not problems
    assert data == {"base": {"x": 1, "y": 2}, "more": {"x": 1, "y": 3}}


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        (b"a: 1\nb: [1,\n", "line 3", "expected"),
        (b"a: 1\nb: 2\na: 3\n", "line 3, column 1", "'a' appears twice"),
        (b"x:\n  - {k: 1, k: 2}\n", "line 2, column 12", "'k' appears twice"),
        (b"a:\tb\n\t- c", "line 2", "tab character"),
        ("名称: 停车".encode("gb18030"), "byte 0", "UTF-8"),
        (b"a: !!python/object/apply:os.system ['true']\n", "line 1, column 4", "constructor"),
        (b"[a, b]: 1\n? [c]\n: 2\n", "line 1", "unhashable"),
        (b"a: 1\n---\nb: 2\n", "line 2", "document"),
        (b"a: *nobody\n", "line 1, column 4", "alias"),
        (b"a: 1\nb: \x07\n", "character 8", "control characters"),
        (b"since: 2026-13-45\n", "", "month"),
        (b"a: " + b"9" * 5_000 + b"\n", "", "digits"),
    ],
)
def test_a_fault_is_told_with_its_place_and_a_remedy(tmp_path: Path, content: bytes, where: str, said: str) -> None:
    data, problems = read(tmp_path, content)
    assert data is None
    assert len(problems) == 1
    problem = problems[0]
    assert problem.file == "sub/a.yaml"
    assert problem.where.startswith(where), problem.where
    assert said in problem.message
    assert problem.remedy


def test_brackets_without_end_do_not_bring_the_reader_down(tmp_path: Path) -> None:
    data, problems = read(tmp_path, b"[" * 100_000)
    assert data is None
    assert len(problems) == 1
    data, problems = read(tmp_path, b"[" * 3_000 + b"]" * 3_000)
    assert data is None
    assert "nested" in problems[0].message


def test_a_file_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamlfile, "MAX_BYTES", 10)
    assert read(tmp_path, b"a: 1234567") == ({"a": 1234567}, [])
    data, problems = read(tmp_path, b"a: 12345678")
    assert data is None
    assert "larger than 10 bytes" in problems[0].message


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    data, problems = read_yaml(tmp_path / "gone.yaml", tmp_path)
    assert data is None
    assert problems[0].file == "gone.yaml"
    assert "cannot be read" in problems[0].message
