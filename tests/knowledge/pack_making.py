"""A tiny pack for the tests, written by us."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_KEPT: dict[str, Any] = {
    "region": "江省/云市",
    "audience": ["person", "firm"],
    "valid_from": "2026-01-01",
    "owner_unit": "parks",
    "last_checked": "2026-09-01",
    "next_check": "2027-03-01",
    "visibility": "public",
}
GUIDE: dict[str, Any] = {
    **_KEPT,
    "id": "sg-dog",
    "name": "养犬登记",
    "aliases": ["狗证", "遛狗"],
    "unit": "parks",
    "summary": "给狗上牌。",
    "conditions": ["满三个月"],
    "materials": [
        {"name": "身份证", "form": "原件", "copies": 1, "held_by": "police", "note": "带来核对"},
        {"name": "照片", "form": "复印件", "copies": 2, "held_by": None, "note": None},
    ],
    "steps": ["到窗口办理"],
    "legal_limit": "3日",
    "promised_limit": None,
    "fee": "免费",
    "where": [{"name": "大厅", "address": "一号", "hours": "全天"}],
    "phone": "12345",
    "online": None,
    "result": "发证",
    "legal_basis": [
        {"document": "《养犬条例》", "article": "第十二条之一"},
        {"document": "《动物法》", "article": None},
    ],
    "notes": [],
    "related": ["sg-b"],
}
QUESTIONS: list[dict[str, Any]] = [
    {
        **_KEPT,
        "id": "faq-1",
        "question_forms": ["狗要上牌吗", "养狗要不要办证"],
        "answer_short": "要。",
        "answer_long": "满三个月就要登记。",
        "citations": [{"document": "rule", "article": "第二条"}],
    }
]
SECTIONS: dict[str, Any] = {
    "who": {"heading": "适用对象", "fields": ["summary", "audience", "conditions"]},
    "papers": {"heading": "所需材料", "fields": ["materials"]},
    "basis": {"heading": "依据", "fields": ["unit", "legal_basis", "related"]},
}
LABELS: dict[str, Any] = {
    "labels": {
        "summary": "{value}",
        "audience": "对象：{value}",
        "conditions": "{value}",
        "materials": "{name}（{form}，{copies}份）",
        "held_by": "，{value}已有",
        "note": "，{value}",
        "unit": "单位：{value}",
        "legal_basis": "依据：{document}{article}",
        "related": "相关：{value}",
    },
    "audience": {"person": "个人", "firm": "企业"},
    "join": "、",
    "end": "。",
}
RULE = """---
id: rule
title: 停车条例
level: city_rule
region: 江省/云市
valid_from: 2024-01-01
---
# 停车条例

第一条 为了规范停车，制定本条例。

第二条 停车前15分钟免费。
"""


def write(path: Path, content: object) -> None:
    """Write text as it is and anything else as YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    path.write_text(text, encoding="utf-8")


def make_pack(folder: Path) -> Path:
    """A pack with one rule, two guides and one frequent question."""
    write(folder / "regulations/rule.md", RULE)
    write(folder / "services/sg-dog.yaml", GUIDE)
    write(folder / "services/sg-b.yaml", {**GUIDE, "id": "sg-b", "name": "乙事项", "aliases": [], "related": []})
    write(folder / "faq/parks.yaml", QUESTIONS)
    write(folder / "wording/sections.yaml", SECTIONS)
    write(folder / "wording/guide_labels.yaml", LABELS)
    return folder
