"""What stands right before and after a number: the words that say what it is, and those that say it is nothing."""

from __future__ import annotations

import re
from functools import cache

from city.privacy.words import any_of, words

_REACH = 16
_MARKS = r"[ :#=*\[\"'\-\u200b是为(,]{0,4}$"
# "银行卡号(工商银行):" may hold a few words of its own; what denies ("订单号:") must stand right before the number.
_LINK = {"other": r"(?:编?号|号码|码|代码|no\.?|number|id)?" + _MARKS}
_LOOSE_LINK = r"(?:[\w()/·]{0,8}?| (?:number|no\.?|card) ?)" + _MARKS
_ENGLISH = {
    "id_card": ("id card", "identity", "id no", "id number"),
    "bank_card": ("card", "visa", "mastercard", "account"),
    "phone": ("tel", "phone", "mobile", "cell", "call", "fax"),
    "plate": ("plate",),
    "passport": ("passport",),
    "credit_code": ("uscc", "credit code"),
    "other": ("order", "isbn", "version", "sku", "invoice", "tracking", "commit", "product code", "serial"),
}


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    listed = words().context[kind] + _ENGLISH[kind]
    return re.compile(any_of(listed) + _LINK.get(kind, _LOOSE_LINK), re.IGNORECASE)


def says(kind: str, text: str, start: int) -> bool:
    """Whether the words right before ``start`` name a number of ``kind`` (a key of ``context`` in words.yaml)."""
    return bool(_pattern(kind).search(text[max(0, start - _REACH) : start]))


@cache
def _amount() -> re.Pattern[str]:
    return re.compile(f" ?{any_of(words().amount_units)}")


_OPERATOR_AFTER = re.compile(r"\s?[*/×÷=+]\s?\d{1,6}(?![\d-]| \d)")
_OPERATOR_BEFORE = re.compile(r"\d\s?[*/×÷=+]\s?$")
_NUMBER_BESIDE = re.compile(r"(?:\d{7}|\d{3,4}[ -]\d{4})\s?[/+]\s?$")
_PART_OF_NUMBER = re.compile(r"(?:\d[.,]|[A-Za-z0-9]-|[¥￥$€£]\s?)$")


def is_figure(text: str, start: int, end: int) -> bool:
    """Whether the number is an amount, an operand, or part of a longer number or code."""
    before = text[max(0, start - 4) : start]
    if _PART_OF_NUMBER.search(before) or re.match(r"[.]\d", text[end : end + 2]):
        return True
    if _OPERATOR_BEFORE.search(before) and not _NUMBER_BESIDE.search(text[max(0, start - 14) : start]):
        return True
    return bool(_amount().match(text, end) or _OPERATOR_AFTER.match(text, end))


def is_other(text: str, start: int, end: int) -> bool:
    """Whether the number is a figure (above) or named as an order, serial or version number."""
    return is_figure(text, start, end) or says("other", text, start)
