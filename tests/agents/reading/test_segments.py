from __future__ import annotations

import pytest

from agents.reading.segments import MAX_PARTS, matter_of, segments


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("居住证怎么办？另外停车前十五分钟收不收费", ["居住证怎么办？", "另外停车前十五分钟收不收费"]),
        ("办居住证要什么材料？多少钱？去哪里办？", ["办居住证要什么材料？多少钱？去哪里办？"]),
        ("我家楼上半夜拖椅子。找谁管？", ["我家楼上半夜拖椅子。找谁管？"]),
        (
            "我想问两件事。养狗要办证吗？物业费可以不交吗？",
            ["我想问两件事。养狗要办证吗？", "物业费可以不交吗？"],
        ),
        ("停车", ["停车"]),
        ("", []),
        ("？？！", []),
    ],
)
def test_questions_of_a_message(message: str, parts: list[str]) -> None:
    assert segments(message) == parts


def test_no_more_parts_than_can_be_answered() -> None:
    many = "".join(f"第{i}个问题：狗证{i}怎么办理手续？" for i in range(9))
    parts = segments(many)
    assert len(parts) == MAX_PARTS
    assert "".join(parts) == many


@pytest.mark.parametrize(
    ("asked", "matter"),
    [("入学政策是怎么说的", "入学"), ("公租房的相关规定？", "公租房"), ("政策", "政策"), ("新规定", "新规定")],
)
def test_a_word_for_a_document_is_no_matter(asked: str, matter: str) -> None:
    assert matter_of(asked).rstrip("？") == matter
