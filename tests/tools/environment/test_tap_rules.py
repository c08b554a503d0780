from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.environment.tap_rules import FILE, Limit, Point, TapRules

BOOK = read_record(YUNLAN, FILE, TapRules)


# GB 5749-2022: what the limits say, at the limit and just beyond.
@pytest.mark.parametrize(
    ("item", "point", "value", "passed"),
    [
        ("turbidity", "leaving", 1.0, True), ("turbidity", "leaving", 1.01, False),
        ("chlorine", "leaving", 0.3, True), ("chlorine", "leaving", 0.29, False),
        ("chlorine", "tap", 0.05, True), ("chlorine", "tap", 0.04, False), ("chlorine", "tap", 2.1, False),
        ("ph", "leaving", 6.5, True), ("ph", "tap", 6.4, False), ("ph", "leaving", 8.6, False),
        ("coliforms", "tap", 0, True), ("coliforms", "tap", 1, False),
        ("colonies", "tap", 100, True), ("colonies", "tap", 101, False),
        ("permanganate", "leaving", 3.1, False), ("lead", "leaving", 0.01, True), ("arsenic", "leaving", 0.011, False),
        ("chloroform", "leaving", 0.06, True), ("hardness", "leaving", 451, False), ("fluoride", "leaving", 1.0, True),
    ],
)  # fmt: skip
def test_limits(item: str, point: Point, value: float, passed: bool) -> None:
    assert BOOK.items[item].passes(value, below=False, point=point) is passed


def test_what_was_not_found_passes_if_it_was_searched_finely_enough() -> None:
    lead, chlorine = BOOK.items["lead"], BOOK.items["chlorine"]
    assert lead.passes(0.001, below=True, point="leaving") is True
    assert lead.passes(0.05, below=True, point="leaving") is None
    assert BOOK.items["coliforms"].passes(1, below=True, point="tap") is True
    assert chlorine.passes(0.02, below=True, point="tap") is False
    assert chlorine.passes(0.4, below=True, point="leaving") is None


@given(st.sampled_from(sorted(BOOK.items)), st.sampled_from(["leaving", "tap"]), st.floats(0, 2_000))
def test_a_result_passes_exactly_between_its_limits(item: str, point: Point, value: float) -> None:
    limit = BOOK.items[item]
    least, most = limit.lowest(point), limit.most
    inside = (least is None or value >= least - 1e-9) and (most is None or value <= most + 1e-9)
    assert limit.passes(value, below=False, point=point) is inside


def test_an_item_without_a_limit_is_refused() -> None:
    with pytest.raises(ValidationError, match="give a limit"):
        Limit(name="x")


def test_the_items_told_must_be_there() -> None:
    with pytest.raises(ValidationError, match="no such items"):
        TapRules.model_validate(BOOK.model_dump() | {"ph": "acid"})
