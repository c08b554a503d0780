from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.eligibility.facts import Fact
from knowledge.eligibility.said import amounts, day_said, number_said
from tests.knowledge.eligibility.making import DAY
from tests.knowledge.eligibility.test_numerals import said


def number(kind: str, unit: str = "") -> Fact:
    return Fact.model_validate({"id": "firm.n", "label": "数", "type": kind, "unit": unit, "question": "?"})


MONEY, RATIO, MONTHS, PEOPLE, POWER = (
    number("money", "元"), number("ratio"), number("integer", "月"), number("integer", "人"), number("number", "千瓦"),
)  # fmt: skip
AREA, DAYS, YEARS, AGE = (
    number("number", "平方米"), number("integer", "日"), number("number", "年"), number("integer", "周岁"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        (MONEY, "12.5万元", 125_000), (MONEY, "三百来万", None), (MONEY, "1万亿", 1e12), (MONEY, "三百多万", None),
        (MONEY, "300万以下", None), (MONEY, "不到300万", None), (MONEY, "至少5000元", None), (MONEY, "12个月", None),
        (MONEY, "3.5%", None), (RATIO, "百分之三点五", 0.035), (RATIO, "0.035", 0.035), (RATIO, "12", 0.12),
        (MONTHS, "2年", 24), (MONTHS, "18个月", 18), (MONTHS, "18个人", None), (PEOPLE, "18个人", 18),
        (PEOPLE, "3年", None),
        (POWER, "50千瓦", 50), (POWER, "三千瓦", 3), (POWER, "五百千瓦", 500), (PEOPLE, "没有", None),
    ],
)  # fmt: skip
def test_numbers_as_answers(fact: Fact, text: str, value: float | None) -> None:
    assert number_said(fact, text, asked=True) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        (MONEY, "两千六", 2600), (MONEY, "三万五", 35_000), (MONEY, "1万2", 12_000), (MONEY, "一百二", 120),
        (MONEY, "三千零五", 3005), (MONEY, "两万三千块", 23_000), (MONEY, "1.5万", 15_000), (MONEY, "四千五元", 4500),
        (MONEY, "30w", 300_000), (MONEY, "3个亿", 3e8), (MONEY, "300 万元", 3e6), (MONEY, "千万别弄错，是300万", 3e6),
        (MONEY, "最近300万", 3e6),
        (RATIO, "百分之三", 0.03), (RATIO, "千分之五", 0.005), (RATIO, "5‰", 0.005), (RATIO, "三分之一", 1 / 3),
        (RATIO, "一半", 0.5), (RATIO, "三成", 0.3), (RATIO, "百分之百", 1),
        (MONTHS, "半年", 6), (MONTHS, "一年半", 18), (MONTHS, "两年半", 30), (MONTHS, "1年3个月", 15),
        (MONTHS, "18月", 18),
        (MONTHS, "三年零两个月", 38), (MONTHS, "从上半年开始交了8个月", 8), (MONTHS, "三个半月", 3.5),
        (MONTHS, "半个月", 0.5),
        (YEARS, "一年半", 1.5), (YEARS, "18个月", 1.5), (YEARS, "2年", 2), (DAYS, "30天", 30),
        (AREA, "一百二十平", 120), (AREA, "120平米", 120), (AREA, "120㎡", 120), (AGE, "八十二岁", 82),
        (POWER, "50kW", 50), (PEOPLE, "一共18个人", 18), (PEOPLE, "18名", 18),
    ],
)  # fmt: skip
def test_numbers_as_people_say_them(fact: Fact, text: str, value: float) -> None:
    assert number_said(fact, text, asked=True) == pytest.approx(value)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (MONEY, "十来万"), (MONEY, "五六万"), (MONEY, "十几万"), (MONEY, "几十万"), (MONEY, "上千万"),
        (MONEY, "三万五百"),
        (MONEY, "3到5万"), (MONEY, "3-5万元"), (MONEY, "三万至五万"), (MONEY, "5、6万"), (MONEY, "近300万"),
        (MONEY, "300万出头"), (MONEY, "300元多"), (MONEY, "300万不到"), (MONEY, "-300万"), (MONEY, "三块五"),
        (MONEY, "(万元)300"), (MONEY, "（单位：万元）300"), (MONEY, "5万美元"), (MONEY, "一百二十平"),
        (RATIO, "百分之三四"), (RATIO, "百分之十几"), (RATIO, "30-50%"), (RATIO, "百分之三到五"), (RATIO, "三成半"),
        (RATIO, "5年"),
        (MONTHS, "大半年"), (MONTHS, "一年多"), (MONTHS, "两三年"), (MONTHS, "一两个月"), (MONTHS, "2024年"),
        (MONTHS, "9月"),
        (MONTHS, "下半年"), (MONTHS, "2024年3个月"), (MONEY, "一年半"), (PEOPLE, "半年"), (YEARS, "2024年"),
        (PEOPLE, "几百人"), (PEOPLE, "百来人"), (PEOPLE, "十七八个人"), (PEOPLE, "百货"), (AGE, "七八十岁"),
        (AGE, "60到70岁"),
        (AREA, "2亩"), (AREA, "3平方公里"), (POWER, "5000瓦"),
    ],
)  # fmt: skip
def test_what_is_unsure_or_counts_something_else_has_to_be_asked(fact: Fact, text: str) -> None:
    assert number_said(fact, text, asked=True) is None
    assert number_said(fact, text, asked=False) is None


def test_a_vague_number_beside_a_name_does_not_give_way_to_the_next_one() -> None:
    assert number_said(MONEY, "五六百万，利润30万", asked=False) is None
    assert number_said(MONEY, "不到300万，利润30万", asked=False) is None
    assert number_said(MONEY, "30万，五六百万", asked=False) == 300_000
    assert number_said(MONEY, "五六万，也许10万", asked=True) is None
    assert number_said(MONEY, "100万、200万", asked=True) is None


def test_the_ends_of_a_range_are_bounds_in_the_unit_of_both() -> None:
    ends = [(one.value, one.bound, one.percent) for one in amounts("3到5万元，30-50%", bounds=True)]
    assert ends == [(30_000, True, False), (50_000, True, False), (30, True, True), (50, True, True)]
    assert list(amounts("3到5万元")) == []


MANY = st.integers(min_value=1, max_value=10**8)


@given(MANY, st.sampled_from(["元", "块", "块钱", "", "左右", "。"]))
def test_a_sum_is_read_in_every_way_it_is_said(number: int, after: str) -> None:
    for words in said(number):
        found = number_said(MONEY, f"大概{words}{after}", asked=True)
        assert found == number, words


@given(MANY, st.sampled_from(["不到{}", "{}以上", "{}多", "{}到{}", "{}-{}", "超过{}"]))
def test_no_bound_and_no_range_is_a_value(number: int, frame: str) -> None:
    for words in said(number):
        assert number_said(MONEY, frame.format(words, words), asked=True) is None, words


@given(st.text(alphabet="一二三百万点几半年月个多到至-、（）万元:： %0123456789,.分之成来余", max_size=80))
def test_any_text_can_be_listened_to(text: str) -> None:
    for amount in amounts(text, bounds=True):
        assert amount.value >= 0
        assert text.endswith(amount.after)


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
