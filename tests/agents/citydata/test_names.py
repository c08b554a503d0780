from __future__ import annotations

import pytest

from agents.citydata.names import Names

SCHOOLS = [
    "某市第一中学",
    "某市第二中学",
    "某市实验小学",
    "东区实验小学",
    "东区第三小学",
    "西区三里小学",
    "文庙街小学（北校区）",
]
NAMES = Names(
    [(name, ["老一中"] if name == "某市第一中学" else []) for name in SCHOOLS], ["某市", "某", "东区", "西区", "第"]
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("某市第二中学还有学位吗", ["某市第二中学"]),
        ("第二中学还有学位吗", ["某市第二中学"]),
        ("老一中怎么走", ["某市第一中学"]),
        ("三里小学招多少人", ["西区三里小学"]),
        ("文庙街小学", ["文庙街小学（北校区）"]),
        ("实验小学", ["某市实验小学", "东区实验小学"]),
        ("东区实验小学", ["东区实验小学"]),
        ("第一中学和第二中学哪个大", ["某市第一中学", "某市第二中学"]),
    ],
)
def test_the_row_that_is_named(text: str, names: list[str]) -> None:
    assert [hit.name for hit in NAMES.find(text)] == names


def test_a_name_said_in_part_is_found_and_a_common_word_is_not() -> None:
    assert [hit.name for hit in NAMES.find("文庙小学北校区在哪")] == ["文庙街小学（北校区）"]
    assert NAMES.find("哪个小学好") == []
    assert NAMES.find("今天天气") == []
    assert NAMES.find("") == []


def test_spans_lie_in_the_text() -> None:
    for text in ("去第二中学", "文庙小学北校区在哪"):
        for hit in NAMES.find(text):
            assert 0 <= hit.start < hit.end <= len(text)


def test_a_number_within_a_number_is_no_name() -> None:
    lines = Names([("9路", ()), ("十路", ()), ("P1停车场", ("P1",))], ())
    assert [hit.name for hit in lines.find("9路几点收车")] == ["9路"]
    assert lines.find("99路几点收车") == []
    assert lines.find("二十路几点收车") == []
    assert [hit.name for hit in lines.find("会展P1")] == ["P1停车场"]
    assert lines.find("会展P12") == []
