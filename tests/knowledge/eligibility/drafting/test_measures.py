from __future__ import annotations

from datetime import date

import pytest

from knowledge.eligibility.drafting.measures import amounts, bounds, calendar_day, day_bounds, deadlines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("占比不低于3%", [("at_least", 0.03, "%")]),
        ("投资300万元以上", [("at_least", 3_000_000, "元")]),
        ("收入1,000万元以下", [("at_most", 10_000_000, "元")]),
        ("不超过36个月", [("at_most", 36, "个月")]),
        ("未满18周岁", [("less_than", 18, "周岁")]),
        ("年满80周岁", [("at_least", 80, "周岁")]),
        ("用能高于500吨标准煤", [("more_than", 500, "吨标准煤")]),
        ("装机100千瓦以上", [("at_least", 100, "千瓦")]),
        ("下降5%以上不足10%的", [("at_least", 0.05, "%"), ("less_than", 0.1, "%")]),
        ("80至89周岁", [("at_least", 80, "周岁"), ("at_most", 89, "周岁")]),
        ("面积5,000平方米以上", [("at_least", 5000, "平方米")]),
        ("奖励15万元", []),
        ("2026年1月1日以后取得", []),
        ("第3条以上规定，云科规〔2022〕9号", []),
    ],
)
def test_numbers_with_their_bounds(text: str, expected: list[tuple[str, float, str]]) -> None:
    assert [(one.side, one.amount.value, one.amount.unit) for one in bounds(text)] == expected


def test_the_words_of_a_bound_are_its_span() -> None:
    (bound,) = bounds("职工不少于50人的")
    assert "职工不少于50人的"[bound.start : bound.end] == "不少于50人"


def test_sums_and_shares() -> None:
    found = amounts("按投资额的20%补贴，最高1.5亿元，电话0511-12345678")
    assert [(one.value, one.is_share, one.is_money) for one in found] == [(0.2, True, False), (1.5e8, False, True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026年1月1日以后开工", [("at_least", date(2026, 1, 1))]),
        ("2025年12月31日以前签订", [("at_most", date(2025, 12, 31))]),
        ("2025年4月1日至2027年12月31日期间", [("at_least", date(2025, 4, 1)), ("at_most", date(2027, 12, 31))]),
        ("2025年2月30日以后", []),
        ("2025年4月1日公布", []),
    ],
)
def test_days_with_their_bounds(text: str, expected: list[tuple[str, date]]) -> None:
    assert [(one.side, one.day) for one in day_bounds(text)] == expected


def test_a_day_that_is_not_in_the_calendar_is_none() -> None:
    assert calendar_day("2024", "2", "29") == date(2024, 2, 29)
    assert calendar_day("2025", "2", "29") is None


def test_deadlines() -> None:
    assert [(u, n) for u, n, _, _ in deadlines("发证之日起6个月内申请，离校2年内")] == [("months", 6), ("years", 2)]
