"""The rule book: the folder read, every mistake told with file and remedy, rules by day, values in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from city.errors import NotFound
from city.pack.problems import PackError, Problem
from knowledge.eligibility.book import read_book, tell, tell_number
from knowledge.eligibility.facts import Value
from tests.knowledge.eligibility.making import (
    DAY,
    FACTS,
    GREEN,
    INDUSTRIES,
    PLACES,
    TECH,
    book_of,
    read_problems,
    rule,
    small_book,
    with_rules,
    write,
    write_pack,
)

BOOK = small_book()


def test_the_small_pack_is_read_without_a_problem(tmp_path: Path) -> None:
    book = book_of(tmp_path, write_pack(tmp_path))
    assert sorted(book.policies) == ["tp-elder", "tp-green", "tp-tech"]
    assert book.files["tp-tech"] == "eligibility/rules/tp-tech.yaml"
    assert sorted(book.lists) == ["industries", "places", "policies"]
    assert len(book.facts) == 22


def test_a_folder_without_rules_is_an_empty_book(tmp_path: Path) -> None:
    book, problems = read_book(tmp_path, [])
    assert problems == []
    assert not book.policies
    assert book.in_force(DAY) == []


def _problems(root: Path, **files: object) -> list[Problem]:
    documents = write_pack(root)
    for name, content in files.items():
        write(root / "eligibility" / name.replace("__", "/"), content)
    return read_problems(root, documents)[1]


FACT: dict[str, Any] = {"id": "firm.more", "label": "某", "type": "number", "question": "？"}
MISTAKES: list[tuple[str, object, str, str]] = [
    ("facts/more.yaml", {"firm.more": FACT}, "", "is no list of facts"),
    ("facts/more.yaml", "", "", "is no list of facts"),
    ("facts/more.yaml", "- {id: firm.more", "line", "expected"),
    ("facts/more.yaml", "- {id: a, id: b}", "line", "the key 'id' appears twice"),
    ("facts/more.yaml", [FACT, "x"], "[1]", "valid dictionary"),
    ("facts/more.yaml", [{**FACT, "type": "text"}], "[0].type", "Input should be"),
    ("facts/more.yaml", [{**FACT, "unti": "元"}], "[0].unti", "Extra inputs"),
    ("facts/more.yaml", [{"id": "firm.more"}], "[0].label", "Field required"),
    ("facts/more.yaml", [{**FACT, "id": "firm.staff"}], "[0].id", "the fact 'firm.staff' appears twice"),
    ("facts/more.yaml", [{**FACT, "label": "规模"}], "[0].label", "the label '规模' (of firm.size) appears twice"),
    ("facts/more.yaml", [{**FACT, "type": "choice", "list": "colours"}], "firm.more", "the list 'colours'"),
    ("lists/more.yaml", {**INDUSTRIES, "name": "other"}, "name", "the name 'other' is not that of the file"),
    ("lists/more.yaml", {"name": "more", "title": "某"}, "entries", "Field required"),
    ("lists/more.yaml", [], "", "valid dictionary"),
    ("rules/more.yaml", TECH, "id", "the rule 'tp-tech' appears twice"),
    ("rules/more.yaml", [], "", "valid dictionary"),
    ("rules/more.yaml", {**GREEN, "benefit": []}, "benefit", "Extra inputs"),
    ("rules/more.yaml", {k: v for k, v in GREEN.items() if k != "window"}, "window", "Field required"),
    ("rules/more.yaml", {**GREEN, "window": {}}, "window", "say when one may apply"),
    ("rules/more.yaml", "from: 2026-02-30", "", "day"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "where", "message"), MISTAKES)
def test_a_mistake_is_told_with_file_place_and_remedy(
    tmp_path: Path, name: str, content: object, where: str, message: str
) -> None:
    problems = _problems(tmp_path, **{name.replace("/", "__"): content})
    found = [one for one in problems if one.where.startswith(where) and message in one.message]
    assert found, problems
    folder = name.split("/")[0]
    assert all(one.remedy and one.file.startswith(f"eligibility/{folder}") for one in problems)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    documents = write_pack(tmp_path)
    (tmp_path / "eligibility/rules/bad.yaml").write_bytes("title: 奖".encode("gbk"))
    problems = read_problems(tmp_path, documents)[1]
    assert "is not UTF-8" in [one.message for one in problems if one.file.endswith("bad.yaml")]


def test_every_mistake_is_told_at_once_and_the_rest_is_read(tmp_path: Path) -> None:
    documents = write_pack(tmp_path)
    write(tmp_path / "eligibility/facts/more.yaml", [{**FACT, "type": "text"}, {**FACT, "id": "firm.other"}])
    write(tmp_path / "eligibility/lists/more.yaml", [])
    book, problems = read_problems(tmp_path, documents)
    assert {one.file.rsplit("/", 1)[1] for one in problems} == {"more.yaml"}
    assert "firm.other" in book.facts
    assert "tp-tech" in book.policies


def test_two_rules_may_belong_to_one_work(tmp_path: Path) -> None:
    documents = write_pack(tmp_path)
    write(
        tmp_path / "eligibility/rules/tp-green2.yaml", {**GREEN, "id": "tp-green2", "work": "tp-green", "title": "另"}
    )
    book = book_of(tmp_path, documents)
    assert book.lists["policies"].label("tp-green") == "绿色企业补贴"
    assert set(book.lists["policies"].by_code["tp-green"].says) == {"tp-green", "tp-green2"}


def test_places_are_a_list_only_where_the_pack_has_some(tmp_path: Path) -> None:
    documents = [document.meta for document in write_pack(tmp_path).values()]
    assert "places" in read_book(tmp_path, documents, PLACES)[0].lists
    (problem,) = read_book(tmp_path, documents)[1]
    assert "the list 'places' of firm.place is not there" in problem.message


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2023, 12, 31), []),
        (date(2024, 1, 1), ["tp-tech"]),
        (date(2025, 1, 1), ["tp-elder", "tp-green", "tp-tech"]),
        (date(2025, 12, 31), ["tp-elder", "tp-green", "tp-tech"]),
        (date(2026, 1, 1), ["tp-elder", "tp-green", "tp-tech"]),
    ],
)
def test_a_rule_applies_while_one_of_its_texts_does(day: date, names: list[str]) -> None:
    assert sorted(policy.id for policy in BOOK.in_force(day)) == names
    assert [policy.id for policy in BOOK.in_force(day, "person")] == [name for name in names if name == "tp-elder"]


def test_the_text_that_stands_is_that_of_the_day() -> None:
    policy = BOOK.policies["tp-tech"]
    assert [meta.id for meta in BOOK.standing(policy, date(2025, 12, 31))] == ["tp-tech-2024"]
    assert [meta.id for meta in BOOK.standing(policy, date(2026, 1, 1))] == ["tp-tech-2026"]
    assert BOOK.standing(policy, date(2020, 1, 1)) == []


@pytest.mark.parametrize(
    ("raw", "day", "holds"),
    [
        ({"from": "2026-02-01"}, date(2026, 1, 31), False),
        ({"from": "2026-02-01"}, date(2026, 2, 1), True),
        ({"to": "2026-02-01"}, date(2026, 1, 31), True),
        ({"to": "2026-02-01"}, date(2026, 2, 1), False),
        ({"documents": ["tp-tech-2024"]}, date(2026, 1, 1), False),
        ({"documents": ["tp-none"]}, date(2026, 1, 1), False),
    ],
)
def test_a_rules_own_days_count_too(raw: dict[str, Any], day: date, holds: bool) -> None:
    assert BOOK.interval_holds(rule(raw), day) is holds


@pytest.mark.parametrize(
    ("raw", "day", "ends"),
    [
        ({}, DAY, None),
        ({}, date(2025, 1, 1), None),  # the next version follows without a gap
        ({"documents": ["tp-tech-2024"]}, date(2025, 1, 1), date(2026, 1, 1)),
        ({"to": "2027-01-01"}, DAY, date(2027, 1, 1)),
    ],
)
def test_a_rule_ends_where_nothing_follows(raw: dict[str, Any], day: date, ends: date | None) -> None:
    assert BOOK.ends(rule(raw), day) == ends


def test_a_rule_that_is_not_there_is_told_with_those_near() -> None:
    with pytest.raises(NotFound, match=r"no policy 'tp-old-tech'\. Try tp-tech"):
        BOOK.policy("tp-old-tech")
    with pytest.raises(NotFound, match="tp-elder, tp-green, tp-tech"):
        BOOK.compiled("nothing", DAY)


def test_a_rule_is_compiled_once_a_day_and_not_at_all_where_it_is_wrong() -> None:
    assert BOOK.compiled("tp-tech", DAY) is BOOK.compiled("tp-tech", DAY)
    assert BOOK.compiled("tp-tech", date(2025, 1, 1)).as_of == date(2025, 1, 1)
    wrong = with_rules(BOOK, rule({"id": "tp-bad", "cap": "nothing"}))
    with pytest.raises(PackError, match=r"tp-bad: cap: there is no parameter 'nothing'"):
        wrong.compiled("tp-bad", DAY)


def test_what_is_taken_for_granted_is_a_value(tmp_path: Path) -> None:
    documents = write_pack(tmp_path)
    marks = "id: firm.marks, label: 某, type: choices, options: {a: 甲}, question: ？, assume: [], assume_why: 试"
    more = f"{FACTS}\n- {{{marks}}}"
    write(tmp_path / "eligibility/facts/firm.yaml", more)
    book = book_of(tmp_path, documents)
    assert book.assumed(["firm.honest", "firm.marks", "firm.staff"]) == {"firm.honest": True, "firm.marks": frozenset()}


def test_a_computed_fact_without_a_question_is_not_asked_for() -> None:
    assert BOOK.reads(["firm.rd_share", "firm.revenue"]) == {"firm.revenue"}


@pytest.mark.parametrize(
    ("fact", "value", "told"),
    [
        ("firm.in_city", True, "是"),
        ("firm.in_city", False, "否"),
        ("firm.industry", "A01", "种植"),
        ("firm.size", "small", "小型"),
        ("firm.size", "huge", "huge"),
        ("firm.place", "east-1", "一街道"),
        ("firm.bans", frozenset({"tech", "green"}), "绿色、科技"),
        ("firm.bans", frozenset(), "无"),
        ("firm.registered_on", date(2026, 1, 5), "2026年1月5日"),
        ("firm.revenue", 1_200_000.0, "120万元"),
        ("firm.rd_share", 0.035, "3.5%"),
        ("firm.staff", 12.0, "12人"),
    ],
)
def test_a_value_is_told_in_words(fact: str, value: Value, told: str) -> None:
    assert BOOK.label(fact, value) == told
    assert tell(BOOK.facts[fact], value, BOOK.lists) == told


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (300_000_000, "money", "3亿元"),
        (123_450_000, "money", "1.2345亿元"),
        (10_000, "money", "1万元"),
        (12_345.67, "money", "12,345.67元"),
        (1_234.5, "money", "1,234.5元"),
        (0, "money", "0元"),
        (-50_000, "money", "-5万元"),
        (0.1, "ratio", "10%"),
        (0.00035, "ratio", "0.035%"),
        (1, "ratio", "100%"),
        (1234.56789, "number", "1,234.5679"),
        (100, "number", "100"),
    ],
)
def test_a_number_is_told_as_people_write_it(value: float, kind: str, told: str) -> None:
    assert tell_number(value, kind, "") == told
