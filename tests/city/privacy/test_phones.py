from __future__ import annotations

import pytest

from tests.city.privacy.values import MOBILE, found


@pytest.mark.parametrize(
    "written",
    [
        "13800000000",
        "138 0000 0000",
        "138-0000-0000",
        "138 00000000",
        "+8613800000000",
        "+86 138 0000 0000",
        "0086-13800000000",
        "１３８００００００００",
        "138\u200b0000\u200b0000",
        "幺三八零零零零零零零零",
        "一三八〇〇〇〇〇〇〇〇",
        "1 3 8 0 0 0 0 0 0 0 0",
    ],
)
def test_mobile_as_people_write_it(written: str) -> None:
    assert found(f"手机：{written}。") == [("mobile", written)]


@pytest.mark.parametrize(
    "text",
    [
        "12000000000",
        "1380000000",
        "138000000001",
        "13800000000 / 2 = 6900000000",
        "2 * 13800000000",
        "总额13800000000元",
        "￥13800000000",
        "版本1.13800000000",
        "113.8000000000",
        "订单号13800000000",
        "a13800000000f",
        "XJ-13800000000",
    ],
)
def test_no_mobile(text: str) -> None:
    assert found(text) == []


def test_two_mobiles_beside_each_other() -> None:
    assert [kind for kind, _ in found("13800000000 13900000000")] == ["mobile", "mobile"]
    assert [kind for kind, _ in found("13800000000/13900000000")] == ["mobile", "mobile"]


def test_mobile_touching_an_email() -> None:
    assert found(f"{MOBILE}zhang@example.com") == [("mobile", MOBILE), ("email", "zhang@example.com")]


@pytest.mark.parametrize(
    "written",
    [
        "0600-55000001",
        "(0600)55000001",
        "（０６００）５５００００01",
        "0600 5500 0001",
        "010-60000000转8012",
        "+86-10-60000000",
        "400-000-1234",
        "02060000000",
    ],
)
def test_landline_as_people_write_it(written: str) -> None:
    assert found(f"座机{written}") == [("landline", written)]


def test_local_number_only_where_the_words_say_so() -> None:
    assert found("家里电话55000001") == [("landline", "55000001")]
    assert found("共有55000001件") == []


@pytest.mark.parametrize("text", ["拨打12345", "2023-01-38000", "2024-11-20至2024-12-20", "ISBN 0-306-40615-2"])
def test_no_landline(text: str) -> None:
    assert found(text) == []
