from __future__ import annotations

from pathlib import Path

import pytest

from city.errors import DocumentError
from knowledge.ingest import Limits, read
from knowledge.ingest.source import clean
from tests.knowledge.ingest.files import ole, pdf, written, zipped

TEXT = "第一条 云澜市的测试文字，共二十余个常用汉字。\n第二条 自发布之日起施行。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    source = read(written(tmp_path, "a.txt", TEXT.encode(encoding)))
    assert source.text == TEXT
    assert (source.format, source.notes) == ("text", ())


@pytest.mark.parametrize("encoding", ["big5", "shift_jis"])
def test_other_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    data = (
        "停車場の規則、東京都条例です。" if encoding == "shift_jis" else "臺灣停車場管理條例，應於發布日施行。"
    ).encode(encoding)
    with pytest.raises(DocumentError, match="save it as UTF-8"):
        read(written(tmp_path, "a.txt", data))


def test_broken_utf8_with_a_mark_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="utf-8 but broken at byte"):
        read(written(tmp_path, "a.txt", b"\xef\xbb\xbfabc\xff\xfe"))


def test_only_newlines_change(tmp_path: Path) -> None:
    source = read(written(tmp_path, "a.txt", "甲\r\n乙\r丙\n\n　丁 \n".encode()))
    assert source.text == "甲\n乙\n丙\n\n　丁 \n"


def test_invisible_characters_are_counted(tmp_path: Path) -> None:
    hidden = "甲\u200b乙\u202e丙\ufeff丁\U000e0041戊\u2066"
    source = read(written(tmp_path, "a.txt", hidden.encode()))
    assert source.text == "甲乙丙丁戊"
    assert source.notes == ("5 invisible characters removed",)


def test_nul_is_refused() -> None:
    with pytest.raises(DocumentError, match="NUL"):
        clean("甲\x00乙", "a.txt")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "empty"),
        ("a.md", b" \n\t\n", "empty"),
        ("a.txt", b"ab\x00c", "NUL"),
        ("a.doc", b"{\\rtf1 abc}", "RTF"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "picture"),
        ("a.bin", bytes(range(1, 32)) * 20, "nor any format"),
        ("a.docx", b"PK\x03\x04 not a zip", "damaged"),
        ("a.docx", zipped({"x.txt": b"a"}), "neither DOCX nor XLSX"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rubbish", "damaged"),
        ("a.docx", ole({"EncryptedPackage": b"x"}), "encrypted"),
        ("a.xls", ole({"Workbook": b"\x01" * 300}), "damaged"),
        ("a.doc", ole({"WordDocument": b"\x01" * 300}), "older than Word 97 or damaged"),
        ("a.ppt", ole({"PowerPoint Document": b"x"}), "neither DOC nor XLS"),
        ("a.pdf", b"%PDF-1.4\nrubbish", "damaged"),
        ("a.pdf", pdf(["Parking rules"])[:300], "damaged|no pages"),
        ("a.pdf", pdf([]), "scanned"),
    ],
)
def test_bad_files_get_a_clear_message(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        read(written(tmp_path, name, data))
    assert name in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be opened"):
        read(tmp_path / "none.txt")


def test_too_large_a_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="Split"):
        read(written(tmp_path, "a.txt", b"a" * 100), Limits(file_bytes=50))


def test_content_counts_not_suffix(tmp_path: Path) -> None:
    assert read(written(tmp_path, "rules.doc", b"<!DOCTYPE html><html><body><p>abc</p></body></html>")).format == "html"
    assert read(written(tmp_path, "rules.txt", pdf(["Parking rules"]))).format == "pdf"


def test_pdf_text(tmp_path: Path) -> None:
    source = read(written(tmp_path, "a.pdf", pdf(["Parking rules", "1. Fifteen minutes are free."])))
    assert source.text.splitlines() == ["Parking rules", "1. Fifteen minutes are free."]


def test_pdf_page_limit(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="1 pages, more than 0"):
        read(written(tmp_path, "a.pdf", pdf(["x"])), Limits(pages=0))


def test_encrypted_pdf(tmp_path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    with (tmp_path / "a.pdf").open("wb") as file:
        writer.write(file)
    with pytest.raises(DocumentError, match="encrypted"):
        read(tmp_path / "a.pdf")


def test_reader_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = written(tmp_path, "a.pdf", pdf(["x"]))
    with pytest.raises(DocumentError, match=r"takes longer|gave up"):
        read(path, Limits(seconds=0))
