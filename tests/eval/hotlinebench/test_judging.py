"""End states, questions and words against what a task wants."""

from __future__ import annotations

from typing import Any

import pytest

from eval.hotlinebench.judging import field, questions, replies, state
from eval.hotlinebench.tasks import Expect
from tests.eval.hotlinebench.making import PHONE, cited, event, order, talk, turn


def wants(**given: Any) -> Expect:
    return Expect.model_validate(given)


@pytest.mark.parametrize(
    "kept",
    [
        {"category": "0901"},
        {"category": ["0604", "090101"]},
        {"due_at": "2026-12-05 10:30:00"},
        {"due_at": "2026-12-05T02:30:00+00:00"},
        {"contact_due": None},
        {"lead": ["urban_mgmt", "cangpu_urban_mgmt"]},
        {"lead": {"has": ["market | urban"]}},
        {"events": ["submit", "dispatch"]},
        {"sensitivity": "elderly"},
        {"title": {"has": "阳光花园", "lacks": [PHONE]}},
        {"place": "阳光花园", "district": "cangpu", "phone": PHONE, "anonymous": False, "acknowledged": False},
    ],
)
def test_what_fits(kept: dict[str, Any]) -> None:
    assert state(wants(orders=[kept]), talk(orders=(order(),))) == []


@pytest.mark.parametrize(
    "kept",
    [
        {"category": "0902"},
        {"due_at": "2026-12-05 10:30:01"},
        {"due_at": None},
        {"contact_due": "2026-12-05 10:30:00"},
        {"lead": "health"},
        {"events": ["dispatch", "submit"]},
        {"sensitivity": ["elderly", "minor"]},
        {"title": {"lacks": "阳光花园"}},
        {"phone": ""},
        {"confidential": True},
    ],
)
def test_what_does_not(kept: dict[str, Any]) -> None:
    [fault] = state(wants(orders=[kept]), talk(orders=(order(),)))
    assert fault.startswith(f"order 1: {next(iter(kept))} is ")


def test_a_category_that_must_be_open() -> None:
    assert state(wants(orders=[{"category": ""}]), talk(orders=(order(category=""),))) == []
    assert state(wants(orders=[{"category": ""}]), talk(orders=(order(),)))


def test_orders_are_counted_without_those_of_before() -> None:
    both = talk(orders=(order(before=True), order()))
    assert state(wants(orders=[{}]), both) == []
    assert state(wants(count=0), both) == ["1 orders, not 0"]
    assert state(wants(orders=[{}], before=[{"status": "closed"}]), both) == [
        "earlier order 1: status is dispatched, not closed"
    ]


def test_a_returned_unit_leads_no_more_and_the_last_rating_counts() -> None:
    given = [{"unit": "a", "role": "lead", "returned_at": "2026-11-21"}, {"unit": "b", "role": "cc"}]
    made = order(assignments=given, events=[event("solved", satisfaction=4), event("reopen")])
    assert [field(made, name) for name in ("lead", "cc", "satisfaction")] == ["", ["b"], 4]


def test_what_clerks_could_not_do_and_who_hung_up_is_told() -> None:
    said = talk(ended="hung_up", undone=["later: sign: no"])
    assert state(wants(), said) == ["the citizen is hung_up, not done", "a clerk could not act: later: sign: no"]
    assert state(wants(ended="hung_up"), talk(ended="hung_up")) == []


def test_questions_are_known_by_either_name_and_counted() -> None:
    said = talk(turn(asked="petition.place"), turn(asked="petition.contact", waits=True), turn(asked="confirm"))
    assert questions(wants(asks=["place"], asks_not=["contact"], most_questions=1, most_turns=3), said) == []
    assert questions(wants(asks=["contact"], asks_not=["petition.place"], most_questions=0, most_turns=2), said) == [
        "did not ask contact",
        "asked petition.place",
        "1 questions, at most 0",
        "3 turns, at most 2",
    ]


def test_the_first_and_the_last_reply_of_a_step() -> None:
    said = talk(turn(outcome="needs_fact", lines=["119"]), turn(outcome="filed", text="工单号YL"), turn(step="later"))
    right = {"first": "needs_fact", "outcome": ["filed", "progress"], "says": ["工单 | 单号"], "lines": "119"}
    assert replies(wants(turns={"opening": right}), said) == []
    wrong = {
        "first": "filed",
        "outcome": "needs_fact",
        "says": "承诺",
        "never": "工单号",
        "lines": "120",
        "code": "N01",
    }
    assert replies(wants(turns={"opening": wrong}), said) == [
        "opening: outcome is filed, not needs_fact",
        "opening: first is needs_fact, not filed",
        "opening: code is none, not N01",
        "opening: does not say '承诺'",
        "opening: says '工单号'",
        "opening: line 120 is not shown",
    ]


def test_citations_by_provision_document_and_what_they_rest_on() -> None:
    faq = cited(provision="faq-1#answer", document="faq-1", rests_on=["yl-parking-2024#15"])
    said = talk(turn(citations=[faq]))
    right = {"cites": ["yl-parking-2024#15", "yl-parking-2024", "faq-1 | faq-2"], "not_cites": "yl-parking-2016"}
    assert replies(wants(turns={"opening": right}), said) == []
    wrong = {"cites": "yl-parking-2016", "not_cites": "yl-parking-2024", "specialist": "planning"}
    assert replies(wants(turns={"opening": wrong}), said) == [
        "opening: told by regulation, not planning",
        "opening: does not cite yl-parking-2016",
        "opening: cites yl-parking-2024",
    ]


def test_tables_and_choices_are_read_too_and_never_holds_everywhere() -> None:
    shown = [{"tool": "t", "table": {"heads": ["停车场"], "rows": [["鼓楼", "12"]]}, "sources": []}]
    said = talk(turn(shown=shown), turn(step="later", options=["王小明"]))
    assert replies(wants(turns={"opening": {"says": ["鼓楼"]}}, never=["王小明"]), said) == ["says '王小明'"]


def test_a_step_that_was_never_reached_is_told() -> None:
    given = wants(turns={"opening": {}})
    assert replies(given, talk(turn(step="later"))) == ["opening: never said"]
