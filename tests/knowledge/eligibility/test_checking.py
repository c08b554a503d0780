"""Faults of rules found before anybody is told anything; and nothing found in rules that are sound."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from city.pack import load_pack
from city.pack.problems import Problem
from knowledge.corpus import load_corpus
from knowledge.eligibility.book import RuleBook, read_book
from knowledge.eligibility.checking import check_book, check_rule, days_of_change
from knowledge.eligibility.signing import read_signatures, sign
from knowledge.model import Document
from tests.conftest import YUNLAN
from tests.knowledge.eligibility.making import (
    DAY,
    FACTS,
    TECH,
    TEXTS,
    UNITS,
    book_of,
    documents_of,
    rule,
    sign_all,
    small_book,
    small_documents,
    with_rules,
    write,
    write_pack,
    write_text,
)

BOOK, DOCUMENTS = small_book(), small_documents()
IN_CITY = {"fact": "firm.in_city", "is": True}


def _check(raw: Mapping[str, Any], day: date = DAY) -> list[Problem]:
    """What is found in one rule beside the sound ones."""
    book = with_rules(BOOK, rule(raw))
    found = check_book(book, DOCUMENTS, UNITS, day)
    assert all(one.remedy and one.message and one.file == "tp-try" for one in found)
    return [one for one in found if one.message != "names no clause"]


def _logic(raw: Mapping[str, Any], day: date = DAY) -> list[tuple[str, str]]:
    """What is wrong with a rule in itself, as (place, message)."""
    return [(one.where, one.message) for one in check_rule(BOOK, rule(raw), day)]


def test_a_sound_pack_has_no_faults() -> None:
    assert check_book(BOOK, DOCUMENTS, UNITS, DAY) == []


def test_the_example_city_has_no_faults() -> None:
    pack = load_pack(YUNLAN)
    documents = {one.meta.id: one for one in load_corpus(YUNLAN, folders=("policies",))}
    places: list[tuple[str, str, str | None]] = [(one.id, one.name, None) for one in pack.districts]
    places += [(one.id, one.name, one.district) for one in pack.streets]
    book, problems = read_book(YUNLAN, [one.meta for one in documents.values()], places)
    units = [unit.id for unit in pack.units]
    for today in (date(2026, 11, 26), date(2027, 3, 1)):
        assert [str(one) for one in (*problems, *check_book(book, documents, units, today))] == []
    assert len(book.policies) > 40


def _both(one: dict[str, Any], other: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"conditions": [one, other], **more}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (IN_CITY, {"fact": "firm.in_city", "is": False}),
        ({"fact": "firm.staff", "at_least": 10}, {"fact": "firm.staff", "less_than": 10}),
        ({"fact": "firm.staff", "more_than": 9}, {"fact": "firm.staff", "less_than": 10}),  # no whole number between
        ({"fact": "firm.revenue", "more_than": 5}, {"fact": "firm.revenue", "equals": 5}),
        ({"fact": "firm.size", "is": "small"}, {"fact": "firm.size", "is": "large"}),
        ({"fact": "firm.size", "one_of": ["small", "large"]}, {"fact": "firm.size", "one_of": ["medium"]}),
        ({"fact": "firm.industry", "under": ["A"]}, {"fact": "firm.industry", "under": ["B"]}),
        ({"fact": "firm.industry", "is": "A011"}, {"fact": "firm.industry", "not_under": ["A"]}),
        ({"fact": "firm.bans", "has": ["green"]}, {"fact": "firm.bans", "has_none": ["green", "tech"]}),
        ({"fact": "firm.registered_on", "at_least_ago": {"years": 2}},
         {"fact": "firm.registered_on", "within_last": {"years": 1}}),
        ({"fact": "firm.registered_on", "within_next": {"years": 2}},
         {"fact": "firm.registered_on", "at_least_ago": {"days": 1}}),
        (IN_CITY, {"not": {"any": [IN_CITY, {"fact": "firm.honest", "is": True}]}}),
        ({"value": "firm.staff * 2", "at_least": 4}, {"value": "firm.staff * 2", "less_than": 4}),
    ],
)  # fmt: skip
def test_two_conditions_that_can_never_hold_together(one: dict[str, Any], other: dict[str, Any]) -> None:
    (where, message), = _logic(_both(one, other))  # fmt: skip
    assert where.startswith("conditions[1]")
    assert message == f"contradicts conditions[0] (on {date(2024, 1, 1)}): both can never hold"


def test_three_conditions_of_which_any_two_hold() -> None:
    either = {"any": [{"fact": "firm.size", "is": "small"}, {"fact": "firm.staff", "less_than": 5}]}
    raw = {"conditions": [either, {"fact": "firm.size", "is": "large"}, {"fact": "firm.staff", "at_least": 5}]}
    assert _logic(raw) == [("conditions", f"contradict each other (on {date(2024, 1, 1)}): nothing fulfils all")]


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "firm.staff", "at_least": 2_000_000},  # outside the fact's range
        {"fact": "firm.staff", "less_than": 0},
        {"fact": "firm.staff", "equals": 2.5},
        {"fact": "firm.rd_share", "more_than": 1},
        {"fact": "firm.size", "none_of": ["small", "medium", "large"]},
        {"count": {"at_least": 2, "of": [{"fact": "firm.size", "is": "small"}, {"fact": "firm.size", "is": "large"}]}},
    ],
)
def test_a_condition_that_nothing_fulfils(condition: dict[str, Any]) -> None:
    assert _logic({"conditions": [condition]})[0][1].startswith("contradict each other")


def test_a_contradiction_that_only_begins_later_is_found_now() -> None:
    later = {"fact": "firm.in_city", "is": False, "from": date(2030, 1, 1)}
    assert _logic(_both(IN_CITY, later)) == [
        ("conditions[1]", "contradicts conditions[0] (on 2030-01-01): both can never hold")
    ]
    past = {"fact": "firm.in_city", "is": False, "to": date(2020, 1, 1)}
    assert _logic(_both(IN_CITY, past)) == []


def test_a_contradiction_in_every_version_is_told_once() -> None:
    assert len(_logic(_both(IN_CITY, {"fact": "firm.in_city", "is": False}))) == 1


def _benefit(**fields: Any) -> dict[str, Any]:
    return {"id": "sum", "name": "奖励", "amount": 5, **fields}


def test_a_benefit_that_can_never_be_had() -> None:
    raw = {"conditions": [{"fact": "firm.size", "is": "small"}],
           "benefits": [_benefit(), _benefit(id="more", when=[{"fact": "firm.size", "is": "large"}])]}  # fmt: skip
    assert _logic(raw) == [
        ("benefits[1].when", f"can never hold beside the conditions (on {date(2024, 1, 1)})"),
    ]


def test_a_branch_that_can_never_be_reached() -> None:
    branches = {"any": [{"fact": "firm.size", "is": "small"}, {"fact": "firm.size", "is": "large"}]}
    raw = _both(branches, {"fact": "firm.size", "one_of": ["small", "medium"]})
    (where, message), = _logic(raw)  # fmt: skip
    assert where == "conditions[0].any[1]"
    assert message.startswith("can never be reached")


def test_a_branch_inside_a_branch_and_inside_a_benefit() -> None:
    inner = {"any": [{"fact": "firm.staff", "at_least": 5}, {"fact": "firm.size", "is": "large"}]}
    raw = {
        "conditions": [{"any": [{"all": [{"fact": "firm.size", "is": "small"}, inner]}, IN_CITY]}],
        "benefits": [_benefit(when=[{"any": [IN_CITY, {"fact": "firm.staff", "less_than": 0}]}])],
    }  # fmt: skip
    assert [where for where, _ in _logic(raw)] == ["conditions[0].any[0].all[1].any[1]", "benefits[0].when[0].any[1]"]


def test_a_branch_that_serves_one_benefit_only_is_reached() -> None:
    raw = {
        "conditions": [{"any": [{"fact": "firm.size", "is": "small"}, {"fact": "firm.size", "is": "large"}]}],
        "benefits": [_benefit(id="a", when=[{"fact": "firm.size", "is": "small"}]),
                     _benefit(id="b", when=[{"fact": "firm.size", "is": "large"}])],
    }  # fmt: skip
    assert _logic(raw) == []


@pytest.mark.parametrize(
    "test",
    [
        {"fact": "firm.staff", "at_least": 0},
        {"fact": "firm.staff", "at_most": 1_000_000},
        {"fact": "firm.staff", "more_than": -1},
        {"fact": "firm.rd_share", "at_most": 1},
        {"fact": "firm.size", "one_of": ["small", "medium", "large"]},
        {"fact": "firm.size", "none_of": ["small"]},
    ],
)
def test_a_test_that_cannot_fail_says_nothing(test: dict[str, Any]) -> None:
    told = _logic(_both(IN_CITY, test))
    if test.get("none_of"):  # one that can
        assert told == []
    else:
        assert [(where, message.split(" (on ")[0]) for where, message in told] == [("conditions[1]", "always holds")]


def test_a_parameter_that_runs_out_shows_before_it_does() -> None:
    share = {"values": [{"from": "2024-01-01", "value": 0.02, "to": "2029-01-01"}]}
    raw = {"parameters": {"share": share}, "conditions": [{"fact": "firm.rd_share", "at_least": "share"}]}
    (where, message), = _logic(raw)  # fmt: skip
    assert where == "conditions[0].at_least"
    assert message == "the parameter 'share' has no value on 2029-01-01: add a row for that time"


def test_a_parameter_that_begins_after_its_policy_shows() -> None:
    share = {"values": [{"from": "2025-01-01", "value": 0.02}]}
    raw = {"parameters": {"share": share}, "benefits": [_benefit(amount="share")]}
    (where, message), = _logic(raw)  # fmt: skip
    assert (where, "has no value on 2024-01-01" in message) == ("benefits[0].amount", True)
    assert _logic({**raw, "documents": ["tp-tech-2026"]}) == []
    assert _logic({**raw, "from": "2025-01-01"}) == []


@pytest.mark.parametrize(
    "raw",
    [
        {"benefits": [_benefit(amount=[{"when": {**IN_CITY, "from": date(2030, 1, 1)}, "pay": 5}, {"pay": 3}])]},
        {"benefits": [_benefit(amount=[{"when": {**IN_CITY, "to": date(2030, 1, 1)}, "pay": 5}, {"pay": 3}])]},
        {"benefits": [_benefit(amount=[{"when": [], "pay": 5}, {"pay": 3}])]},
    ],
)
def test_a_case_without_a_condition_on_some_day_is_told(raw: dict[str, Any]) -> None:
    (where, message), = _logic(raw)  # fmt: skip
    assert where == "benefits[0].amount[0]"
    assert "has no condition that counts" in message


def test_a_rule_that_gives_nothing_from_a_day_on() -> None:
    assert _logic({"benefits": [_benefit(to="2027-01-01")]}) == [("benefits", "gives nothing (on 2027-01-01)")]


def test_a_rule_reads_facts_of_its_own_subject() -> None:
    assert _logic({"conditions": [{"fact": "person.in_city", "is": True}]}) == [
        ("conditions", "reads person.in_city, which is no fact about a firm")
    ]
    assert _logic({"benefits": [_benefit(amount="person.income")]})[0][0] == "conditions"


def test_a_rule_is_read_on_every_day_on_which_something_in_it_begins() -> None:
    raw = {
        "parameters": {"p": {"values": [{"from": "2024-02-01", "value": 1}, {"from": "2025-02-01", "value": 2}]}},
        "conditions": [{"any": [{**IN_CITY, "from": date(2025, 3, 1)}, {**IN_CITY, "to": date(2025, 4, 1)}]}],
        "benefits": [_benefit(**{"from": "2025-05-01", "to": "2028-06-01"},
                              when=[{**IN_CITY, "from": date(2025, 7, 1)}],
                              amount=[{"when": {**IN_CITY, "to": date(2025, 8, 1)}, "pay": 1}])],
        "materials": [{"name": "甲", "when": [{**IN_CITY, "from": date(2025, 9, 1)}]}],
        "from": "2024-01-15",
        "to": "2028-01-01",
    }  # fmt: skip
    assert days_of_change(BOOK, rule(raw), DAY) == [
        date(2024, 1, 15), date(2024, 2, 1), date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1),
        date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1), date(2026, 1, 1), DAY,
    ]  # fmt: skip
    assert days_of_change(BOOK, rule({}), date(2020, 1, 1)) == [date(2024, 1, 1), date(2026, 1, 1)]


def test_a_moment_where_a_day_belongs_is_told() -> None:
    (where, message), = _logic({"conditions": [{**IN_CITY, "from": datetime(2026, 1, 1, 8)}]})  # fmt: skip
    assert (where, "is no date" in message) == ("conditions[0].from", True)


@pytest.mark.parametrize(
    ("raw", "where", "message"),
    [
        ({"documents": ["tp-tech-2026", "tp-none"]}, "documents", "there is no document 'tp-none'"),
        ({"materials": [{"name": "甲", "held_by": "nobody"}]}, "materials[0].held_by", "there is no unit 'nobody'"),
        (
            {"exclusions": [{"with": ["tp-none"], "kind": "deduct"}]},
            "exclusions[0].with",
            "there is no policy 'tp-none'",
        ),
        ({"exclusions": [{"with": ["tp-tech-2026"], "kind": "deduct"}]}, "exclusions[0].with", "there is no policy"),
        ({"window": {"spans": [{"from": "02-30", "to": "03-31"}]}}, "window.spans", "'02-30' is no day"),
        ({"window": {"spans": [{"from": "2026-05-01", "to": "03-31"}]}}, "window.spans", "for both or for neither"),
        (
            {"window": {"always": True, "clause": "全年受理"}},
            "window",
            "quotes '全年受理', which its documents do not say",
        ),
        ({"window": {"always": True, "clause": "长" * 50}}, "window", "…', which its documents do not say"),
        ({"window": {"always": True, "clause": "每月最高5"}}, "window", "begins or ends inside a number"),
        ({"window": {"always": True, "clause": "000元，最长6个月"}}, "window", "begins or ends inside a number"),
        ({"window": {"always": True, "clause": "登记满36"}}, "window", "begins or ends inside a number"),
    ],
)
def test_a_reference_to_nothing_is_told(raw: dict[str, Any], where: str, message: str) -> None:
    (found,) = _check(raw)
    assert found.where == where
    assert message in found.message


def test_a_quote_beside_a_number_cuts_nothing() -> None:
    quotes = ["每月最高5,000元", "最长6个月", "奖励10万元", "二、小型企业奖励10"]
    assert _check({"window": {"always": True, "clause": quotes}}) == []


def test_a_rule_cannot_exclude_itself() -> None:
    book = with_rules(BOOK, rule({**TECH, "exclusions": [{"with": ["tp-tech"], "kind": "not_together"}]}))
    (found,) = check_book(book, DOCUMENTS, UNITS, DAY)
    assert (found.where, found.message) == ("exclusions[0].with", "names the policy itself")


def test_exclusions_need_the_fact_of_what_is_received() -> None:
    facts = {name: fact for name, fact in BOOK.facts.items() if name != "firm.receiving"}
    bare = RuleBook(facts, BOOK.lists, {"tp-tech": BOOK.policies["tp-tech"]}, BOOK.documents)
    assert "there is no fact firm.receiving" in [one.message for one in check_book(bare, DOCUMENTS, UNITS, DAY)]


def test_conditions_and_benefits_name_their_words() -> None:
    found = check_book(with_rules(BOOK, rule({})), DOCUMENTS, UNITS, DAY)
    assert [(one.where, one.message) for one in found] == [
        ("conditions[0]", "names no clause"),
        ("benefits[0]", "names no clause"),
    ]


FACT = "- {id: firm.more, label: 某, type: number, question: ？, "


@pytest.mark.parametrize(
    ("fact", "where", "message"),
    [
        (FACT + "held_by: nobody}", "firm.more.held_by", "there is no unit 'nobody'"),
        (FACT + "asked_when: {fact: firm.no, is: true}}", "firm.more.asked_when[0].is", "there is no fact 'firm.no'"),
        (FACT + "asked_when: {fact: firm.exporter}}", "firm.more.asked_when[0]", "says nothing that must hold"),
        (FACT + "derive: firm.none * 2}", "firm.more.derive", "there is no fact 'firm.none'"),
        (FACT + "derive: firm.size}", "firm.more.derive", "neither a number nor a date"),
        (FACT + "derive: firm.staff +}", "firm.more.derive", "cannot be read"),
        (FACT + "derive: share}", "firm.more.derive", "there is no parameter 'share'"),
        (FACT + "assume: some, assume_why: 试}", "firm.more.assume", "'some' is no number"),
        (FACT + "assume: true, assume_why: 试}", "firm.more.assume", "True is no number"),
        (FACT + "range: [0, 1], assume: 5, assume_why: 试}", "firm.more.assume", "is outside 0 to 1"),
        ("- {id: firm.more, label: 某, type: boolean, question: ？, assume: 1.0, assume_why: 试}",
         "firm.more.assume", "is neither yes nor no"),
        ("- {id: firm.more, label: 某, type: choice, options: {a: 甲}, question: ？, assume: b, assume_why: 试}",
         "firm.more.assume", "'b' is not in the list"),
        ("- {id: firm.more, label: 某, type: choice, options: {a: 甲}, question: ？, assume: 甲, assume_why: 试}",
         "firm.more.assume", "'甲' is no code"),
        ("- {id: firm.more, label: 某, type: choices, options: {a: 甲}, question: ？, assume: a, assume_why: 试}",
         "firm.more.assume", "is no list"),
    ],
)  # fmt: skip
def test_a_fault_of_a_fact_is_told(tmp_path: Path, fact: str, where: str, message: str) -> None:
    documents = write_pack(tmp_path)
    write(tmp_path / "eligibility/facts/firm.yaml", f"{FACTS}\n{fact}")
    (found,) = check_book(book_of(tmp_path, documents), documents, UNITS, DAY)
    assert (found.file, found.where) == ("eligibility/facts", where)
    assert message in found.message
    assert found.remedy


def test_facts_that_are_computed_from_each_other_are_told(tmp_path: Path) -> None:
    documents = write_pack(tmp_path)
    more = ("- {id: firm.x, label: 甲, type: number, derive: firm.y + 1}\n"
            "- {id: firm.y, label: 乙, type: number, derive: firm.x - 1}")  # fmt: skip
    write(tmp_path / "eligibility/facts/firm.yaml", f"{FACTS}\n{more}")
    found = check_book(book_of(tmp_path, documents), documents, UNITS, DAY)
    assert [one.where for one in found] == ["firm.x.derive", "firm.y.derive"]
    assert all("rests on itself" in one.message for one in found)


def _checked(root: Path, documents: Mapping[str, Document] | None = None) -> list[Problem]:
    own = documents_of(root) if documents is None else documents
    return check_book(book_of(root, own), own, UNITS, DAY, read_signatures(root))


def test_signatures_are_asked_for_only_where_they_are_given(tmp_path: Path) -> None:
    documents = write_pack(tmp_path)
    book = book_of(tmp_path, documents)
    assert check_book(book, documents, UNITS, DAY) == []
    unsigned = check_book(book, documents, UNITS, DAY, [])
    assert [(one.file, one.message) for one in unsigned] == [
        (f"eligibility/rules/{name}.yaml", "is not signed") for name in sorted(book.policies)
    ]
    assert "citydesk policy sign tp-elder --by NAME" in unsigned[0].remedy
    sign_all(tmp_path, book, documents)
    assert _checked(tmp_path, documents) == []


def test_a_rule_that_was_changed_after_it_was_signed_is_told(tmp_path: Path) -> None:
    documents = write_pack(tmp_path)
    sign_all(tmp_path, book_of(tmp_path, documents), documents)
    path = tmp_path / "eligibility/rules/tp-green.yaml"
    raw = yaml.safe_load(path.read_text("utf-8"))
    raw["benefits"][0]["amount"][0]["pay"] = 90000
    write(path, raw)
    (found,) = _checked(tmp_path)
    assert found.message == "was changed after 李明 signed it on 2026-06-01"
    book = book_of(tmp_path, documents)
    sign(tmp_path, book.policies["tp-green"], book, documents, by="王芳", at=datetime(2026, 6, 2, tzinfo=UTC))
    assert _checked(tmp_path) == []


def test_a_text_that_was_changed_is_told_and_so_are_the_words_that_are_lost(tmp_path: Path) -> None:
    documents = write_pack(tmp_path)
    sign_all(tmp_path, book_of(tmp_path, documents), documents)
    write_text(tmp_path, "tp-elder-2025", TEXTS["tp-elder-2025"][3].replace("年满80岁", "年满七十九岁"))
    lost, changed = _checked(tmp_path)
    assert (lost.where, lost.message) == ("conditions[1]", "quotes '年满80岁', which its documents do not say")
    assert "tp-elder-2025#s1, whose text has changed" in changed.message
