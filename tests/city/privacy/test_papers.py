from __future__ import annotations

import pytest

from tests.city.privacy.values import MOBILE, found


@pytest.mark.parametrize(
    "plate",
    ["京A12345", "沪B·67890", "粤b 12345", "浙AD12345", "川A123AB", "京A1234警", "粤Z1234港", "使224·578", "WJ京12345"],
)
def test_plate(plate: str) -> None:
    assert found(f"车牌{plate}停在门口") == [("plate", plate)]


@pytest.mark.parametrize("text", ["京A123", "中A12345", "京A级景区", "鲁迅文集", "使100000人受益", "云P2P平台"])
def test_no_plate(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    ["护照号E00000000", "护照号码：EA0000000", "港澳通行证C00000000", "passport number C00000000", "G00000000（护照）"],
)
def test_passport_where_the_words_say_so(text: str) -> None:
    assert [kind for kind, _ in found(text)] == ["passport"]


@pytest.mark.parametrize("text", ["编号G00000000的订单", "Commit hash A00000000 merged", "版本V20250101"])
def test_no_passport_by_form_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "address", ["zhang@example.com", "z.w+tag@mail.example.co", "ZHANG@EXAMPLE.COM", "ｚ＠ｅ．ｃｏｍ"]
)
def test_email(address: str) -> None:
    assert found(f"发到{address}，谢谢") == [("email", address)]


def test_email_made_of_a_phone_number_is_one_email() -> None:
    assert found(f"{MOBILE}@example.com") == [("email", f"{MOBILE}@example.com")]


def test_emails_in_a_link() -> None:
    assert found("[a@b.com](mailto:a@b.com)") == [("email", "a@b.com"), ("email", "a@b.com")]


@pytest.mark.parametrize("text", ["user@host", "@", "a..b@example.com", ".a@example.com", "@example.com", "a@.com"])
def test_no_email(text: str) -> None:
    assert found(text) == []
