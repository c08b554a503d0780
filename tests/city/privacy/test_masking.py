from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.privacy import Vault, find, mask
from tests.city.privacy.values import MOBILE, bank_card, credit_code, id_card

_VALUES = [MOBILE, id_card(), bank_card(), credit_code(), "0600-55000001", "京A12345", "z@example.com", "E00000000"]
_WORDS = ["王小明", "李芳", "我叫", "联系人", "先生", "手机", "身份证", "护照", "订单号", "元", "的", "和", "一"]
_PLACES = ["地址：", "住在", "云城区人民路", "12号", "3栋", "501室", "村", "路"]
_MARKS = ["，", "。", " ", "-", "1", "86", "⟦手机1⟧", "⟦", "⟧", "\u200b", "１", "a", "@", "\n"]
_PIECES = st.sampled_from([*_VALUES, *_WORDS, *_PLACES, *_MARKS])
UNTIMED = settings(deadline=None)
TEXTS = st.one_of(st.lists(_PIECES, max_size=14).map("".join), st.text(max_size=40))


@UNTIMED
@given(TEXTS)
def test_unmasking_gives_the_text_back(text: str) -> None:
    masked = mask(text)
    assert masked.vault.unmask(masked.text) == text


@UNTIMED
@given(TEXTS)
def test_masking_a_masked_text_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once.text, Vault.from_json(once.vault.to_json())).text == once.text
    assert mask(once.text).text == once.text


@UNTIMED
@given(TEXTS)
def test_spans_are_in_order_and_apart(text: str) -> None:
    spans = find(text)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@UNTIMED
@given(TEXTS, TEXTS)
def test_turns_of_one_talk_share_a_vault(first: str, second: str) -> None:
    vault = Vault()
    masked = [mask(text, vault).text for text in (first, second)]
    if "⟦" not in first + second:
        assert [vault.unmask(text) for text in masked] == [first, second]


def test_numbering_goes_on_over_turns() -> None:
    vault = Vault()
    assert mask(f"打{MOBILE}", vault).text == "打⟦手机1⟧"
    assert mask(f"再打{MOBILE}或13900000000", vault).text == "再打⟦手机1⟧或⟦手机2⟧"


def test_an_empty_vault_that_is_given_is_the_one_used() -> None:
    vault = Vault()
    assert mask(MOBILE, vault).vault is vault
    assert vault.unmask("⟦手机1⟧") == MOBILE


def test_a_token_written_by_the_user_never_stands_for_a_value() -> None:
    masked = mask(f"⟦手机1⟧是谁的？我的是{MOBILE}")
    assert masked.text == "⟦手机1⟧是谁的？我的是⟦手机2⟧"
    assert masked.vault.unmask("⟦手机1⟧") == "⟦手机1⟧"


def test_a_token_written_in_one_turn_is_not_given_out_in_the_next() -> None:
    vault = Vault()
    mask("⟦手机1⟧是谁的？", vault)
    again = Vault.from_json(vault.to_json())
    assert mask(MOBILE, again).text == "⟦手机2⟧"


def test_nothing_is_found_inside_a_token() -> None:
    assert find("⟦我叫王小明⟧") == []
    assert find(f"⟦{MOBILE}⟧") == []


@pytest.mark.parametrize("text", ["", " ", "今天天气不错，适合出去散步", "每平方米1.38万元，2026年11月20日8:30-17:00"])
def test_text_without_personal_data_stays_as_it_is(text: str) -> None:
    masked = mask(text)
    assert (masked.text, masked.spans, bool(masked.vault)) == (text, (), False)
