from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from city.errors import DocumentError
from knowledge.ingest import load_document
from knowledge.model import Level

FRONT = (
    "id: yl-parking-2024\nwork: yl-parking\ntitle: 云澜市停车条例\nlevel: city_regulation\n"
    "valid_from: 2024-07-01\nvalid_to: null\n"
)
BODY = "# 云澜市停车条例\n\n第一条 甲。\n"


def test_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "laws" / "parking.md"
    path.parent.mkdir()
    path.write_text(f"---\n{FRONT}---\n{BODY}", encoding="utf-8")
    document = load_document(path, root=tmp_path)
    assert document.text == BODY
    assert document.meta.level is Level.CITY_REGULATION
    assert document.meta.valid_from == date(2024, 7, 1)
    assert document.meta.source == "laws/parking.md"
    assert [provision.id for provision in document.provisions] == ["yl-parking-2024#1"]


def test_sidecar(tmp_path: Path) -> None:
    path = tmp_path / "parking.html"
    path.write_text("<html><body><p>第一条 甲。</p><p>第二条 乙。</p></body></html>", encoding="utf-8")
    (tmp_path / "parking.html.meta.yaml").write_text(FRONT, encoding="utf-8")
    document = load_document(path)
    assert len(document.provisions) == 2
    assert document.meta.source == "parking.html"


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("title: 甲\nlevel: law\n", "field 'id' is missing"),
        ("id: a\ntitle: 甲\nlevel: wish\n", "field 'level' is 'wish'"),
        ("id: a\ntitle: 甲\nlevel: law\ncolour: red\n", "field 'colour' is unknown"),
        ("id: a\ntitle: 甲\nlevel: law\nvalid_from: 2024-02-31\n", "(?i)valid_from|does not exist"),
        ("id: [a\n", "not YAML"),
        ("- a\n", "must be a list of"),
    ],
)
def test_wrong_fields_are_named(tmp_path: Path, front: str, message: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{front}---\n{BODY}", encoding="utf-8")
    with pytest.raises(DocumentError, match=message) as caught:
        load_document(path)
    assert "a.md" in str(caught.value)


def test_file_without_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(BODY, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"a\.md\.meta\.yaml"):
        load_document(path)
