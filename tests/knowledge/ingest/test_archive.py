from __future__ import annotations

import pytest

from city.errors import DocumentError
from knowledge.ingest.archive import check_zip
from knowledge.ingest.source import Limits
from tests.knowledge.ingest.files import zipped


def test_sound_archive_passes() -> None:
    check_zip(zipped({"word/document.xml": b"<a/>", "b.bin": b"123"}), "a.docx", Limits())


def test_bomb_by_ratio() -> None:
    data = zipped({"word/document.xml": b"<a>" + b" " * 5_000_000 + b"</a>"})
    with pytest.raises(DocumentError, match="ZIP bomb"):
        check_zip(data, "a.docx", Limits())


def test_bomb_by_size() -> None:
    with pytest.raises(DocumentError, match="would unpack"):
        check_zip(zipped({"a.bin": b"1" * 5000}), "a.docx", Limits(unpacked_bytes=1000))


def test_bomb_by_number_of_parts() -> None:
    with pytest.raises(DocumentError, match="parts inside"):
        check_zip(zipped({f"{i}.txt": b"" for i in range(30)}), "a.docx", Limits(members=20))


def test_entities_are_refused() -> None:
    attack = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;&b;</a>'
    with pytest.raises(DocumentError, match="XML entities"):
        check_zip(zipped({"word/document.xml": attack}), "a.docx", Limits())


def test_damaged_member() -> None:
    data = bytearray(zipped({"word/document.xml": b"<a>0123456789 0123 abcdefgh</a>"}))
    data[50:56] = b"\xff" * 6
    with pytest.raises(DocumentError, match=r"damaged|not well-formed"):
        check_zip(bytes(data), "a.docx", Limits())


def test_size_that_lies_in_the_directory() -> None:
    data = bytearray(zipped({"a.bin": b"1" * 100_000}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(DocumentError, match=r"damaged|declares"):
        check_zip(bytes(data), "a.docx", Limits())
