from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import pytest

from city.errors import NotFound
from eval.ingest import run_ingest, run_read, similarity

LAW = "# 甲法\n\n<!-- INFO END -->\n\n第一条 甲。\n\n第二条 乙。\n\n附：表\n\n甲乙丙\n"
GAP = "# 乙法\n\n第一条 甲。\n\n第三条 乙。\n"


def corpus(folder: Path) -> Path:
    laws = folder / "laws"
    laws.mkdir()
    (laws / "甲.md").write_text(LAW, encoding="utf-8")
    (laws / "乙.md").write_text(GAP, encoding="utf-8")
    (laws / "丙.md").write_bytes(b"ab\x00")
    (laws / "_index.md").write_text("---", encoding="utf-8")
    return laws


def test_report_counts_and_names_every_exception(tmp_path: Path) -> None:
    report = run_ingest(corpus(tmp_path))
    assert (report.files, report.parsed, report.lossless, report.in_order) == (3, 2, 2, 1)
    assert (report.articles, report.blocks) == (4, 1)
    assert [finding.file for finding in report.exceptions["numbering gap"]] == ["乙.md"]
    assert [finding.file for finding in report.exceptions["not parsed"]] == ["丙.md"]


def test_comparison_with_reference_articles(tmp_path: Path) -> None:
    laws = corpus(tmp_path)
    rows = [
        {"path": "laws/甲.md", "article_no": "第一条", "text": "甲。"},
        {"path": "laws/甲.md", "article_no": "第二条", "text": "乙。\n附：表\n甲乙丙"},
        {"path": "laws/乙.md", "article_no": "第一条", "text": "别的。"},
        {"path": "laws/乙.md", "article_no": "第二条", "text": "没有。"},
    ]
    reference = tmp_path / "articles.jsonl.gz"
    with gzip.open(reference, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    archive = tmp_path / "laws.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(laws, "laws")
    comparison = run_ingest(archive, articles=reference).comparison
    assert comparison is not None
    counts = comparison.model_dump(exclude={"different"})
    assert counts == {"articles": 4, "missing": 1, "extra": 1, "equal": 1, "annex": 1}
    assert [finding.note for finding in comparison.different] == ["第一条"]


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        run_ingest(tmp_path / "none.tar.gz")
    with pytest.raises(NotFound):
        run_read(tmp_path)


def test_similarity_ignores_layout() -> None:
    assert similarity("甲 乙\n丙", "| 甲乙 | 丙 |") == 1.0
    assert similarity("甲乙", "丙丁") == 0.0


@pytest.mark.shared
def test_public_documents_are_read(shared_data: Path) -> None:
    report = run_read(shared_data / "documents")
    assert report.read == report.files == 81
    assert report.formats["xlsx"] == 1
    assert min(report.similarity.values()) > 0.97


@pytest.mark.shared
def test_public_laws_are_lossless(shared_data: Path) -> None:
    report = run_ingest(shared_data / "laws" / "originals.tar.gz")
    assert report.parsed == report.files == report.lossless == report.unique_ids == 3475
    assert "not parsed" not in report.exceptions
