"""What a simulated model says: a random text, or a random answer that is valid by a schema."""

from __future__ import annotations

import json
from random import Random
from typing import Any

_WORDS = [
    "办理", "材料", "身份证", "窗口", "登记", "申请", "规定", "日内", "可以", "应当", "需要", "提交",
    "审核", "工作日", "单位", "个人", "补贴", "标准", "每月", "条件", "符合", "停车", "收费", "时段",
    "超过", "分钟", "免费", "社区", "街道", "公园", "学校", "报名", "年龄", "出生", "证明", "户口",
    "居住", "缴纳", "社保", "医保", "门诊", "报销", "比例", "政务", "服务", "中心",
]  # fmt: skip
_ENDS = ("。〔1〕\n", "。〔2〕\n", "，", "、", "；")
_LONGEST_LIST = 4


def text(random: Random, tokens: int) -> list[str]:
    """A text as its tokens: lines of words, each line with the number of a passage."""
    pieces = [random.choice(_ENDS) if number % 9 == 8 else random.choice(_WORDS) for number in range(tokens)]
    pieces[-1] = _ENDS[0]
    return pieces


def by_schema(random: Random, schema: dict[str, Any]) -> Any:
    """A random value that ``schema`` allows, by the keywords grammar engines enforce. Raises ValueError on others."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return random.choice(schema["enum"])
    if "anyOf" in schema:
        return by_schema(random, random.choice(schema["anyOf"]))
    kind = schema.get("type")
    if kind == "object":
        return {name: by_schema(random, field) for name, field in schema.get("properties", {}).items()}
    if kind == "array":
        fewest = schema.get("minItems", 0)
        size = random.randint(fewest, schema.get("maxItems", fewest + _LONGEST_LIST))
        return [by_schema(random, schema["items"]) for _ in range(size)]
    if kind == "integer":
        return random.randint(schema.get("minimum", -1000), schema.get("maximum", 1000))
    simple = {
        "boolean": random.random() < 0.5,
        "null": None,
        "number": random.random(),
        "string": random.choice(_WORDS),
    }
    if kind not in simple:
        raise ValueError(f"no answer can be made for {kind!r}")
    return simple[kind]


def cut(words: str) -> list[str]:
    """A text as tokens of three characters; of an answer in JSON that is about what tokenizers make of it."""
    return [words[at : at + 3] for at in range(0, len(words), 3)]


def written(value: Any) -> str:
    """JSON as a grammar engine without free blanks lets it through: a blank after each comma and colon."""
    return json.dumps(value, ensure_ascii=False)
