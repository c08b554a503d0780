"""A draft as YAML that an officer reads: what is open at the top, where it stands in the text beside every part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from knowledge.eligibility.clauses import locate
from knowledge.eligibility.drafting.drafting import Draft
from knowledge.model import Document

_HEAD = """\
# 草稿，由程序按文本读出，未经任何人核对，不对任何人生效。
# 请逐条对照原文，处理完 notes 里的每一条“待补”，再移到 eligibility/rules/，
# 用 citydesk policy check 检查、citydesk policy sign 签字。
# 每条后面：出处（文件#部分，起止字符）；把握是程序认为找对事实的程度，0 到 1。
"""
_WIDE = 10_000


def written(draft: Draft, document: Document) -> str:
    """The draft's file."""
    lines = _HEAD.splitlines()
    for key, value in draft.rule.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            lines.append(f"{key}:")
            for number, item in enumerate(value):
                lines.append(_source(draft, document, f"{key}[{number}]", item))
                lines += _block([item])
        else:
            lines += _block({key: value})
    return "\n".join(line for line in lines if line.strip()) + "\n"


def _block(value: Any) -> list[str]:
    indent = "  " if isinstance(value, list) else ""
    text = yaml.dump(value, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=_WIDE)
    return [indent + line for line in text.splitlines()]


def _source(draft: Draft, document: Document, path: str, item: Mapping[str, Any]) -> str:
    """The comment above a part: where its words stand, and how sure its mapping is."""
    quotes = item.get("clause", ())
    places = [locate(document, quote) for quote in ((quotes,) if isinstance(quotes, str) else quotes)]
    told = "；".join(f"{place.provision}，{place.start}–{place.end}" for place in places if place)
    score = draft.scores.get(path)
    sure = f"；把握 {score:.2f}" if score is not None else ""
    return f"  # 出处：{told}{sure}" if told else ""


class _Plain(yaml.SafeDumper):
    """Writes values in full where they are repeated, instead of naming the first place."""

    def ignore_aliases(self, data: Any) -> bool:
        """Always."""
        return True
