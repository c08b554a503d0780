from __future__ import annotations

import pytest

from city.errors import BadInput
from city.privacy import Vault, mask
from tests.city.privacy.values import MOBILE


def test_a_new_vault_is_empty_and_false() -> None:
    assert not Vault()


def test_same_value_same_token_and_numbers_go_on() -> None:
    vault = Vault()
    assert vault.token("mobile", "1") == "⟦手机1⟧"
    assert vault.token("mobile", "2") == "⟦手机2⟧"
    assert vault.token("mobile", "1") == "⟦手机1⟧"
    assert vault.token("landline", "1") == "⟦电话1⟧"
    assert vault


def test_json_brings_everything_back_and_numbering_goes_on() -> None:
    vault = Vault()
    mask(f"打{MOBILE}，别打⟦手机2⟧", vault)
    again = Vault.from_json(vault.to_json())
    assert again.unmask("⟦手机1⟧") == MOBILE
    assert again.token("mobile", MOBILE) == "⟦手机1⟧"
    assert again.token("mobile", "13900000000") == "⟦手机3⟧"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"given": 3, "foreign": []}', '{"given": [["shoe", "1", "⟦鞋1⟧"]], "foreign": []}',
     '{"given": [["name", 5, "⟦姓名1⟧"]], "foreign": []}', '{"given": [["name", "王", 5]], "foreign": []}'],
)  # fmt: skip
def test_what_is_no_vault_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="vault"):
        Vault.from_json(text)


def test_unmask_restores_only_its_own_tokens() -> None:
    vault = Vault()
    vault.token("mobile", MOBILE)
    assert vault.unmask("⟦手机1⟧⟦手机2⟧⟦姓名1⟧⟦") == f"{MOBILE}⟦手机2⟧⟦姓名1⟧⟦"


def test_a_value_is_never_read_as_a_token() -> None:
    vault = Vault()
    vault.token("name", "⟦手机1⟧")
    vault.token("mobile", MOBILE)
    assert vault.unmask("⟦姓名1⟧") == "⟦手机1⟧"


def test_labels_of_the_city() -> None:
    assert Vault().token("mobile", MOBILE, {"mobile": "Phone"}) == "⟦Phone1⟧"


@pytest.mark.parametrize("label", ["a b", "⟦", "x1", "long" * 4])
def test_unfit_label(label: str) -> None:
    with pytest.raises(BadInput, match="label"):
        Vault().token("mobile", MOBILE, {"mobile": label})
