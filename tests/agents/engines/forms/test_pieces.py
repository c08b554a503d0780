"""What a model may point at in a text is exactly the text."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engines.forms.pieces import MOST_CLAUSES, MOST_WORDS, clauses, days, figures, joined, options, words
from tests.agents.engines.forms.making import TEXTS


@given(TEXTS)
def test_clauses_joined_are_the_text(text: str) -> None:
    parts = clauses(text)
    assert "".join(parts) == text
    assert 1 <= len(parts) <= MOST_CLAUSES


@given(TEXTS, st.integers(0, 20), st.integers(0, 20))
def test_words_are_where_they_say_and_joined_ones_verbatim(text: str, first: int, last: int) -> None:
    found = words(text)
    assert len(found) <= MOST_WORDS
    assert all(text[word.start : word.end] == word.text for word in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    said = joined(text, first, last)
    assert said in text
    assert bool(said) == (first <= last < len(found))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("，你好", ["，你好"]),
        ("营业收入2,000万元，职工8人", ["营业收入2,000万元，", "职工8人"]),
        ("早上8:30来的:没人", ["早上8:30来的:", "没人"]),
        ("好的。 再见！", ["好的。 ", "再见！"]),
        ("", [""]),
        ("？！", ["？！"]),
        ("甲\n乙", ["甲\n", "乙"]),
    ],
)
def test_a_text_is_cut_after_its_punctuation_and_not_within_a_number(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("市第一人民医院附近哪里能停车", "市第一人民医院"),
        ("第三中学今年招多少人", "第三中学"),
        ("从云岭大道去B12创业园怎么走", "B12创业园"),
        ("⟦地址1⟧旁边有公厕吗", "⟦地址1⟧"),
        ("和平路小学是哪个学区", "和平路小学"),
        ("CBD-2号地块多大", "CBD-2号地块"),
    ],
)
def test_any_name_can_be_pointed_at_exactly(text: str, name: str) -> None:
    found = words(text)
    start = text.index(name)
    first = next(n for n, word in enumerate(found) if word.start == start)
    last = next(n for n, word in enumerate(found) if word.end == start + len(name))
    assert joined(text, first, last) == name


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("去年营业额三百二十万，研发花了180.5万", [3_200_000, 1_805_000]),
        ("占百分之三点五，另外还有3.5%", [0.035, 0.035]),
        ("营业收入2,000万元", [20_000_000]),
        ("连我一共48个人", [48]),
        ("去年11月拿的证，2024年3月5号注册，6月1日开业", []),
        ("⟦手机1⟧打不通，0511-12345678也不行", []),
        ("第三中学一次性招了三百多万", []),
        ("营业额三百来万，五六个人", []),
        ("批发和零售业，等了十分钟", [10]),
        ("同一个项目一般奖十一万", [110_000]),
        ("上一年度投资1.2亿", [120_000_000]),
    ],
)
def test_figures_are_the_values_that_a_text_holds(text: str, values: list[float]) -> None:
    assert [figure.value for figure in figures(clauses(text))] == pytest.approx(values)


def test_a_bound_is_a_figure_of_a_rule_and_no_value_of_a_person() -> None:
    parts = clauses("职工不到300人，女职工120人")
    assert [figure.value for figure in figures(parts)] == [300, 120]
    assert [figure.value for figure in figures(parts, bounds=False)] == [120]


def test_a_figure_is_shown_with_the_words_around_it() -> None:
    text = "对获得国家级、省级称号的重点企业和专业园区，分别给予最高50万元、20万元的奖励"
    first, second = (figure.shown([text]) for figure in figures([text]))
    assert first.startswith("500000（第0句“")
    assert "50万" in first
    assert second.startswith("200000（第0句“")
    assert "20万" in second
    assert len(second) < 45


def test_days_are_named_by_clause() -> None:
    parts = clauses("证是去年11月拿的，公司2021年3月8日注册，昨天才知道")
    assert days(parts, date(2026, 5, 20)) == {0: date(2025, 11, 1), 1: date(2021, 3, 8)}


def test_of_a_long_list_only_what_is_like_the_text_is_offered() -> None:
    long = {f"x{n}": f"甲{n}乙" for n in range(150)} | {"soft": "软件和信息技术服务业", "retail": "零售业"}
    assert options(long, "我们是做软件的", 16) == ["soft"]
    assert options(long, "毫不相干", 16) == []
    assert options({"a": "甲", "b": "乙"}, "毫不相干", 16) == ["a", "b"]
    assert len(options(long, "甲1乙甲2乙甲3乙", 2)) == 2
