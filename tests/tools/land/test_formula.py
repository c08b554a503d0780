from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.land.formula import Formula
from tools.land.functions import band, ceil, has, pick, share
from tools.land.parts import Building, Programme
from tools.land.rows import Row
from tools.land.scheme import Scheme
from tools.land.values import Number, Truth, Untold, Word

NAMES: dict[str, Any] = {
    "a": Number.of(6),
    "b": Number(2, 3, frozenset({"b"})),
    "nothing": Untold(frozenset({"program"})),
    "word": Word("dwelling"),
    "open_word": Word(None, frozenset({"use"})),
    "homes": ["dwelling", "rental"],
    "rows": [[1, 2, 3], [4, 5, 6], None],
    "yes": Truth(True),
    "program": tuple(
        Row(Programme, Programme(use=use, counted_area=area), "program")
        for use, area in (("dwelling", 100), ("shop", 20), ("office", None))
    ),
}


def value(text: str) -> Any:
    return Formula(text).value(NAMES)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("a * 2 + 1", (13, 13)),
        ("a / b", (2, 3)),
        ("a - b", (3, 4)),
        ("-a", (-6, -6)),
        ("max(a, b)", (6, 6)),
        ("min(a, b)", (2, 3)),
        ("10 if word in homes else 20", (10, 10)),
        ("10 if open_word in homes else 20", (10, 20)),
        ("10 if b >= 2 else 20", (10, 10)),
        ('sum(p.counted_area for p in program if p.use == "shop")', (20, 20)),
        ("sum(p.counted_area for p in program)", (120, math.inf)),
        ("sum(p.counted_area for p in nothing)", (0, math.inf)),
        ("count(p for p in program)", (3, 3)),
        ("pick(rows, 1, 2)", (6, 6)),
        ("pick(rows, b - 2, 0)", (1, 4)),
        ("band(a, [3, 6, 9])", (2, 2)),
        ("band(b, [3])", (0, 1)),
        ("ceil(a / 4)", (2, 2)),
        ("share(a, 24)", (25, 25)),
    ],
)
def test_numbers(text: str, bounds: tuple[float, float]) -> None:
    found = value(text)
    assert (found.least, found.most) == bounds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a > 5 and a <= 6", True),
        ("1 < a < 6", False),
        ("b > 2", None),
        ("b > 2 and a < 0", False),
        ("b > 2 or a > 0", True),
        ("not b > 3", True),
        ('word == "dwelling"', True),
        ('word != "dwelling"', False),
        ("open_word in homes", None),
        ("word not in homes", False),
        ('any(p.use == "shop" for p in program)', True),
        ("all(p.counted_area >= 20 for p in program)", None),
        ("all(p.counted_area > 20 for p in program)", False),
        ("any(p.counted_area > 0 for p in nothing)", None),
        ("told(a) and not told(b)", True),
        ("has(rows, 2)", False),
        ("has(rows, 0)", True),
        ('starts(word, "dwell")', True),
        ('maybe("extension")', None),
        ("word == open_word", None),
    ],
)
def test_truths(text: str, holds: bool | None) -> None:
    assert value(text).holds is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a +", "is no formula"),
        ("__import__('os')", "the functions are"),
        ("a.b()", "the functions are"),
        ("lambda: a", "Lambda is not allowed"),
        ("[x for x in a]", "ListComp is not allowed"),
        ("a ** 9", "Pow is not allowed"),
        ("f'{a}'", "JoinedStr is not allowed"),
        ("a[0]", "Subscript is not allowed"),
    ],
)
def test_what_is_no_formula_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Formula(text)


def test_names_from_outside() -> None:
    formula = Formula("sum(p.counted_area for p in program if p.use in commercial) / area")
    assert formula.names == {"program", "commercial", "area"}


@pytest.mark.parametrize(
    ("text", "error"), [("missing + 1", KeyError), ("word + 1", TypeError), ("a and yes", TypeError)]
)
def test_operands_that_do_not_fit(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        value(text)


def test_what_is_lacking_is_named() -> None:
    assert value("sum(p.counted_area for p in program)").lacks == {"program.counted_area"}
    assert value("b > 2").lacks == {"b"}
    assert value("b > 5").lacks == frozenset()


@given(st.floats(0, 1_000), st.floats(0, 500), st.lists(st.floats(1, 1_000), min_size=1, max_size=5, unique=True))
def test_a_band_of_what_is_open_covers_every_band_it_may_be(least: float, more: float, bounds: list[float]) -> None:
    ordered = sorted(bounds)
    found = band(Number(least, least + more, frozenset({"x"})), ordered)
    for real in (least, least + more / 2, least + more):
        reached = band(Number.of(real), ordered).least
        assert found.least <= reached <= found.most


@given(st.integers(0, 10_000), st.integers(1, 500))
def test_rounding_up_counts_like_whole_numbers(homes: int, each: int) -> None:
    assert ceil(Number.of(float(homes)).over(Number.of(float(each)))).least == -(-homes // each)


def test_a_share_of_nothing_told_is_open() -> None:
    found = share(Number.of(5), Number(0, math.inf, frozenset({"parking.cars"})))
    assert not found.is_known
    assert pick({"other": 15, "澜江": 50}, Word("小河")).least == 15
    assert pick({"other": 15, "澜江": 50}, Word(None, frozenset({"n"}))) == Number(15, 50, frozenset({"n"}))


def test_a_field_that_no_part_has() -> None:
    with pytest.raises(KeyError):
        Row(Building, Building(), "buildings").get("colour")
    assert Row(Scheme, None, "").get("lift_only").holds is None


def test_an_open_key_may_be_one_that_a_table_does_not_have() -> None:
    table: Any = {"A": 10.0}
    parcel = Word(None, frozenset({"parcel"}))
    assert has(table, Word("A")).holds is True
    assert has(table, Word("B")).holds is False
    assert has(table, parcel) == Truth(None, frozenset({"parcel"}))
    assert has({"other": 5.0}, parcel).holds is True


def test_which_of_several_lists_is_meant_stays_open() -> None:
    table: Any = {"A": [1.0], "B": [2.0]}
    assert pick(table, Word("A")) == [1.0]
    assert pick(table, Word(None, frozenset({"parcel"}))) == Untold(frozenset({"parcel"}))
