from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.ingest.numerals import to_int
from knowledge.ingest.readers.docx_numbering import chinese


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("一百一十", 110),
        ("一百二十", 120),
        ("一千二百六十", 1260),
        ("二〇二四", 2024),
        ("１２", 12),
        ("7", 7),
        ("⑤", 5),
        ("两", 2),
    ],
)
def test_numerals_of_documents(numeral: str, value: int) -> None:
    assert to_int(numeral) == value


@pytest.mark.parametrize("numeral", ["", "甲", "十百", "第一"])
def test_what_is_no_number(numeral: str) -> None:
    assert to_int(numeral) is None


@given(st.integers(min_value=1, max_value=9999))
def test_written_numbers_are_read_back(number: int) -> None:
    assert to_int(chinese(number)) == number
