"""Evaluation on a table: the same truth tables, gaps and days as row by row (random rules are in test_agreement)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import polars as pl
import pytest

from knowledge.eligibility.columns import Columns, Stages, literal
from knowledge.eligibility.facts import Value
from knowledge.eligibility.ir import (
    All,
    Among,
    AnyOf,
    Arithmetic,
    AtLeast,
    Brackets,
    Cases,
    Compare,
    Condition,
    Constant,
    Dated,
    Either,
    Elapsed,
    Fixed,
    Given,
    Holds,
    Leaf,
    Lookup,
    Not,
    Says,
    Term,
    Within,
)
from knowledge.eligibility.rowwise import elapsed, judge, term

FLAGS = ("a", "b", "c")
TRUTHS = pl.DataFrame(
    list(product((True, False, None), repeat=3)), schema=dict.fromkeys(FLAGS, pl.Boolean), orient="row"
)
LEAVES: tuple[Condition, ...] = tuple(Leaf(Says(Given(name, "boolean"), True)) for name in FLAGS)


def _held(condition: Condition, table: pl.DataFrame) -> list[bool | None]:
    return table.select(Columns(frozenset(table.columns)).truth(condition).alias("t"))["t"].to_list()


def _rows(table: pl.DataFrame) -> list[dict[str, Value]]:
    return [{k: v for k, v in row.items() if v is not None} for row in table.rows(named=True)]


@pytest.mark.parametrize(
    "condition",
    [All(LEAVES), AnyOf(LEAVES), Not(LEAVES[0]), *(AtLeast(n, LEAVES) for n in (1, 2, 3)),
     AnyOf((All(LEAVES[:2]), Not(AnyOf(LEAVES[1:])))), AtLeast(2, (*LEAVES, Not(LEAVES[0])))],
)  # fmt: skip
def test_the_truth_tables_are_those_of_one_profile(condition: Condition) -> None:
    assert _held(condition, TRUTHS) == [judge(condition)(values) for values in _rows(TRUTHS)]


def test_groups_of_nothing() -> None:
    table = pl.DataFrame({"a": [True]})
    assert _held(All(()), table) == [True]
    assert _held(AnyOf(()), table) == [False]
    assert [_held(Leaf(Fixed(truth)), table) for truth in (True, False, None)] == [[True], [False], [None]]


DAY = date(2026, 6, 15)
TABLE = pl.DataFrame(
    {
        "n": [0.0, 1.0, (300 - 270) / 300, None, 5.0],
        "m": [2.0, 0.0, 0.1, 1.0, None],
        "d": [date(2024, 2, 29), DAY, date(2026, 1, 31), None, date(2027, 3, 1)],
        "e": [DAY, DAY, None, DAY, date(2024, 2, 29)],
        "c": ["x", "y", "z", None, "x"],
        "s": [["x", "y"], [], ["z"], None, ["x"]],
    },
    schema={"n": pl.Float64, "m": pl.Float64, "d": pl.Date, "e": pl.Date, "c": pl.String, "s": pl.List(pl.String)},
)
N, M, D, E = Given("n", "number"), Given("m", "number"), Given("d", "date"), Given("e", "date")
C, S = Given("c", "code"), Given("s", "codes")
VALUES: list[dict[str, Value]] = [
    {key: frozenset(value) if isinstance(value, list) else value for key, value in row.items()} for row in _rows(TABLE)
]


@pytest.mark.parametrize(
    "test",
    [Compare(o, left, right) for o in (">=", ">", "<=", "<", "==", "!=")
     for left, right in ((N, M), (N, Constant(0.1)), (D, E), (D, Constant(DAY)), (Constant(0.1), N))]
    + [Within(D, date(2026, 1, 31), DAY), Among(C, frozenset("x")), Among(C, frozenset("x"), frozenset("z")),
       Among(C, frozenset()), Holds(S, frozenset("xy")), Holds(S, frozenset("xy"), "all"),
       Holds(S, frozenset("xy"), "none")],
)  # fmt: skip
def test_tests_are_those_of_one_profile(test: Compare | Within | Among | Holds) -> None:
    assert _held(Leaf(test), TABLE) == [judge(Leaf(test))(values) for values in VALUES]


_TRUE = Leaf(Among(C, frozenset("x")))
TERMS: list[Term] = [
    *(Arithmetic(o, N, M) for o in ("+", "-", "*", "/", "min", "max")),
    Arithmetic("/", N, Constant(0.0)),
    Either(N, M),
    Either(N, Arithmetic("/", Constant(1.0), M)),
    Lookup(C, (("x", 1.0), ("y", 2.0)), 9.0),
    Lookup(C, (("x", 1.0),), None),
    Brackets(N, ((0.1, 10.0), (1.0, 20.0)), 5.0),
    Dated(D, ((date(2026, 1, 1), Constant(1.0)), (DAY, N))),
    Cases(((_TRUE, Constant(1.0)), (Leaf(Compare(">=", N, M)), M)), Constant(7.0)),
    *(Elapsed(unit, D, DAY) for unit in ("days", "months", "years", "calendar_months")),
]


@pytest.mark.parametrize("node", TERMS)
@pytest.mark.parametrize("staged", [False, True])
def test_terms_are_those_of_one_profile(node: Term, staged: bool) -> None:
    stages = Stages()
    made = Columns(frozenset(TABLE.columns), stages=stages if staged else None).term(node).alias("t")
    told = stages.laid(TABLE.lazy()).select(made).collect()["t"].to_list()
    assert told == [pytest.approx(v) if (v := term(node)(values)) is not None else None for values in VALUES]


@pytest.mark.parametrize("as_of", [date(2025, 2, 28), date(2024, 2, 29), date(2026, 4, 30), date(2026, 1, 1), DAY])
@pytest.mark.parametrize("unit", ["days", "months", "years", "calendar_months"])
def test_complete_units_are_those_of_one_profile_on_every_day_around(unit: str, as_of: date) -> None:
    days = [as_of + timedelta(days=n) for n in range(-1500, 400)]
    node = Elapsed(unit, Given("d", "date"), as_of)  # type: ignore[arg-type]  # one of the units
    table = pl.DataFrame({"d": days})
    told = table.select(Columns(frozenset({"d"})).term(node).alias("t"))["t"].to_list()
    assert told == [elapsed(unit, day, as_of) for day in days]


def test_a_column_that_is_not_there_is_unknown() -> None:
    columns = Columns(frozenset())
    table = pl.DataFrame({"id": ["1", "2"]})
    for test in (Says(Given("b", "boolean"), True), Among(C, frozenset("x")), Holds(S, frozenset("x")),
                 Compare(">=", N, Constant(1.0)), Compare("<", D, Constant(DAY)), Within(D, DAY, DAY)):  # fmt: skip
        assert table.with_columns(columns.truth(Leaf(test)).alias("t"))["t"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("fact", "value", "told"),
    [
        (Given("n", "number"), 7, [0.0, 1.0, 0.1, 7.0, 5.0]),
        (Given("d", "date"), DAY, [date(2024, 2, 29), DAY, date(2026, 1, 31), DAY, date(2027, 3, 1)]),
        (Given("c", "code"), "y", ["x", "y", "z", "y", "x"]),
        (Given("s", "codes"), frozenset("yx"), [["x", "y"], [], ["z"], ["x", "y"], ["x"]]),
        (Given("s", "codes"), frozenset(), [["x", "y"], [], ["z"], [], ["x"]]),
    ],
)
def test_what_is_taken_for_granted_fills_the_gaps_only(fact: Given, value: Value, told: list[object]) -> None:
    made = TABLE.select(Columns(frozenset(TABLE.columns), {fact.fact: value}).given(fact).alias("t"))["t"].to_list()
    assert made == told


def test_what_is_taken_for_granted_stands_in_for_a_column_that_is_not_there() -> None:
    table = pl.DataFrame({"id": ["1", "2"]})
    columns = Columns(frozenset(), {"b": True, "s": frozenset("x")})
    held = [columns.truth(Leaf(Says(Given("b", "boolean"), True))), columns.truth(Leaf(Holds(S, frozenset("x"))))]
    told = table.with_columns(held[0].alias("b"), held[1].alias("s"))
    assert told.select("b", "s").rows() == [(True, True), (True, True)]


@pytest.mark.parametrize(
    ("value", "told"), [(True, True), (3, 3.0), ("x", "x"), (DAY, DAY), (frozenset("ba"), ["a", "b"])]
)
def test_a_value_of_a_profile_is_written_as_a_literal(value: Value, told: object) -> None:
    table = pl.DataFrame({"id": ["1"]}).with_columns(literal(value).alias("t"))
    assert table["t"].to_list() == [told]


def test_a_minimum_of_minimums_does_not_grow_with_a_power_of_its_depth() -> None:
    node: Term = N
    for number in range(40):
        node = Arithmetic("min" if number % 2 else "max", node, Arithmetic("+", M, Constant(float(number))))
    stages = Stages()
    made = Columns(frozenset(TABLE.columns), stages=stages).term(node).alias("t")
    told = stages.laid(TABLE.lazy()).select(made).collect()["t"].to_list()
    assert told == [term(node)(values) for values in VALUES]
