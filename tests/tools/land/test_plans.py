from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.errors import BadInput
from tools.land.plans import article_number, read_plan

HEADS = {
    "number": "编号",
    "code": "代码",
    "zoning": "性质",
    "hectares": "公顷",
    "far": "容积率",
    "density": "密度",
    "green": "绿地率",
    "height": "限高",
    "note": "说明",
}
TEXT = """---
id: cp-1
title: 某片区控制性详细规划
valid_from: 2024-10-15
valid_to: null
---
第十二条 指标如下：

| 编号 | 代码 | 性质 | 公顷 | 容积率 | 密度 | 绿地率 | 限高 | 说明 |
|---|---|---|---|---|---|---|---|---|
| AB-01 | R2 | 住宅 | 6.40 | 2.2 | 20% | 35% | 60 | 配建幼儿园 |
| AB-02 | LB | 留白 | 4.1 | — | — | 90% | 原高 | — |

第十三条 | 不是表 |

| 另一 | 表 |
|---|---|
| AB-03 | 5 |
"""


def test_rows_with_their_article_and_words(tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text(TEXT, "utf-8")
    plan = read_plan(file, HEADS)
    assert (plan.id, plan.valid_from, plan.valid_to) == ("cp-1", date(2024, 10, 15), None)
    one, other = plan.rows
    assert (one.number, one.code, one.hectares, one.far, one.density, one.green, one.height, one.note) == (
        "AB-01",
        "R2",
        6.4,
        2.2,
        20,
        35,
        60,
        "配建幼儿园",
    )
    assert (other.far, other.density, other.green, other.height, other.height_text) == (None, None, 90, None, "原高")
    for row in plan.rows:
        assert row.article == 12
        assert row.quote in TEXT
        assert row.quote.endswith("|")


def test_a_plan_without_its_table_is_told(tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text(TEXT.replace("容积率", "FAR"), "utf-8")
    with pytest.raises(BadInput, match="no table has the columns"):
        read_plan(file, HEADS)


@given(st.integers(1, 199))
def test_numbers_of_articles(number: int) -> None:
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    ten = ("" if tens == 1 and not hundreds else digits[tens]) + "十" if tens else "零" if hundreds and ones else ""
    words = ("一百" if hundreds else "") + ten + (digits[ones] if ones else "")
    assert article_number(words) == number
