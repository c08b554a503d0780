from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.eligibility.numerals import NUMERAL, Numeral, read

_DIGITS = "零一二三四五六七八九"
_UNITS = ("千", "百", "十", "")
WHOLE = st.integers(min_value=1, max_value=10**12 - 1) | st.integers(min_value=1, max_value=200_000)


def of_four(number: int) -> str:
    """A number below ten thousand, each digit with its unit, 零 once where digits are missing between others."""
    told = ""
    for digit, unit in zip(f"{number:04d}", _UNITS, strict=True):
        if digit != "0":
            told += _DIGITS[int(digit)] + unit
        elif told and not told.endswith("零"):
            told += "零"
    return told.rstrip("零")


def in_full(number: int) -> str:
    """As it is written on a cheque: 十二万零三百."""
    told = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        many, number = divmod(number, scale)
        if many:
            told += ("零" if told and many < 1000 else "") + of_four(many) + name
        elif told and number and not told.endswith("零"):
            told += "零"
    return told.replace("零零", "零")


def said(number: int) -> set[str]:
    """How the number is said and typed."""
    full = in_full(number)
    forms = {full, f"{number}", f"{number:,}", re.sub("二(?=[百千万亿])", "两", full)}
    forms |= {re.sub(f"(?<![{_DIGITS[1:]}千])一十", "十", full), re.sub("^一十", "十", full)}
    if number > 999 or "0" in f"{number}":
        forms.add("".join(_DIGITS[int(c)] for c in f"{number}"))
    # A last digit may lose its unit where that is the one below the unit before it.
    short = re.sub("(?<=千.)百$|(?<=百.)十$|(?<=万.)千$|(?<=亿.)千万$", "", full)
    forms |= {short, short.translate({ord(c): str(i) for i, c in enumerate(_DIGITS) if i})}
    if number >= 10**4 and number % 10**4 >= 10 and number < 10**8:
        forms.add(f"{number // 10**4}万{number % 10**4:02d}")
    if number % 100 == 0:
        forms |= {f"{Decimal(number) / 10**4:f}万", f"{Decimal(number) / 10**4:f}w", f"{Decimal(number) / 10**8:f}亿"}
        spoken = "".join(_DIGITS[int(c)] if c.isdigit() else "点" for c in f"{Decimal(number % 10**5) / 10**4:.2f}")
        forms |= {f"{spoken}万"} if number < 10**5 else set()
    return forms


@given(WHOLE)
def test_every_way_of_saying_a_number_reads_back(number: int) -> None:
    for words in said(number):
        assert re.fullmatch(NUMERAL, words), words
        assert read(words) == Numeral(number), words


@given(WHOLE, st.data())
def test_a_numeral_that_lost_a_character_is_never_a_number_of_another_size(number: int, data: st.DataObject) -> None:
    """A slip (三万零五百 without 零, 一亿二千三) is unsure, or one of the numbers that are said so."""
    full = in_full(number)
    at = data.draw(st.integers(min_value=0, max_value=len(full) - 1))
    words = full[:at] + full[at + 1 :]
    found = read(words) if words else None
    if found is not None and not found.vague:
        told = said(int(found.value))
        assert {words, re.sub(f"(?<![{_DIGITS[1:]}])十", "一十", words)} & told


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("两千六", 2600), ("三万五", 35_000), ("1万2", 12_000), ("一百二", 120), ("三千零五", 3005),
        ("两万三千", 23_000),
        ("1.5万", 15_000), ("三点五万", 35_000), ("0.29万", 2900), ("十万八", 108_000), ("一亿二", 120_000_000),
        ("一百一十五", 115), ("一百十五", 115), ("二〇二四", 2024), ("3个亿", 300_000_000), ("1亿500万", 105_000_000),
        ("三万亿", 3e12), ("一万二千亿", 1.2e12), ("3千5", 3500), ("2万3千5", 23_500), ("3万500", 30_500),
        ("5k", 5000),
        ("零", 0), ("零点五", 0.5), ("两", 2), ("1,200万", 12_000_000), ("300 万", 3_000_000), ("三万零五千", 35_000),
    ],
)  # fmt: skip
def test_numbers(words: str, value: float) -> None:
    assert re.fullmatch(NUMERAL, words)
    assert read(words) == Numeral(value)


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("五六万", 50_000), ("三四百", 300), ("二三十", 20), ("十七八", 17), ("三五", 3), ("三万二三", 32_000),
        ("十几万", 100_000),
        ("几十万", 100_000), ("二十几", 20), ("数百", 100), ("百八十", 180), ("万五", 10_005), ("三万五百", 30_500),
        ("一千五十", 1050), ("一百二万", 1_020_000), ("一亿二千三", 100_002_003), ("五八", 5), ("一百零", 100),
    ],
)  # fmt: skip
def test_what_may_be_several_numbers_is_vague(words: str, near: float) -> None:
    assert read(words) == Numeral(near, vague=True)


@pytest.mark.parametrize("words", ["百", "万", "千万", "亿", "1" * 5000, "1" * 5000 + "万5"])
def test_what_tells_no_number(words: str) -> None:
    assert read(words) is None


@pytest.mark.parametrize(("text", "found"), [("50千瓦", "50"), ("三千瓦", "三"), ("五百千瓦", "五百"), ("50kW", "50")])
def test_the_unit_is_no_part_of_the_number(text: str, found: str) -> None:
    match = re.search(NUMERAL, text)
    assert match
    assert match[0] == found


@given(st.text(alphabet="零〇一二两三四五六七八九十百千万亿点几数个wk0123456789,. ", max_size=60))
def test_any_run_is_read_or_not_and_never_fails(text: str) -> None:
    for match in re.finditer(NUMERAL, text):
        found = read(match[0])
        assert found is None or found.value >= 0
