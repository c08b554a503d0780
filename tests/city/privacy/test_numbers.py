from __future__ import annotations

import pytest

from tests.city.privacy.values import bank_card, credit_code, found, id_card, id_card_with_x


def other_digit(number: str) -> str:
    """The number with a wrong check digit."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def test_id_card_in_a_sentence() -> None:
    card = id_card()
    assert found(f"我的身份证号是{card}，请核实") == [("id_card", card)]


def test_id_card_needs_no_word_beside_it() -> None:
    assert found(id_card()) == [("id_card", id_card())]


@pytest.mark.parametrize("separator", [" ", "-", "\u200b"])
def test_id_card_in_groups(separator: str) -> None:
    card = id_card()
    written = separator.join((card[:6], card[6:14], card[14:]))
    assert found(f"身份证 {written}") == [("id_card", written)]


def test_id_card_ending_in_x() -> None:
    card = id_card_with_x()
    assert found(card) == [("id_card", card)]
    assert found(card.lower()) == [("id_card", card.lower())]


def test_id_card_in_full_width_digits_keeps_the_offsets_of_the_original() -> None:
    wide = id_card().translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    assert found(f"证：{wide}。") == [("id_card", wide)]


@pytest.mark.parametrize(
    "card",
    [
        pytest.param(other_digit(id_card()), id="check digit"),
        pytest.param(id_card(region="000000"), id="no such province"),
        pytest.param(id_card(born="19901307"), id="month 13"),
        pytest.param(id_card(born="19900230"), id="30 February"),
        pytest.param(id_card(born="29900101"), id="not born yet"),
        pytest.param("1" + id_card(), id="19 digits"),
        pytest.param(id_card()[:6] + ". " + id_card()[6:], id="over the end of a sentence"),
    ],
)
def test_no_id_card(card: str) -> None:
    assert "id_card" not in dict(found(f"身份证{card}"))


def test_old_id_card_only_where_the_words_say_so() -> None:
    assert found("身份证110101900307123") == [("id_card", "110101900307123")]
    assert found("110101900307123") == []
    assert found("身份证110101901307123") == []


def test_bank_card_alone_and_in_groups() -> None:
    card = bank_card()
    grouped = " ".join(card[at : at + 4] for at in range(0, len(card), 4))
    assert found(card) == [("bank_card", card)]
    assert found(f"卡号（工商银行）：{grouped}") == [("bank_card", grouped)]


def test_bank_card_without_luhn_only_where_the_words_say_so() -> None:
    wrong = other_digit(bank_card())
    assert found(f"银行卡{wrong}") == [("bank_card", wrong)]
    assert found(wrong) == []


@pytest.mark.parametrize("text", ["订单号：{}", "流水号{}", "金额{}元", "1.{}", "编号:{}"])
def test_number_named_as_something_else(text: str) -> None:
    assert found(text.format(bank_card())) == []


def test_credit_code_in_either_case() -> None:
    code = credit_code()
    assert found(f"统一社会信用代码{code}") == [("credit_code", code)]
    assert found(f"代码：{code.lower()}") == [("credit_code", code.lower())]


@pytest.mark.parametrize("code", [other_digit(credit_code()), credit_code()[:-1], "1" * 18])
def test_no_credit_code(code: str) -> None:
    assert "credit_code" not in dict(found(f"信用代码{code}"))
