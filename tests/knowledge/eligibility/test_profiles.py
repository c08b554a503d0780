"""Profiles: facts by any of their names, values as they are given, and every mistake told with place and remedy."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from city.errors import BadInput
from knowledge.eligibility.facts import Value
from knowledge.eligibility.profiles import LONGEST, Profile, find_fact, read_profile, read_value
from tests.knowledge.eligibility.making import small_book

BOOK = small_book()


def test_facts_are_named_by_id_by_its_end_or_by_their_label() -> None:
    raw = {"subject": "firm", "id": "f-1", "facts": {"firm.staff": 12, "size": "small", "营业收入": 1000000}}
    profile = read_profile(raw, BOOK)
    assert profile == Profile("firm", {"firm.staff": 12.0, "firm.size": "small", "firm.revenue": 1e6}, "f-1")


def test_null_is_unknown_and_nothing_is_a_profile() -> None:
    assert read_profile({"subject": "person", "facts": {"income": None}}, BOOK) == Profile("person", {})
    assert read_profile({"subject": "person"}, BOOK) == Profile("person", {})


def test_a_fact_given_twice_is_told_unless_one_is_unknown() -> None:
    twice = {"subject": "firm", "facts": {"firm.staff": 1, "职工人数": 2}}
    with pytest.raises(BadInput, match=r"facts.职工人数: firm.staff is given twice.*→ give it once"):
        read_profile(twice, BOOK)
    assert read_profile({"subject": "firm", "facts": {"staff": None, "职工人数": 2}}, BOOK).values == {
        "firm.staff": 2.0
    }


@pytest.mark.parametrize(
    ("subject", "name", "found"),
    [
        ("firm", "staff", "firm.staff"),
        ("firm", "firm.staff", "firm.staff"),
        ("firm", "职工人数", "firm.staff"),
        ("firm", "正在享受", "firm.receiving"),
        ("person", "正在享受", "person.receiving"),
        ("person", "firm.staff", None),
        ("person", "职工人数", None),
        ("firm", "年收入", None),  # other words for it are for what people write, not for data
        ("firm", "", None),
    ],
)
def test_a_name_belongs_to_one_subject(subject: Any, name: str, found: str | None) -> None:
    fact = find_fact(BOOK, subject, name)
    assert (fact and fact.id) == found


def test_more_is_told_over_what_was() -> None:
    before = Profile("firm", {"firm.staff": 1.0, "firm.score": 2.0}, "f")
    after = before.told({"firm.staff": 5.0})
    assert after == Profile("firm", {"firm.staff": 5.0, "firm.score": 2.0}, "f")
    assert before.values["firm.staff"] == 1.0


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("firm.in_city", False, False),
        ("firm.staff", 3, 3.0),
        ("firm.staff", 3.0, 3.0),
        ("firm.revenue", 0, 0.0),
        ("firm.revenue", 100_000_000_000, 1e11),
        ("firm.score", -2.5, -2.5),
        ("firm.rd_share", 1, 1.0),
        ("firm.registered_on", "2024-02-29", date(2024, 2, 29)),
        ("firm.registered_on", date(2024, 2, 29), date(2024, 2, 29)),
        ("firm.registered_on", datetime(2024, 2, 29, 8), date(2024, 2, 29)),
        ("firm.size", "small", "small"),
        ("firm.size", "小型", "small"),
        ("firm.industry", "种植", "A01"),
        ("firm.industry", "种地", "A"),
        ("firm.bans", [], frozenset()),
        ("firm.bans", ["green", "科技", "green"], frozenset({"green", "tech"})),
        ("firm.bans", ("green",), frozenset({"green"})),
        ("firm.bans", {"green"}, frozenset({"green"})),
        ("firm.receiving", ["科技奖"], frozenset({"tp-tech"})),
    ],
)
def test_a_value_is_read_as_its_fact_has_it(name: str, given: Any, value: Value) -> None:
    found = read_value(BOOK.facts[name], given, BOOK.lists)
    assert found == value
    assert type(found) is type(value)


MISTAKES: list[tuple[str, Any, str]] = [
    ("in_city", "yes", r"'yes' is neither yes nor no → write true or false"),
    ("in_city", 1, r"1 is neither yes nor no"),
    ("in_city", [], r"\[\] is neither yes nor no"),
    ("staff", "12", r"'12' is no number in 人 → write it in digits, such as 1200000"),
    ("staff", True, r"True is no number"),
    ("staff", 2.5, r"2.5 is no whole number in 人 → write a whole number"),
    ("staff", -1, r"-1 is outside 0 to 1,000,000 in 人 → check the number and its unit"),
    ("staff", 1_000_001, r"is outside 0 to 1,000,000"),
    ("revenue", 1e12, r"is outside 0 to 100,000,000,000 in 元"),
    ("revenue", [5], r"\[5\] is no number"),
    ("score", float("nan"), r"the number is not finite → write it in digits"),
    ("score", float("inf"), r"the number is not finite"),
    ("score", 10**400, r"the number is not finite"),
    ("rd_share", 3.5, r"3.5 is outside 0 to 1 → check"),
    ("rd_share", "3.5%", r"is no number → write it in digits, such as 0.035 for 3.5 %"),
    ("registered_on", "2024/02/29", r"'2024/02/29' is no date → write YYYY-MM-DD"),
    ("registered_on", "2023-02-29", r"is no date"),
    ("registered_on", 20240229, r"is no date"),
    ("registered_on", True, r"is no date"),
    ("registered_on", ["2024-02-29"], r"is no date"),
    ("size", "huge", r"'huge' is not in the list → write one of small \(小型\)、medium \(中型\)、large \(大型\)"),
    ("size", ["small"], r"is not in the list"),
    ("size", 3, r"3 is not in the list"),
    ("industry", "Z", r"'Z' is not in the list → write one of A \(农业\)"),
    ("bans", "green", r"'green' is no list → write a list of codes, \[\] for none"),
    ("bans", ["green", "blue"], r"'blue' is not in the list"),
    ("bans", [["green"]], r"is not in the list"),
    ("bans", {"green": True}, r"is no list"),
    ("size", "长" * (LONGEST + 1), rf"is longer than {LONGEST} characters → write the value alone"),
    ("nothing", 1, r"there is no such fact → `citydesk policy facts` lists them"),
    ("person.income", 1, r"there is no such fact"),
]


@pytest.mark.parametrize(("name", "given", "message"), MISTAKES)
def test_a_mistake_is_told_with_place_and_remedy(name: str, given: Any, message: str) -> None:
    with pytest.raises(BadInput, match=rf"^row 3: facts\.{name}: .*{message}"):
        read_profile({"subject": "firm", "facts": {name: given}}, BOOK, where="row 3")
    with pytest.raises(BadInput, match="→ "):
        read_profile({"subject": "firm", "facts": {name: given}}, BOOK)


def test_every_mistake_is_told_at_once() -> None:
    facts = {name: given for name, given, _ in MISTAKES if name in ("in_city", "nothing", "registered_on")}
    with pytest.raises(BadInput) as caught:
        read_profile({"subject": "firm", "facts": {**facts, "staff": 5}}, BOOK)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1].strip() for line in lines] == [f"facts.{name}" for name in facts]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ([], r"profile: is no object"),
        ("firm", r"profile: is no object"),
        (None, r"profile: is no object"),
        ({}, r"profile: subject: None is neither 'firm' nor 'person'"),
        ({"subject": "shop"}, r"subject: 'shop' is neither"),
        ({"subject": ["firm"]}, r"subject: \['firm'\] is neither"),
        ({"subject": "firm", "staff": 3}, r"staff: is no part of a profile → put it under 'facts'"),
        ({"subject": "firm", "facts": [1]}, r"facts: is no object → write \{fact: value\}"),
        ({"subject": "firm", "facts": "staff"}, r"facts: is no object"),
    ],
)
def test_what_is_no_profile_is_told(raw: object, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_profile(raw, BOOK)


def test_a_long_list_is_told_in_part() -> None:
    with pytest.raises(BadInput) as caught:
        read_value(BOOK.facts["firm.industry"], "x", BOOK.lists)
    assert "…" not in str(caught.value)  # eight codes are told in full
    more = {**BOOK.lists, "industries": BOOK.lists["industries"].model_copy(
        update={"entries": (*BOOK.lists["industries"].entries, *BOOK.lists["places"].entries)})}  # fmt: skip
    with pytest.raises(BadInput, match=r"…$"):
        read_value(BOOK.facts["firm.industry"], "x", more)
