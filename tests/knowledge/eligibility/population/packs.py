"""The rule book of the example city as the tests of populations read it, and a tiny one of our own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.eligibility.book import POLICIES, RuleBook, read_book
from knowledge.eligibility.codes import Code, CodeList

YUNLAN = Path(__file__).parents[4] / "cities" / "yunlan"
FACTS: list[dict[str, Any]] = [
    {"id": "firm.size", "label": "规模", "type": "choice", "list": "sizes", "question": "?", "held_by": "industry"},
    {"id": "firm.open", "label": "营业", "type": "boolean", "question": "?"},
    {
        "id": "firm.sales",
        "label": "收入",
        "type": "money",
        "question": "?",
        "range": [0, 5000],
        "asked_when": {"fact": "firm.open", "is": True},
    },
    {"id": "firm.staff", "label": "人数", "type": "integer", "question": "?", "held_by": "hrss"},
    {"id": "firm.each", "label": "人均", "type": "ratio", "derive": "firm.sales / firm.staff"},
    {"id": "firm.since", "label": "成立", "type": "date", "question": "?"},
    {
        "id": "firm.bans",
        "label": "限制",
        "type": "choices",
        "options": {"a": "甲", "b": "乙"},
        "question": "?",
        "assume": [],
        "assume_why": "少见",
    },
]
SIZES: dict[str, Any] = {
    "name": "sizes",
    "title": "规模",
    "entries": [
        {"code": "small", "label": "小"},
        {"code": "micro", "label": "微", "parent": "small"},
        {"code": "large", "label": "大"},
    ],
}
WAYS: dict[str, Any] = {
    "firm.size": {"small": 2, "micro": 5, "large": 3},
    "firm.open": {"by": "firm.size", "of": {"small": 0, "large": 1}},
    "firm.sales": [10, 900],
    "firm.staff": {"cases": [{"if": {"fact": "firm.size", "is": "large"}, "is": [100, 200]}, {"is": {1: 1, 3: 1}}]},
    "firm.since": [0, 1000],
    "firm.bans": {"a": 0.5, "b": 0.01},
}


def pack(root: Path, ways: dict[str, Any], **rest: Any) -> RuleBook:
    """Write the tiny pack with these ways into ``root`` and read its book."""
    files: dict[str, Any] = {
        "facts/firm.yaml": FACTS,
        "lists/sizes.yaml": SIZES,
        "population/firm.yaml": {**rest, "facts": ways},
    }
    for name, content in files.items():
        path = root / "eligibility" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    book, problems = read_book(root, [])
    assert not problems
    return book


@cache
def yunlan() -> RuleBook:
    """The example city's book; its list of policies is made of the policies' texts, whether they have a rule or not."""
    districts = yaml.safe_load((YUNLAN / "places" / "districts.yaml").read_text("utf-8"))
    streets = yaml.safe_load((YUNLAN / "places" / "streets.yaml").read_text("utf-8"))
    places = [(one["id"], one["name"], None) for one in districts]
    places += [(one["id"], one["name"], one["district"]) for one in streets]
    book, _ = read_book(YUNLAN, [], places)
    texts = {path.name.split(".")[0] for path in (YUNLAN / "policies").iterdir()}
    works = sorted({name.rsplit("-", 1)[0].removesuffix("-amend") for name in texts})
    listed = CodeList(name=POLICIES, title="政策", entries=tuple(Code(code=work, label=work) for work in works))
    return replace(book, lists={**book.lists, POLICIES: listed})
