from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.reading.numbers import chinese_number, numbers, unsupported


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十五", 15),
        ("二百", 200),
        ("三千零五", 3005),
        ("二〇二四", 2024),
        ("一万二千", 12000),
        ("两亿三千万", 230_000_000),
    ],
)
def test_chinese_numbers(text: str, value: int) -> None:
    assert chinese_number(text) == value


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("15分钟内免费", "停放不超过十五分钟的，免费"),
        ("罚款200元", "处二百元以上二千元以下的罚款"),
        ("60%", "百分之六十"),
        ("5万元", "五万元"),
        ("2000元", "2,000元"),
        ("3个工作日", "三个工作日"),
    ],
)
def test_the_same_number_in_another_writing_is_held(said: str, held: str) -> None:
    assert not unsupported(said, held)


@pytest.mark.parametrize(
    ("said", "held"),
    [("20分钟内免费", "十五分钟"), ("15天", "15个工作日"), ("罚款500元", "二百元以上二千元以下")],
)
def test_another_number_or_unit_is_not_held(said: str, held: str) -> None:
    assert unsupported(said, held)


@given(st.text(max_size=60))
def test_every_text_supports_itself(text: str) -> None:
    assert not unsupported(text, text)
    numbers(text)
