from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from knowledge.eligibility.facts import Fact
from knowledge.eligibility.said import amounts, day_said, number_said
from tests.knowledge.eligibility.making import DAY


def number(kind: str, unit: str = "") -> Fact:
    return Fact.model_validate({"id": "firm.n", "label": "数", "type": kind, "unit": unit, "question": "?"})


MONEY, RATIO, MONTHS, PEOPLE, POWER = (
    number("money", "元"), number("ratio"), number("integer", "月"), number("integer", "人"), number("number", "千瓦"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        (MONEY, "12.5万元", 125_000), (MONEY, "三百来万", 3_000_000), (MONEY, "1万亿", 1e12), (MONEY, "三百多万", None),
        (MONEY, "300万以下", None), (MONEY, "不到300万", None), (MONEY, "至少5000元", None), (MONEY, "12个月", None),
        (MONEY, "3.5%", None), (RATIO, "百分之三点五", 0.035), (RATIO, "0.035", 0.035), (RATIO, "12", 0.12),
        (MONTHS, "2年", 24), (MONTHS, "18个月", 18), (MONTHS, "18个人", None), (PEOPLE, "18个人", 18),
        (PEOPLE, "3年", None),
        (POWER, "50千瓦", 50), (POWER, "三千瓦", 3), (POWER, "五百千瓦", 500), (PEOPLE, "没有", None),
    ],
)  # fmt: skip
def test_numbers_as_answers(fact: Fact, text: str, value: float | None) -> None:
    assert number_said(fact, text, asked=True) == (None if value is None else pytest.approx(value))


def test_an_answer_has_one_number_a_sentence_its_first_or_last() -> None:
    two = "100万和200万"
    assert number_said(MONEY, two, asked=True) is None
    assert number_said(MONEY, two, asked=False) == 1_000_000
    assert number_said(MONEY, two, asked=False, last=True) == 2_000_000


def test_a_plain_number_is_a_ratio_of_hundred_only_where_it_was_asked_for() -> None:
    assert number_said(RATIO, "3.5", asked=True) == pytest.approx(0.035)
    assert number_said(RATIO, "3.5", asked=False) is None


def test_amounts_tell_what_follows_them_and_how_they_were_told() -> None:
    (one,) = amounts("三十余人")
    assert (one.value, one.vague, one.percent) == (30.0, True, False)
    (one,) = amounts("3.5%的利率")
    assert (one.value, one.after, one.percent) == (3.5, "的利率", True)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年3月5号", date(2024, 3, 5)), ("20190315", date(2019, 3, 15)), ("去年九月", date(2025, 9, 1)),
        ("前年12月31日", date(2024, 12, 31)), ("明年1月", date(2027, 1, 1)), ("今年十一月", date(2026, 11, 1)),
        ("去年", None), ("9月", None), ("2023年2月30日", None), ("", None),
    ],
)  # fmt: skip
def test_days(text: str, day: Any) -> None:
    assert day_said(text, DAY) == day
