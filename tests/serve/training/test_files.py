from __future__ import annotations

from pathlib import Path

import pytest

from city.errors import BadInput, Refused
from serve.training.exporting import Gathered
from serve.training.files import fingerprint, read_examples, read_manifest, write_export
from serve.training.records import HOLDOUT, MANIFEST, TRAIN, Manifest
from tests.serve.training.samples import example, manifest


def written(folder: Path, count: int = 3) -> Manifest:
    held = Gathered({"train": [example(n) for n in range(count)], "holdout": [example(8)]})
    return write_export(folder, held, manifest())


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    made = written(tmp_path / "x")
    assert read_manifest(tmp_path / "x") == made
    assert [(part.file, part.examples) for part in made.files] == [(TRAIN, 3), (HOLDOUT, 1)]
    assert read_examples(tmp_path / "x", "train", "dispatch") == [example(n) for n in range(3)]
    assert read_examples(tmp_path / "x", "holdout", "route") == []


def test_the_same_again_changes_no_byte_and_no_file(tmp_path: Path) -> None:
    written(tmp_path)
    before = {path.name: (path.read_bytes(), path.stat().st_ino) for path in tmp_path.iterdir()}
    written(tmp_path)
    assert {path.name: (path.read_bytes(), path.stat().st_ino) for path in tmp_path.iterdir()} == before
    assert set(before) == {TRAIN, HOLDOUT, MANIFEST}


def test_other_data_take_the_place_of_the_old_and_leave_nothing_behind(tmp_path: Path) -> None:
    written(tmp_path)
    first = fingerprint(tmp_path)
    written(tmp_path, 2)
    assert fingerprint(tmp_path) != first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((TRAIN, HOLDOUT, MANIFEST))


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(Refused, match=r"letter\.txt"):
        written(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("name", [TRAIN, HOLDOUT])
def test_changed_data_are_not_read(tmp_path: Path, name: str) -> None:
    written(tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes().replace("不亮".encode(), "全灭".encode()))
    with pytest.raises(BadInput, match="not as it was exported"):
        read_manifest(tmp_path)


def test_no_manifest_and_a_broken_one_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="citydesk train export"):
        read_manifest(tmp_path)
    (tmp_path / MANIFEST).write_text("{}", encoding="utf-8")
    with pytest.raises(BadInput, match="no manifest"):
        read_manifest(tmp_path)
    (tmp_path / TRAIN).write_text("{}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="line 1"):
        read_examples(tmp_path, "train")
