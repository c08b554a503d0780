"""Invented values whose check digits are computed, so that no real person's number stands in a test."""

from __future__ import annotations

from stdnum import luhn
from stdnum.cn import ric, uscc

from city.privacy import find

MOBILE = "13800000000"


def id_card(region: str = "110101", born: str = "19900307", order: str = "000") -> str:
    first = region + born + order
    return first + str(ric.calc_check_digit(first + "0"))


def id_card_with_x() -> str:
    return next(card for order in range(1000) if (card := id_card(order=f"{order:03}")).endswith("X"))


def bank_card(first: str = "622202000000000000") -> str:
    return first + str(luhn.calc_check_digit(first))


def credit_code(first: str = "91110108MA0000000") -> str:
    return first + str(uscc.calc_check_digit(first + "0"))


def found(text: str) -> list[tuple[str, str]]:
    """What ``find`` reports, as (type, characters) in text order."""
    return [(span.type, text[span.start : span.end]) for span in find(text)]
