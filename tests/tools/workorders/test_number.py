from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.errors import BadInput
from tools.workorders.number import number, read_number

NAME = number("YL", date(2026, 11, 26), 17)


def test_a_number_is_read_as_people_give_it() -> None:
    assert NAME.startswith("YL-20261126-000017-")
    assert read_number(NAME) == NAME
    assert read_number(f" {NAME.lower().replace('-', ' ')} ") == NAME


@given(st.integers(3, 15), st.integers(1, 9))
def test_a_wrong_digit_is_found(place: int, step: int) -> None:
    digits = NAME.replace("-", "")
    wrong = digits[:place] + str((int(digits[place]) + step) % 10) + digits[place + 1 :]
    with pytest.raises(BadInput, match="no work order number"):
        read_number(wrong)


@pytest.mark.parametrize("text", ["", "12345", "YL-20261126", "查一下我的单子"])
def test_what_is_no_number_is_said(text: str) -> None:
    with pytest.raises(BadInput):
        read_number(text)
