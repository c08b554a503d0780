"""Code lists: hierarchy, dates, and what a list refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.eligibility.codes import Code, CodeList
from tests.knowledge.eligibility.making import INDUSTRIES, small_book

LISTED = CodeList.model_validate(INDUSTRIES)
DAY = date(2026, 6, 15)


def test_a_code_knows_what_it_lies_under_nearest_first() -> None:
    assert LISTED.line("A011") == ("A011", "A01", "A")
    assert LISTED.line("C") == ("C",)
    assert LISTED.label("A01") == "种植"
    assert LISTED.codes[:3] == ("A", "A01", "A011")


@pytest.mark.parametrize(
    ("wanted", "under", "coarse"),
    [
        (["A01"], {"A01", "A011"}, {"A"}),
        (["A"], {"A", "A01", "A011", "A02"}, set()),
        (["A011", "C"], {"A011", "C"}, {"A", "A01"}),
        (["A", "A01"], {"A", "A01", "A011", "A02"}, set()),
        ([], set(), set()),
    ],
)
def test_what_lies_under_is_true_and_what_stands_above_cannot_be_told(
    wanted: list[str], under: set[str], coarse: set[str]
) -> None:
    truths = LISTED.truths(wanted, DAY)
    assert {code for code, truth in truths.items() if truth} == under
    assert {code for code, truth in truths.items() if truth is None} == coarse
    assert set(truths) == set(LISTED.codes)


@pytest.mark.parametrize(
    ("code", "day", "counts"),
    [
        ("B05", date(2024, 12, 31), False),
        ("B05", date(2025, 1, 1), True),  # `from` is the first day
        ("B06", date(2024, 12, 31), True),
        ("B06", date(2025, 1, 1), False),  # `to` is the first day on which it no longer counts
    ],
)
def test_a_code_counts_from_its_first_day_until_the_day_before_its_end(code: str, day: date, counts: bool) -> None:
    assert LISTED.by_code[code].holds(day) is counts
    assert LISTED.truths(["B"], day)[code] is counts
    assert LISTED.truths([code], day)[code] is counts


def test_a_wanted_code_that_does_not_count_makes_nothing_coarse() -> None:
    assert LISTED.truths(["B06"], DAY)["B"] is False
    assert LISTED.truths(["B05"], DAY)["B"] is None


@settings(deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(LISTED.codes), max_size=4), st.integers(-800, 800))
def test_truths_are_what_the_lines_say(wanted: list[str], days: int) -> None:
    day = DAY + timedelta(days=days)
    asked = {code for code in wanted if LISTED.by_code[code].holds(day)}
    for code, truth in LISTED.truths(wanted, day).items():
        if not LISTED.by_code[code].holds(day):
            assert truth is False
        elif asked & set(LISTED.line(code)):
            assert truth is True
        else:
            assert truth is (None if any(code in LISTED.line(one) for one in asked) else False)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{"code": "A", "label": "甲"}, {"code": "A", "label": "乙"}], "'A' appears twice"),
        ([{"code": "A1", "label": "甲", "parent": "A"}, {"code": "A", "label": "乙"}], "does not stand before it"),
        ([{"code": "A", "label": "甲", "parent": "A"}], "does not stand before it"),
        ([{"code": "甲", "label": "甲"}], "pattern"),
        ([{"code": "A", "label": "甲", "until": "2026-01-01"}], "Extra inputs"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(entries: list[dict[str, str]], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        CodeList.model_validate({"name": "x", "title": "x", "entries": entries})


def test_places_and_policies_are_lists_that_are_always_there() -> None:
    lists = small_book().lists
    assert lists["places"].line("east-1") == ("east-1", "east")
    assert lists["policies"].codes == ("tp-elder", "tp-green", "tp-tech")
    assert lists["policies"].by_code["tp-tech"] == Code(
        code="tp-tech", label="科技企业奖励", says=("tp-tech", "科技奖", "研发奖励")
    )
