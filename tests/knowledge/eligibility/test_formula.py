"""Formulas: read, computed, and refused with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.errors import BadInput
from knowledge.eligibility.facts import Value
from knowledge.eligibility.formula import LONGEST, parse
from knowledge.eligibility.ir import Arithmetic, Constant, Elapsed, Given, Term
from knowledge.eligibility.rowwise import term

AS_OF = date(2026, 6, 15)
VALUES: dict[str, Value] = {"firm.a": 6.0, "firm.b": 4.0, "firm.zero": 0.0, "firm.day": date(2024, 2, 29)}


def _resolve(name: str) -> Term:
    if name == "firm.day":
        return Given(name, "date")
    if name == "bonus":
        return Constant(7.0)
    if name in VALUES or name == "firm.unknown":
        return Given(name, "number")
    raise BadInput(f"there is no {name!r}")


def _read(text: str | float) -> Term:
    return parse(text, _resolve, lambda unit, since: Elapsed(unit, since, AS_OF))  # type: ignore[arg-type]  # `parse` gives a unit


def _value(text: str | float) -> object:
    return term(_read(text))(VALUES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (5, 5.0),
        ("5", 5.0),
        ("firm.a + firm.b * 2", 14.0),
        ("(firm.a + firm.b) * 2", 20.0),
        ("firm.a - firm.b - 1", 1.0),
        ("firm.a / firm.b", 1.5),
        ("-firm.a", -6.0),
        ("- 3", -3.0),
        ("2%", 0.02),
        ("firm.a * 2.5%", 0.15),
        ("firm.a×2÷3", 4.0),
        ("（firm.a+firm.b）*2", 20.0),
        ("min(firm.a, firm.b)", 4.0),
        ("max(firm.a, firm.b, bonus)", 7.0),
        ("min(firm.a, firm.b, 1)", 1.0),
        ("bonus + 1", 8.0),
        ("days_since(firm.day)", 837),
        ("months_since(firm.day)", 27),
        ("years_since(firm.day)", 2),
        ("calendar_months_since(firm.day)", 28),
        ("  firm.a\n", 6.0),
    ],
)
def test_a_formula_is_what_an_officer_writes(text: str | float, value: float) -> None:
    assert _value(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["firm.a / firm.zero", "1 / 0", "firm.a / (firm.b - 4)", "firm.unknown + 1", "min(firm.a, firm.unknown)",
     "max(firm.a / firm.zero, 1)", "firm.unknown * 0", "5 / (2 - 2)"],
)  # fmt: skip
def test_what_cannot_be_computed_is_unknown(text: str) -> None:
    assert _value(text) is None


@pytest.mark.parametrize("text", ["2%", "3 * (2 + 4)", "-5", "10 / 4"])
def test_constants_are_one_number_from_the_start(text: str) -> None:
    assert isinstance(_read(text), Constant)


def test_a_division_by_nothing_is_not_folded_into_a_number() -> None:
    assert isinstance(_read("1 / 0"), Arithmetic)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no formula"),
        ("   ", "is no formula"),
        (True, "is no formula"),
        (None, "is no formula"),
        ({"when": 1}, "is no formula"),
        ("1 + " * LONGEST + "1", "is no formula"),
        ("firm.a +", "check its brackets"),
        ("(firm.a", "check its brackets"),
        ("2 % 3", "check its brackets"),
        ("firm.a\0", "check its brackets"),
        ("firm.a ** 2", "not part of a formula"),
        ("firm.a // 2", "not part of a formula"),
        ("firm.a > 2", "not part of a formula"),
        ("firm.a and 1", "not part of a formula"),
        ("'x'", "not part of a formula"),
        ("True", "not part of a formula"),
        ("[1]", "not part of a formula"),
        ("firm.a.b", "not part of a formula"),
        ("firm.a if 1 else 2", "not part of a formula"),
        ("lambda: 1", "not part of a formula"),
        ("__import__('os')", "not part of a formula"),
        ("min(1, key=2)", "not part of a formula"),
        ("firm.a(1)", "not part of a formula"),
        ("open(1)", "no function 'open'"),
        ("min(1)", "no function 'min' of 1"),
        ("days_since(firm.day, 1)", "no function 'days_since' of 2"),
        ("days_since(firm.a)", "takes a date"),
        ("days_since(3)", "takes a date"),
        ("firm.day + 1", "a date is no number"),
        ("2 * firm.day", "a date is no number"),
        ("-firm.day", "a date is no number"),
        ("min(firm.day, 3)", "a date is no number"),
        ("max(3, firm.day)", "a date is no number"),
        ("firm.c", "there is no 'firm.c'"),
        ("1e999", "larger than any"),
        (float("inf"), "larger than any"),
        (float("nan"), "larger than any"),
        ("9" * 400, "larger than any"),
        (10**400, "larger than any"),
    ],
)
def test_what_is_no_formula_is_refused_with_what_to_write(text: object, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        _read(text)  # type: ignore[arg-type]  # what YAML may hold


@settings(deadline=None, derandomize=True, database=None)
@given(st.recursive(
    st.sampled_from(["firm.a", "firm.b", "bonus", "3", "0.5"]),
    lambda inner: st.builds(lambda a, o, b: f"({a} {o} {b})", inner, st.sampled_from("+-*"), inner),
    max_leaves=8,
))  # fmt: skip
def test_arithmetic_is_that_of_a_calculator(text: str) -> None:
    plain = text.replace("firm.a", "6.0").replace("firm.b", "4.0").replace("bonus", "7.0")
    assert _value(text) == pytest.approx(eval(plain))  # noqa: S307  # made above of numbers and signs
