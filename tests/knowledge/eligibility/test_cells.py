"""Cells: every way in which an answer can matter, and whether something can hold, found without trying every value."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.eligibility import cells
from knowledge.eligibility.cells import OTHER, Cell, Space, cells_of, in_cell, kleene
from knowledge.eligibility.facts import Fact, Value
from knowledge.eligibility.ir import (
    All,
    Among,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Constant,
    Given,
    Holds,
    Leaf,
    Not,
    Operator,
    Says,
    Term,
    Test,
    Truth,
    Within,
    leaves,
)
from knowledge.eligibility.rowwise import judge
from tests.knowledge.eligibility.making import DAY, compiled, small_book

BOOK = small_book()
PROPERTY = settings(max_examples=200, deadline=None, derandomize=True, database=None)
X = Given("firm.x", "number")
_OPERATORS: list[Operator] = [">=", ">", "<=", "<", "==", "!="]


def _fact(name: str = "firm.x", **fields: Any) -> Fact:
    return Fact.model_validate({"id": name, "label": "某", "question": "？", "type": "number", **fields})


def _bounds(bounds: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Test]]:
    one = st.builds(lambda o, b: Compare(o, X, Constant(b)), st.sampled_from(_OPERATORS), bounds)
    return st.lists(one, min_size=1, max_size=4)


def _apart(tests: list[Test], values: list[Value]) -> set[tuple[Truth, ...]]:
    """The different ways in which the tests turn out."""
    return {tuple(judge(Leaf(test))({"firm.x": value}) for test in tests) for value in values}


_SMALL = st.integers(-3, 12) | st.sampled_from([-2.5, -1.5, -1.25, 0.5, 2.5, 2.75, 7.25])


@PROPERTY
@given(tests=_bounds(_SMALL), low=st.none() | st.integers(-3, 5), whole=st.booleans())
def test_the_cells_of_a_number_are_every_way_its_tests_turn_out(
    tests: list[Test], low: int | None, whole: bool
) -> None:
    span = None if low is None else (low, low + 6)
    fact = _fact(type="integer" if whole else "number", range=span)
    step = 1.0 if whole else 0.125
    first, last = (-20.0, 20.0) if span is None else (float(span[0]), float(span[1]))
    values: list[Value] = [first + n * step for n in range(int((last - first) / step) + 1)]
    found: list[Value] = [cell.value for cell in cells_of(fact, tests)]
    possible = _apart(tests, values)
    assert _apart(tests, found) >= possible  # nothing is overlooked
    assert _apart(tests, found) <= possible  # and nothing is made up


@PROPERTY
@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 1, 20)), min_size=2, max_size=5), st.sampled_from(_OPERATORS))
def test_the_cells_of_a_day_are_every_way_its_tests_turn_out(days: list[date], operator: Operator) -> None:
    given_day = Given("firm.x", "date")
    tests: list[Test] = [Compare(operator, given_day, Constant(day)) for day in days[2:]]
    tests.append(Within(given_day, min(days[:2]), max(days[:2])))
    every: list[Value] = [date(2025, 12, 1) + timedelta(days=n) for n in range(90)]
    assert _apart(tests, [cell.value for cell in cells_of(None, tests)]) == _apart(tests, every)


_CODES = [entry.code for entry in BOOK.lists["industries"].entries]


@PROPERTY
@given(
    st.lists(
        st.tuples(st.frozensets(st.sampled_from(_CODES)), st.frozensets(st.sampled_from(_CODES))),
        min_size=1,
        max_size=4,
    )
)
def test_the_cells_of_a_code_are_every_way_its_tests_turn_out(
    pairs: list[tuple[frozenset[str], frozenset[str]]],
) -> None:
    tests: list[Test] = [Among(Given("firm.industry", "code"), yes, coarse) for yes, coarse in pairs]
    space = Space(BOOK, [Leaf(test) for test in tests])
    found = {tuple(in_cell(test, cell) for test in tests) for cell in space.variables["firm.industry"].cells}
    assert found == {tuple(judge(Leaf(test))({"firm.industry": code}) for test in tests) for code in _CODES}


@PROPERTY
@given(st.lists(st.tuples(st.frozensets(st.sampled_from("abcd"), min_size=1), st.sampled_from(["any", "all", "none"])),
                min_size=1, max_size=4))  # fmt: skip
def test_the_cells_of_a_set_are_every_way_its_tests_turn_out(pairs: list[tuple[frozenset[str], Any]]) -> None:
    tests: list[Test] = [Holds(Given("firm.x", "codes"), codes, how) for codes, how in pairs]
    every: list[Value] = [frozenset(c for c, kept in zip("abcde", bits, strict=True) if kept)
                          for bits in product((True, False), repeat=5)]  # fmt: skip
    assert _apart(tests, [cell.value for cell in cells_of(None, tests)]) == _apart(tests, every)


def test_many_codes_are_taken_as_none_each_and_all() -> None:
    found = cells_of(None, [Holds(Given("firm.x", "codes"), frozenset("abcdef"))])
    assert {cell.value for cell in found} == {frozenset(), frozenset("abcdef"), *(frozenset(c) for c in "abcdef")}


@pytest.mark.parametrize(
    ("fact", "test", "expected"),
    [
        (_fact(), Compare(">=", X, Constant(3.0)),
         [Cell(2.0, None, 3.0), Cell(3.0, 3.0, 3.0), Cell(4.0, 3.0, None)]),
        (_fact(range=[0, 10]), Compare(">=", X, Constant(0.0)), [Cell(0.0, 0.0, 0.0), Cell(5.0, 0.0, 10.0)]),
        (_fact(range=[0, 10]), Compare(">=", X, Constant(99.0)), [Cell(5.0, 0.0, 10.0)]),
        (_fact(type="integer", range=[0, 2]), Compare(">", X, Constant(1.0)),
         [Cell(0.0, 0.0, 1.0), Cell(1.0, 1.0, 1.0), Cell(2.0, 1.0, 2.0)]),
        (None, Compare(">=", Given("firm.x", "date"), Constant(DAY)),
         [Cell(DAY - timedelta(days=1), None, DAY), Cell(DAY, DAY, DAY), Cell(DAY + timedelta(days=1), DAY, None)]),
        (None, Says(Given("firm.x", "boolean"), True), [Cell(True), Cell(False)]),
        (None, Among(Given("firm.x", "code"), frozenset("ab"), frozenset("c")), [Cell("a"), Cell("c"), Cell(OTHER)]),
        (None, Compare(">=", X, Given("firm.y", "number")), [Cell(True), Cell(False)]),
    ],
)  # fmt: skip
def test_cells_stand_between_the_marks_and_on_them(fact: Fact | None, test: Test, expected: list[Cell]) -> None:
    assert list(cells_of(fact, [test])) == expected


_VALUES: dict[str, list[Value]] = {
    "firm.in_city": [True, False],
    "firm.size": ["small", "medium", "large"],
    "firm.staff": [0.0, 4.0, 5.0, 6.0, 9.0, 10.0, 11.0, 1000.0],
    "firm.bans": [frozenset(), frozenset({"green"}), frozenset({"tech"}), frozenset({"green", "tech"})],
    "firm.registered_on": [DAY + timedelta(days=n) for n in (-400, -366, -365, -364, -1, 0, 1)],
}


def _leaves() -> st.SearchStrategy[dict[str, Any]]:
    tests: list[dict[str, Any]] = [
        {"fact": "firm.in_city", "is": True},
        {"fact": "firm.in_city", "is": False},
        *({"fact": "firm.size", how: codes} for how in ("one_of", "none_of")
          for codes in (["small"], ["small", "large"], ["small", "medium", "large"])),
        *({"fact": "firm.staff", how: n} for how in ("at_least", "less_than", "equals") for n in (5, 10)),
        *({"fact": "firm.bans", how: codes} for how in ("has", "has_all", "has_none")
          for codes in (["green"], ["green", "tech"])),
        *({"fact": "firm.registered_on", how: {"days": n}} for how in ("at_least_ago", "within_last")
          for n in (0, 365)),
    ]  # fmt: skip
    return st.sampled_from(tests)


def _trees() -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        _leaves(),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).map(lambda of: {"all": of})
            | st.lists(inner, min_size=1, max_size=3).map(lambda of: {"any": of})
            | inner.map(lambda of: {"not": of})
            | st.lists(inner, min_size=2, max_size=3).map(lambda of: {"count": {"at_least": 2, "of": of}})
        ),
        max_leaves=7,
    )


@PROPERTY
@given(st.lists(_trees(), min_size=1, max_size=3))
def test_what_can_hold_is_found_and_nothing_else(conditions: list[dict[str, Any]]) -> None:
    condition = compiled({"conditions": conditions}).conditions
    names = sorted({leaf.test.fact.fact for leaf in leaves(condition) if hasattr(leaf.test, "fact")}
                   | {"firm.staff", "firm.registered_on"})  # fmt: skip
    holds = judge(condition)
    every = product(*(_VALUES[name] for name in names))
    possible = any(holds(dict(zip(names, values, strict=True))) for values in every)
    found = Space(BOOK, [condition]).solve(condition)
    assert (found is not None) is possible
    if found is not None:  # and the cells named are such that it does
        assert holds({name: cell.value for name, cell in found.items()}) is True


@PROPERTY
@given(_trees(), st.data())
def test_the_truth_of_a_condition_is_that_of_its_tests_put_together(tree: dict[str, Any], data: st.DataObject) -> None:
    condition = compiled({"conditions": [tree]}).conditions
    values = {name: value for name, own in _VALUES.items()
              if (value := data.draw(st.none() | st.sampled_from(own))) is not None}  # fmt: skip
    assert kleene(condition, lambda leaf: judge(leaf)(values)) is judge(condition)(values)


def test_what_is_fixed_is_kept() -> None:
    rule = compiled(
        {"conditions": [{"any": [{"fact": "firm.in_city", "is": True}, {"fact": "firm.staff", "at_least": 5}]}]}
    )
    space = Space(BOOK, [rule.conditions])
    found = space.solve(rule.conditions, {"firm.in_city": Cell(False)})
    assert found is not None
    assert found["firm.in_city"].value is False
    assert judge(rule.conditions)({name: cell.value for name, cell in found.items()}) is True
    assert space.solve(All((rule.conditions, Not(rule.conditions)))) is None


def test_a_code_too_coarse_to_tell_does_not_stand_in_the_way() -> None:
    coarse = Leaf(Among(Given("firm.industry", "code"), frozenset(), frozenset({"A"})))
    assert Space(BOOK, [coarse]).solve(coarse) is not None


def test_a_stated_fact_and_its_computation_are_one_variable() -> None:
    raw = {"conditions": [{"fact": "firm.rd_share", "at_least": 0.1}, {"fact": "firm.rd_share", "less_than": 0.1}]}
    rule = compiled(raw)
    space = Space(BOOK, [rule.conditions])
    assert list(space.variables) == ["firm.rd_share"]
    assert space.solve(rule.conditions) is None


def test_equal_formulas_are_one_variable_and_comparisons_of_two_terms_stand_alone() -> None:
    raw = {
        "conditions": [
            {"value": "firm.staff * 2", "at_least": 10},
            {"value": "firm.staff * 2", "less_than": 10},
            {"fact": "firm.staff", "at_least": "firm.score"},
        ]
    }
    rule = compiled(raw)
    space = Space(BOOK, [rule.conditions])
    assert len(space.variables) == 2
    assert space.solve(All(rule.conditions.of[:2])) is None
    assert space.solve(All(rule.conditions.of[1:])) is not None


@pytest.mark.parametrize("condition", [All(()), AnyOf(()), AtLeast(1, ())])
def test_groups_of_nothing(condition: Condition) -> None:
    assert kleene(condition, lambda _: None) is judge(condition)({})


def test_the_tests_of_cases_are_those_that_pick_one() -> None:
    when = [{"fact": "firm.staff", "at_least": 5}, {"fact": "firm.in_city", "is": True}]
    benefit = {"id": "sum", "name": "奖", "amount": [{"when": when, "pay": 5}, {"pay": 1}]}
    amount: Term | None = compiled({"benefits": [benefit]}).benefits[0].amount
    assert amount is not None
    assert [type(test) for test in cells.tests_in_term(amount)] == [Compare, Says]
