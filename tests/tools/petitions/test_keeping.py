"""A stream saved and opened again."""

from __future__ import annotations

from pathlib import Path

import pytest

from city.errors import BadInput
from tests.tools.petitions.town import petition
from tools.petitions.keeping import open_stream, save
from tools.petitions.stream import Stream


def test_opened_again_it_places_alike(stream: Stream, tmp_path: Path) -> None:
    for number in range(1_000, 1_006):
        stream.place(petition(number, 3, 150))
    save(stream, tmp_path / "again")
    again = open_stream(tmp_path / "again")
    assert len(again) == len(stream)
    assert again.progress == stream.progress
    for number in range(1_006, 1_012):
        each = petition(number, 3 if number % 2 else 44, 150)
        assert again.place(each) == stream.place(each)


def test_an_empty_stream_is_saved_and_opened(tmp_path: Path) -> None:
    save(Stream(), tmp_path)
    assert len(open_stream(tmp_path)) == 0


def test_nothing_there_or_torn(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="build it again"):
        open_stream(tmp_path)
    for path in saved.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    lines = (tmp_path / "petitions.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "petitions.jsonl").write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(BadInput, match="torn"):
        open_stream(tmp_path)
    (tmp_path / "numbers.npz").write_bytes(b"PK")
    with pytest.raises(BadInput):
        open_stream(tmp_path)
