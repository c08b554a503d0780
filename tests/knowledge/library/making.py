"""Small documents for the tests, written by us."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from knowledge.model import Document, Level, Metadata, Node, Provision, Reference

HERE = "江省/云市"


def document(name: str, *articles: str, references: Sequence[Reference] = (), **fields: Any) -> Document:
    """A document of one line per article. ``references`` belong to its first article."""
    given = {"title": name, "level": Level.CITY_REGULATION, "region": HERE, "valid_from": date(2024, 1, 1)}
    meta = Metadata.model_validate({"id": name, **given, **fields})
    provisions, start = [], 0
    for number, text in enumerate(articles, 1):
        provisions.append(
            Provision(
                id=f"{name}#{number}",
                document=name,
                article=f"第{number}条",
                path=("第一章 总则",),
                start=start,
                end=start + len(text),
                text=text,
                references=tuple(references) if number == 1 else (),
            )
        )
        start += len(text) + 1
    text = "".join(f"{article}\n" for article in articles)
    return Document(meta=meta, text=text, tree=Node(kind="document", start=0, end=len(text)), provisions=provisions)


def parking(minutes: int = 15, **fields: Any) -> Document:
    """A rule on parking."""
    return document(
        "parking",
        "为了规范停车，制定本条例。",
        f"道路停车位前{minutes}分钟免费，超过的按照标准收费。",
        "停车位应当标明收费标准。",
        **fields,
    )


def noise(**fields: Any) -> Document:
    """A rule on noise."""
    return document("noise", "夜间二十二时至次日六时禁止建筑施工噪声扰民。", "噪声投诉由生态环境部门受理。", **fields)
