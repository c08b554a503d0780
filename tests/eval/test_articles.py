from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput
from eval.articles import article_documents, read_rows
from knowledge.library import Library, Query, Store
from knowledge.model import Level

ROW: dict[str, Any] = {
    "id": "a#1",
    "law_id": "a",
    "law": "停车法",
    "chapter": "第一章 总则",
    "article_no": "第一条",
    "article_num": 1,
    "text": "停车应当有序。",
    "level": "法律",
    "effective_date": "2020-01-01",
}
ROWS = [
    ROW,
    {**ROW, "id": "a#2", "article_no": "第二条", "article_num": 2, "chapter": "", "text": "停车十五分钟不收费。"},
    {
        **ROW,
        "id": "b#1",
        "law_id": "b",
        "law": "养犬办法",
        "text": "养犬登记。",
        "level": "其他",
        "effective_date": None,
    },
]


def write(path: Path, rows: list[dict[str, Any]], between: str = "\n") -> Path:
    text = between.join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_articles_of_a_law_are_one_document(tmp_path: Path, name: str) -> None:
    first, second = article_documents(write(tmp_path / name, ROWS, "\n\n"))
    assert (first.meta.id, first.meta.title, first.meta.level) == ("a", "停车法", Level.LAW)
    assert [p.id for p in first.provisions] == ["a#1", "a#2"]
    assert [p.path for p in first.provisions] == [("第一章 总则",), ()]
    assert all(first.text[p.start : p.end] == p.text for p in first.provisions)
    assert "".join(p.text for p in first.provisions) == first.text
    assert [(n.kind, n.number) for n in first.tree.children] == [("article", 1), ("article", 2)]
    assert (second.meta.level, second.meta.valid_from) == (Level.CITY_REGULATION, date(1949, 10, 1))


def test_they_can_be_built_and_found_anywhere(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.publish(store.build(article_documents(write(tmp_path / "r.jsonl", ROWS))).id)
    query = Query("停车多少分钟不收费", as_of=date(2026, 11, 20), region="江省/小城市")
    assert Library.open(store, embedder=None).search(query)[0].provision.id == "a#2"


def test_a_bad_line_or_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(json.dumps(ROW).encode() + b"\n{oops\n")
    with pytest.raises(BadInput, match=r"rows\.jsonl, line 2"):
        list(read_rows(path))
    path.write_bytes("停车".encode("gb18030"))
    with pytest.raises(BadInput, match=r"rows\.jsonl, line 1"):
        list(read_rows(path))
    with pytest.raises(BadInput, match=r"gone\.jsonl.*cannot be read"):
        list(read_rows(tmp_path / "gone.jsonl"))
    (tmp_path / "x.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(BadInput, match=r"x\.jsonl\.gz.*cannot be read"):
        list(read_rows(tmp_path / "x.jsonl.gz"))
    (tmp_path / "y.jsonl.gz").write_bytes(gzip.compress(b"{}\n" * 9_999)[:-20])
    with pytest.raises(BadInput, match=r"y\.jsonl\.gz.*cannot be read"):
        list(read_rows(tmp_path / "y.jsonl.gz"))


def test_a_row_without_its_fields_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="law_id"):
        list(article_documents(write(tmp_path / "r.jsonl", [{"id": "a"}])))
    with pytest.raises(BadInput, match="article_no"):
        list(article_documents(write(tmp_path / "r.jsonl", [{"id": "a", "law_id": "a", "law": "停车法"}])))
