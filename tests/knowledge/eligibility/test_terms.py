"""Names in formulas: facts, computed facts, and parameters as they stood."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from city.errors import BadInput
from knowledge.eligibility.facts import Fact, Value
from knowledge.eligibility.ir import Either, facts_of, is_day
from knowledge.eligibility.rowwise import term
from knowledge.eligibility.rules import Parameter
from knowledge.eligibility.terms import DEEPEST, Resolver
from tests.knowledge.eligibility.making import DAY, small_book

BOOK = small_book()


def _resolver(day: date = DAY, facts: dict[str, dict[str, Any]] | None = None, **parameters: Any) -> Resolver:
    more = {name: Fact.model_validate({"id": name, "label": name, **raw}) for name, raw in (facts or {}).items()}
    made = {name: Parameter.model_validate(raw) for name, raw in parameters.items()}
    return Resolver(day, {**BOOK.facts, **more}, BOOK.lists, made)


def _value(resolver: Resolver, text: str | float, **values: Value) -> object:
    return term(resolver.formula(text))({f"firm.{name}": value for name, value in values.items()})


def test_a_computed_fact_is_computed_unless_it_is_stated() -> None:
    made = _resolver().formula("firm.rd_share")
    assert isinstance(made, Either)
    assert facts_of(made) == {"firm.rd_share", "firm.rd_expense", "firm.revenue"}
    assert _value(_resolver(), "firm.rd_share", rd_expense=3.0, revenue=100.0) == 0.03
    assert _value(_resolver(), "firm.rd_share", rd_expense=3.0, revenue=100.0, rd_share=0.5) == 0.5
    assert _value(_resolver(), "firm.rd_share", rd_expense=3.0) is None
    assert _value(_resolver(), "firm.rd_share", rd_expense=3.0, revenue=0.0) is None


def test_a_computed_fact_may_rest_on_another() -> None:
    resolver = _resolver(facts={"firm.twice": {"type": "ratio", "derive": "firm.rd_share * 2"}})
    assert _value(resolver, "firm.twice", rd_expense=3.0, revenue=100.0) == 0.06
    assert _value(resolver, "firm.twice", rd_share=0.2) == 0.4


SHARE = {"values": [{"from": "2024-01-01", "value": 0.02}, {"from": "2026-01-01", "value": 0.03, "to": "2027-01-01"}]}


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2024, 1, 1), 0.02),
        (date(2025, 12, 31), 0.02),
        (date(2026, 1, 1), 0.03),
        (date(2026, 12, 31), 0.03),
    ],
)
def test_a_parameter_has_the_value_of_the_day(day: date, value: float) -> None:
    assert _value(_resolver(day, share=SHARE), "share") == value


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 1, 1), date(2030, 1, 1)])
def test_a_parameter_without_a_value_on_the_day_is_told(day: date) -> None:
    with pytest.raises(BadInput, match=f"'share' has no value on {day}: add a row"):
        _resolver(day, share=SHARE).formula("share * 2")


TABLE: dict[str, Any] = {"by": "firm.industry", "values": [{"from": "2024-01-01", "table": {"A": 3, "A01": 7, "B": 9}}]}


@pytest.mark.parametrize(("code", "value"), [("A", 3), ("A02", 3), ("A01", 7), ("A011", 7), ("B05", 9), ("C", None)])
def test_a_table_takes_the_nearest_name_above_a_code(code: str, value: float | None) -> None:
    assert _value(_resolver(award=TABLE), "award", industry=code) == value


def test_a_table_has_a_value_for_the_rest_but_not_for_what_is_unknown() -> None:
    rows = [{"from": "2024-01-01", "table": {"small": 5}, "otherwise": 1}]
    resolver = _resolver(award={"by": "firm.size", "values": rows})
    assert [_value(resolver, "award", size=size) for size in ("small", "large")] == [5, 1]
    assert _value(resolver, "award") is None


@pytest.mark.parametrize(
    ("cut", "value"),
    [(0.0, 0), (0.0999, 0), (0.1, 3), ((300 - 270) / 300, 3), (0.19, 3), (0.2, 7), (5.0, 7), (-1.0, 0)],
)
def test_brackets_begin_at_their_lower_bound(cut: float, value: float) -> None:
    rows = [{"from": "2024-01-01", "brackets": [[0.1, 3], [0.2, 7]]}]
    assert _value(_resolver(rate={"by": "firm.score", "values": rows}), "rate", score=cut) == value


def test_brackets_may_go_by_a_formula() -> None:
    rows = [{"from": "2024-01-01", "brackets": [[10, 3]], "otherwise": 1}]
    resolver = _resolver(rate={"by": "firm.staff / 2", "values": rows})
    assert [_value(resolver, "rate", staff=n) for n in (20.0, 19.0)] == [3, 1]
    assert _value(resolver, "rate") is None


DATED: dict[str, Any] = {
    "by": "firm.size",
    "dated_by": "firm.certified_on",
    "values": [
        {"from": "2024-03-20", "table": {"small": 200}},
        {"from": "2026-06-01", "table": {"small": 300}},
    ],
}


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2024, 3, 19), None),
        (date(2024, 3, 20), 200),
        (date(2026, 5, 31), 200),
        (date(2026, 6, 1), 300),
        (None, None),
    ],
)
def test_the_day_of_a_fact_may_pick_the_row_whatever_the_day_asked_for(day: date | None, value: float | None) -> None:
    for asked in (date(2023, 1, 1), DAY, date(2030, 1, 1)):
        given: dict[str, Value] = {"size": "small"} if day is None else {"size": "small", "certified_on": day}
        assert _value(_resolver(asked, award=DATED), "award", **given) == value


def test_a_parameter_may_be_a_day() -> None:
    made = _resolver(start={"values": [{"from": "2024-01-01", "value": "2026-07-01"}]}).formula("start")
    assert is_day(made)
    assert term(made)({}) == date(2026, 7, 1)


_ONE: list[dict[str, Any]] = [{"from": "2024-01-01", "table": {"small": 1}}]
_STEPS: list[dict[str, Any]] = [{"from": "2024-01-01", "brackets": [[1, 2]]}]


@pytest.mark.parametrize(
    ("text", "parameters", "message"),
    [
        ("firm.nothing", {}, "there is no fact 'firm.nothing'"),
        ("nothing", {}, "there is no parameter 'nothing' in this rule"),
        ("firm.in_city + 1", {}, "firm.in_city is neither a number nor a date"),
        ("firm.size", {}, "firm.size is neither a number nor a date"),
        ("p", {"p": {"by": "firm.staff", "values": _ONE}}, "needs a choice as `by`"),
        ("p", {"p": {"by": "firm.nothing", "values": _ONE}}, "needs a choice as `by`"),
        ("p", {"p": {"by": "firm.bans", "values": _ONE}}, "needs a choice as `by`"),
        ("p", {"p": {"by": "firm.industry", "values": _ONE}}, "names 'small', which firm.industry does not know"),
        ("p", {"p": {"by": "firm.size +", "values": _STEPS}}, "cannot be read"),
        ("p", {"p": {"by": "firm.registered_on", "values": _STEPS}}, "is a date, where a number is needed"),
        ("p", {"p": {"by": "firm.size", "dated_by": "firm.staff", "values": _ONE}}, "`dated_by` of 'p' needs a date"),
        ("p", {"p": {"by": "firm.size", "dated_by": "firm.x", "values": _ONE}}, "there is no fact 'firm.x'"),
        ("p", {"p": {"by": "p", "values": _STEPS}}, "'p' rests on itself: p → p"),
        ("p", {"p": {"by": "q", "values": _STEPS}, "q": {"by": "p * 2", "values": _STEPS}}, "'p' rests on itself"),
    ],
)
def test_what_a_formula_cannot_name_is_told(text: str, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        _resolver(**parameters).formula(text)


def test_computed_facts_that_rest_on_each_other_are_told() -> None:
    facts = {
        "firm.x": {"type": "number", "derive": "firm.y + 1"},
        "firm.y": {"type": "number", "derive": "firm.x - 1"},
        "firm.z": {"type": "number", "derive": "firm.registered_on"},
    }
    with pytest.raises(BadInput, match=r"'firm.x' rests on itself: firm.x → firm.y → firm.x"):
        _resolver(facts=facts).formula("firm.x")
    with pytest.raises(BadInput, match="is a date, where a number is needed"):
        _resolver(facts=facts).formula("firm.z")


def test_a_chain_of_computed_facts_has_an_end() -> None:
    facts = {f"firm.x{n}": {"type": "number", "derive": f"firm.x{n + 1} + 1"} for n in range(DEEPEST + 5)}
    with pytest.raises(BadInput, match="rests on itself"):
        _resolver(facts=facts).formula("firm.x0")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"values": []}, "at least 1"),
        ({"values": [{"from": "2024-01-01"}]}, "exactly one of"),
        ({"by": "firm.size", "values": [{"from": "2024-01-01", "value": 1, "table": {"a": 1}}]}, "exactly one of"),
        ({"values": _ONE}, "needs `by`"),
        ({"values": _STEPS}, "needs `by`"),
        ({"values": [{"from": "2026-01-01", "value": 1}, {"from": "2024-01-01", "value": 2}]}, "in the order"),
        ({"values": [{"from": "2026-01-01", "value": 1}, {"from": "2026-01-01", "value": 2}]}, "in the order"),
        ({"by": "firm.staff", "values": [{"from": "2024-01-01", "brackets": [[2, 1], [1, 2]]}]}, "must rise"),
        ({"by": "firm.staff", "values": [{"from": "2024-01-01", "brackets": [[1, 1], [1, 2]]}]}, "must rise"),
        (
            {"values": [{"from": "2024-01-01", "value": 1}, {"from": "2025-01-01", "value": "2026-01-01"}]},
            "all be days",
        ),
        ({"values": [{"value": 1}]}, "Field required"),
        ({"values": [{"from": "soon", "value": 1}]}, "valid date"),
        ({"values": [{"from": "2024-01-01", "value": "viel"}]}, "valid"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Parameter.model_validate(raw)
