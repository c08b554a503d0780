"""Facts of the catalogue: what may be written, and what is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.eligibility.facts import CODED, NUMERIC, Fact, FactType, Sensitivity
from tests.knowledge.eligibility.making import small_book


def _fact(**fields: Any) -> Fact:
    return Fact.model_validate({"id": "firm.some", "label": "某", "type": "number", "question": "多少？", **fields})


def test_a_fact_is_private_unless_it_says_otherwise() -> None:
    assert _fact().sensitivity is Sensitivity.PRIVATE
    assert small_book().facts["person.disabled"].sensitivity is Sensitivity.SENSITIVE


@pytest.mark.parametrize(("name", "subject"), [("firm.some", "firm"), ("person.some", "person")])
def test_the_id_says_whom_a_fact_is_about(name: str, subject: str) -> None:
    assert _fact(id=name).subject == subject


def test_the_kinds_of_facts_do_not_overlap() -> None:
    assert not NUMERIC & CODED
    assert set(FactType) - NUMERIC - CODED == {FactType.BOOLEAN, FactType.DATE}


def test_a_fact_of_the_register_keeps_its_name_there() -> None:
    assert _fact(register="年报").register_name == "年报"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": "shop.some"}, "pattern"),
        ({"id": "firm.Some"}, "pattern"),
        ({"id": "some"}, "pattern"),
        ({"type": "text"}, "Input should be"),
        ({"type": "choice"}, "needs a `list` or `options`"),
        ({"type": "choices"}, "needs a `list` or `options`"),
        ({"options": {"a": "甲"}}, "has no list of choices"),
        ({"list": "industries"}, "has no list of choices"),
        ({"question": ""}, "write the `question`"),
        ({"assume": 5}, "say in `assume_why`"),
        ({"type": "boolean", "range": [0, 1]}, "has no range"),
        ({"type": "date", "range": [0, 1]}, "has no range"),
        ({"type": "date", "assume": "2026-01-01", "assume_why": "试"}, "cannot be taken for granted"),
        ({"type": "boolean", "derive": "firm.staff"}, "cannot be computed"),
        ({"type": "date", "derive": "firm.registered_on"}, "cannot be computed"),
        ({"range": [0]}, "range"),
        ({"sensitivity": "secret"}, "sensitivity"),
        ({"sensitive": True}, "Extra inputs"),
    ],
)
def test_a_fact_that_makes_no_sense_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        _fact(**fields)


def test_a_computed_fact_needs_no_question() -> None:
    assert _fact(question="", derive="firm.staff / 2").derive == "firm.staff / 2"


@pytest.mark.parametrize(("given", "kept"), [(0, 0.0), (1, 1.0), (2.5, 2.5)])
def test_a_number_taken_for_granted_stays_a_number(given: float, kept: float) -> None:
    assumed = _fact(assume=given, assume_why="试").assume
    assert assumed == kept
    assert not isinstance(assumed, bool)
