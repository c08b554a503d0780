from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.emergencies.hearing import hear, number_of
from tools.emergencies.plans import Book, FactValue


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3,000", 3000),
        ("2.5", 2.5),
        ("零下6", -6),
        ("1.2万", 12000),
        ("十二", 12),
        ("三百二十", 320),
        ("两", 2),
        ("1亿", 1e8),
    ],
)
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    assert number_of(text) == pytest.approx(value)


@given(st.integers(0, 10**7))
def test_digits_come_back(value: int) -> None:
    assert number_of(f"{value:,}") == value


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("燃气事故死亡1人，停气5000户，是几级", {"deaths": 1.0, "gas_cut_households": 5000.0}),
        ("24小时降雨130毫米，雨还在下", {"rain_24h": 130.0, "rain_continues": True}),
        ("中压管道泄漏，无伤亡", {"gas_leak": "medium", "casualties": False}),
        ("发生4.8级地震，房屋开裂六百间", {"magnitude": 4.8, "cracked_rooms": 600.0}),
        ("行车中断四十分钟，没有脱轨", {"line_stopped": 40.0, "derailed": False}),
        ("道路结冰黄色预警，最低气温降到零下7度", {"icing_warning": "yellow", "min_temperature": -7.0}),
        ("食物中毒45人", {"food_poisoned": 45.0}),
        ("中毒4人", {"poisoned": 4.0}),
        ("紧急转移1.2万人", {"relocated": 12000.0}),
        ("防汛二级响应谁先到场", {}),
    ],
)
def test_facts_are_heard(book: Book, text: str, facts: dict[str, FactValue]) -> None:
    assert hear(text, book.facts).facts == facts


def test_what_is_said_in_two_ways_is_not_taken(book: Book) -> None:
    heard = hear("死亡2人，也有人说死亡3人", book.facts)
    assert "deaths" not in heard.facts
    assert heard.torn == ("deaths",)


def test_the_same_said_twice_is_one(book: Book) -> None:
    assert hear("死亡2人，确认死亡两人", book.facts).facts == {"deaths": 2.0}
