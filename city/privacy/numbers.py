"""Numbers with a form or a check digit: ID cards, bank cards, phones, credit codes. All take folded text.

ID card: GB 11643-1999 (ISO 7064 MOD 11-2). Credit code: GB 32100-2015. Bank card: ISO/IEC 7812 (Luhn).
Every pattern has a bounded length and each digit admits one way to match, so the scan is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from stdnum import luhn
from stdnum.cn import ric, uscc

from city.privacy.context import is_other, says
from city.privacy.spans import Span

_GAP = r"[ \-\u200b]{0,2}"
_SEPARATORS = re.compile(r"[ \-\u200b.]")
_ID_18 = re.compile(rf"(?=((?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?!\d)))")
_ID_15 = re.compile(r"(?<!\d)[1-9]\d{14}(?!\d)")
_CARD = re.compile(rf"(?=((?<![\dA-Za-z])\d(?:{_GAP}\d){{14,18}}(?![\dA-Za-z])))")
_CODE = re.compile(
    rf"(?=((?<![0-9A-Za-z])[1-9ANYany][1-9](?:{_GAP}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]){{16}}(?![0-9A-Za-z])))"
)
# GB/T 2260 codes of provinces; 83 is the residence permit of Taiwan compatriots, 91 that of some foreigners.
_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_REGISTRARS = re.compile("1[1239]|2[19]|3[1-59]|4[19]|5[1-59]|6[129]|7[129]|8[19]|9[1-3]|A[19]|N[1-39]|Y1")
_ISSUERS = re.compile(r"62|4|5[1-5]|2[2-7]|35|3[47]|60|65|81|9[4-9]")
_GROUPED_BY_FOUR = re.compile(
    r"\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?|\d{6}[ -]\d{8,13}|\d(?:[ -]\d)+|\d{4}[ -]\d{6}[ -]\d{5}"
)


def bare(text: str) -> str:
    """A number without its spaces, dashes, dots and invisible characters."""
    return _SEPARATORS.sub("", text)


def _born(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return day.year >= 1900 and day <= date.today()


def id_cards(text: str) -> Iterator[Span]:
    """18-digit ID cards whose check digit, province and birth date hold; 15-digit ones where the words say so."""
    for match in _ID_18.finditer(text):
        number = bare(match[1]).upper()
        if _PROVINCES.match(number) and _born(number[6:14]) and ric.calc_check_digit(number) == number[-1]:
            yield Span(match.start(1), match.end(1), "id_card")
    for match in _ID_15.finditer(text):
        number = match[0]
        if _PROVINCES.match(number) and _born("19" + number[6:12]) and says("id_card", text, match.start()):
            yield Span(*match.span(), "id_card")


def bank_cards(text: str) -> Iterator[Span]:
    """15 to 19 digits that pass Luhn and start as issuers' numbers do; UnionPay's without Luhn where the words say so.

    A mistyped card is still most of somebody's card, hence the second rule.
    """
    for match in _CARD.finditer(text):
        start, end = match.span(1)
        number = bare(match[1])
        plain = match[1].replace("\u200b", "")
        if plain != number and not _GROUPED_BY_FOUR.fullmatch(plain):
            continue
        named = says("bank_card", text, start)
        if not _card_number(number, named):
            continue
        if named or not is_other(text, start, end):
            yield Span(start, end, "bank_card")


def _card_number(number: str, named: bool) -> bool:
    if not _ISSUERS.match(number) or len(set(number)) == 1:
        return False
    if len(number) == 15:
        return number[:2] in ("34", "37") and luhn.is_valid(number)
    return luhn.is_valid(number) or (named and number.startswith("62"))


def credit_codes(text: str) -> Iterator[Span]:
    """Unified social credit codes whose registrar, region and check character hold."""
    for match in _CODE.finditer(text):
        number = bare(match[1]).upper()
        place = _PROVINCES.match(number, 2) or number[2:4] == "10"
        if not place or not _REGISTRARS.match(number) or len(set(number)) == 1 or not uscc.is_valid(number):
            continue
        named = says("credit_code", text, match.start(1))
        if named or not number.isdigit() or not is_other(text, match.start(1), match.end(1)):
            yield Span(match.start(1), match.end(1), "credit_code")
