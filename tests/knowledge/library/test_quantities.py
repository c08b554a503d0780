from __future__ import annotations

import pytest

from knowledge.library.quantities import parse_number, quantities


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("十", 10), ("十五", 15), ("二十", 20), ("一百零五", 105), ("三千六百", 3600), ("两万", 20_000),
        ("一亿二千万", 120_000_000), ("三万亿", 3e12),
        ("十二万三千", 123_000), ("二〇二六", 2026),
        ("1,500", 1500), ("０６", 6), ("3.5", 3.5),
    ],
)  # fmt: skip
def test_numbers(words: str, value: float) -> None:
    assert parse_number(words) == value


@pytest.mark.parametrize("words", ["", "abc", "."])
def test_what_is_no_number(words: str) -> None:
    assert parse_number(words) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("前十五分钟免费", [("time", 15)]),
        ("在2小时内到场", [("time", 120)]),
        ("五个工作日内办结", [("working day", 5)]),
        ("处二百元以上一千元以下罚款", [("money", 200), ("money", 1000)]),
        ("最高3万元", [("money", 30_000)]),
        ("不超过百分之三十", [("share", 30)]),
        ("连续缴满3个月或者一年", [("month", 3), ("month", 12)]),
        ("面积60平方米、限高24米", [("area", 60), ("length", 24)]),
        ("年满六十五周岁", [("age", 65)]),
        ("室温不低于18℃", [("heat", 18)]),
    ],
)
def test_amounts_in_their_measure(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(q.measure, q.value) for q in quantities(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "自2024年7月1日起施行", "二〇二四年三月二十八日通过", "依照第十二条第三款第（二）项",
        "11月15日至次年",
        "每年十一月十五日前后",
        "第八届人大常委会公告第12号", "云政发〔2024〕12号", "一、总则", "统一管理", "第一百二十条之一",
    ],
)  # fmt: skip
def test_dates_and_numbering_are_no_amounts(text: str) -> None:
    assert quantities(text) == []


def test_spans_are_where_the_words_stand() -> None:
    text = "自2024年7月1日起，前15分钟免费，每小时5元。"
    found = quantities(text)
    assert [text[q.start : q.end] for q in found] == [q.words for q in found]
    assert [q.words for q in found] == ["15分钟", "5元"]
