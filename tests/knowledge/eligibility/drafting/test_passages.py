from __future__ import annotations

from knowledge.eligibility.drafting.passages import clauses, groups, sentences, tables
from tests.knowledge.eligibility.drafting.making import document, documents, words

LISTED = """# 甲办法

## 一、申请条件
（一）符合下列条件之一的：
1. 有甲；
2. 有乙。
（二）有下列情形之一的，不予补贴：
1. 有丙。
（三）应当有丁。有戊。

## 二、目录

| 甲 | 乙 |
|---|---|
| 1 | 2 |
"""


def test_points_belong_to_their_item_with_what_its_head_says() -> None:
    made = groups(document("qh-list-2025", LISTED), words())
    assert [[p.text for p in group.passages] for group in made] == [["有甲", "有乙"], ["有丙"], ["应当有丁", "有戊"]]
    assert [(group.any_of, group.refused) for group in made] == [(True, False), (False, True), (False, False)]
    assert made[1].passages[0].refused
    assert {group.kind for group in made} == {"conditions"}


def test_tables_are_named_and_not_read() -> None:
    assert tables(document("qh-list-2025", LISTED)) == ["目录"]


def test_every_passage_stands_in_the_text() -> None:
    for one in documents().values():
        assert all(p.text in one.text for group in groups(one, words()) for p in group.passages)


def test_an_unknown_heading_over_sums_is_about_benefits() -> None:
    made = groups(
        document("qh-name-2025", "# 乙办法\n\n## 一、吉祥\n每月发300元。\n\n## 二、如意\n天气好。\n"), words()
    )
    assert [group.kind for group in made] == ["benefits", None]


def test_stops_in_brackets_and_numbers_do_not_cut() -> None:
    assert list(sentences("材料（甲；乙）；合同。")) == ["材料（甲；乙）", "合同"]
    assert clauses("收入1,000万元以上，人数（含甲，乙）够，在册") == ["收入1,000万元以上", "人数（含甲，乙）够", "在册"]
