"""The example pack's words for the room, and the page that says what a scheme is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from agents.citydata.telling import sentences
from tests.conftest import ROOT
from tests.tools.land.conftest import Town
from tests.tools.rooms import told_of
from tools.land import parts, tools
from tools.land.answers import Kind
from tools.land.book import Book
from tools.land.scheme import Scheme
from tools.seam.finding import tools_of

TOLD = told_of("land")
MADE = {tool.id: tool for tool in tools_of(tools)}
GENERIC = {"no_data", "no_feed", "unknown_place", "several_places", "not_current"}
PAGE = (ROOT / "docs/schemes.md").read_text("utf-8")
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("land.parcel", {"query": "HZ-12"}),
    ("land.parcel", {"query": "GL-02"}),
    ("land.parcel", {"query": "望江路41号"}),
    ("land.plan", {"query": "HZ-07"}),
    ("land.plan", {"query": "GL-02"}),
    ("land.plan", {"query": "HZ-24"}),
    ("land.plan", {"query": "YW-03"}),
    ("land.around", {"place": "文苑小区", "use": "green", "radius": 1_000}),
    ("land.around", {"place": "会展中心"}),
    ("land.check_scheme", {"scheme": {"parcel": "HZ-07", "area": 64_000, "counted_area": 150_000}}),
]


def test_every_tool_of_the_room_is_told() -> None:
    assert set(TOLD) == set(MADE) == {f"land.{name}" for name in ("parcel", "plan", "around", "check_scheme")}
    for id, told in TOLD.items():
        assert set(told.audience) <= MADE[id].audience
        assert set(told.words) | set(told.ask) <= set(MADE[id].arguments.model_fields)
        if id != "land.check_scheme":  # it is never asked in words
            assert 25 <= len(set(told.examples)) <= 40
    assert set(TOLD["land.around"].words["use"]) == set(get_args(Kind))


def test_every_code_that_the_room_raises_has_its_words() -> None:
    raised = set()
    for file in (ROOT / "tools" / "land").glob("*.py"):
        raised |= set(re.findall(r'code="(\w+)"', Path(file).read_text("utf-8")))
    assert len(raised) >= 7
    said = {code for told in TOLD.values() for code in told.endings}
    assert raised - GENERIC - said == set()


@pytest.mark.parametrize(("id", "asked"), ASKED)
def test_results_are_told_in_whole_sentences(town: Town, id: str, asked: dict[str, Any]) -> None:
    tool = MADE[id]
    found: BaseModel = tool.run(tool.arguments.model_validate(asked), town.data())
    told = sentences(TOLD[id], found, "c1")
    assert len(told) >= 3
    for sentence in told:
        assert sentence.text.endswith("。"), sentence.text
        assert "无数据" not in sentence.text
        shown = " ".join(field.text for field in sentence.fields)
        loose = set(re.findall(r"\d+", sentence.text)) - set(re.findall(r"\d+", shown))
        assert loose == set(), sentence.text


def test_the_page_names_every_rule_and_no_other(book: Book) -> None:
    heads = [line.split("|")[1] for line in PAGE.split("## The rules")[1].splitlines() if line.startswith("| `")]
    named: set[str] = set()
    for head in heads:
        first = ""
        for id in re.findall(r"`([a-z0-9_.]+)`", head):
            first = id.split(".")[0] or first
            named.add(id if not id.startswith(".") else first + id)
    assert named == set(book.ids)


def test_the_page_names_every_field_and_every_word() -> None:
    said = set(re.findall(r"[`\"]([a-z0-9_]+)[`\"]", PAGE))
    models: list[type[parts.Part]] = [
        one for one in vars(parts).values() if isinstance(one, type) and issubclass(one, parts.Part)
    ]
    models.append(Scheme)
    for model in models:
        assert set(model.model_fields) <= said, model.__name__
    assert set(get_args(parts.Use)) <= said


def test_the_page_s_clauses_are_those_of_the_book(book: Book) -> None:
    """A clause of the table stands in the book under that rule, in each edition that the table gives."""
    names = {"T25": "yl-techrules-2025", "T18": "yl-techrules-2018"}
    rows = [line.split("|") for line in PAGE.split("## The rules")[1].splitlines() if line.startswith("| `")]
    seen = 0
    for row in rows:
        ids = re.findall(r"`([a-z0-9_]+\.[a-z0-9_]+)`", row[1])
        clauses = {edition.clause for rule in book.rules if rule.id in ids for edition in rule.editions}
        for short, article in re.findall(r"(T25|T18)#(\d+)", row[3]):
            if not row[1].strip().startswith(("`plan.", "`facility.party")):
                seen += 1
                assert f"{names[short]}#{article}" in clauses, row
    assert seen > 100
