"""The language of conditions: what every test means, and every mistake told with path and remedy."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.eligibility.conditions import Names, Reader, first_running, last_complete, quotes
from knowledge.eligibility.facts import Value
from knowledge.eligibility.ir import All, AnyOf, AtLeast, Leaf, Not, Truth
from knowledge.eligibility.rowwise import judge, shifted
from knowledge.eligibility.terms import Resolver
from tests.knowledge.eligibility.making import DAY, small_book

BOOK = small_book()
IN_CITY = {"fact": "firm.in_city", "is": True}


def _reader(day: date = DAY) -> Reader:
    formula = Resolver(day, BOOK.facts, BOOK.lists).formula
    return Reader(Names(BOOK.facts, BOOK.lists, formula, day), "rules/tp-try.yaml")


def _truth(raw: dict[str, Any], day: date = DAY, **values: Value) -> Truth:
    reader = _reader(day)
    made = reader.every([raw], "conditions")
    assert reader.problems == []
    return judge(made)({f"firm.{name}": value for name, value in values.items()})


@pytest.mark.parametrize(
    ("raw", "values", "truth"),
    [
        ({"fact": "firm.in_city", "is": True}, {"in_city": True}, True),
        ({"fact": "firm.in_city", "is": False}, {"in_city": True}, False),
        ({"fact": "firm.in_city", "is": False}, {}, None),
        ({"fact": "firm.size", "is": "small"}, {"size": "small"}, True),
        ({"fact": "firm.size", "is": "small"}, {"size": "large"}, False),
        ({"fact": "firm.size", "one_of": ["small", "medium"]}, {"size": "medium"}, True),
        ({"fact": "firm.size", "none_of": ["small", "medium"]}, {"size": "medium"}, False),
        ({"fact": "firm.size", "none_of": ["small", "medium"]}, {"size": "large"}, True),
        ({"fact": "firm.size", "none_of": ["small"]}, {}, None),
        ({"fact": "firm.size", "under": ["small"]}, {"size": "small"}, True),
        ({"fact": "firm.size", "not_under": ["small"]}, {"size": "small"}, False),
        ({"fact": "firm.industry", "is": "A"}, {"industry": "A01"}, False),
        ({"fact": "firm.industry", "under": ["A"]}, {"industry": "A011"}, True),
        ({"fact": "firm.industry", "under": ["A01"]}, {"industry": "A02"}, False),
        ({"fact": "firm.industry", "under": ["A01"]}, {"industry": "A"}, None),
        ({"fact": "firm.industry", "not_under": ["A01"]}, {"industry": "A"}, None),
        ({"fact": "firm.industry", "not_under": ["A01"]}, {"industry": "A011"}, False),
        ({"fact": "firm.industry", "not_under": ["A01"]}, {"industry": "B"}, True),
        ({"fact": "firm.industry", "under": ["B"]}, {"industry": "B06"}, False),  # the code counts no longer
        ({"fact": "firm.bans", "has": ["green", "tech"]}, {"bans": frozenset({"tech"})}, True),
        ({"fact": "firm.bans", "has": ["green", "tech"]}, {"bans": frozenset()}, False),
        ({"fact": "firm.bans", "has_all": ["green", "tech"]}, {"bans": frozenset({"tech"})}, False),
        ({"fact": "firm.bans", "has_all": ["green", "tech"]}, {"bans": frozenset({"tech", "green"})}, True),
        ({"fact": "firm.bans", "has_none": ["green"]}, {"bans": frozenset({"tech"})}, True),
        ({"fact": "firm.bans", "has_none": ["green"]}, {}, None),
        ({"fact": "firm.staff", "at_least": 10}, {"staff": 10.0}, True),
        ({"fact": "firm.staff", "more_than": 10}, {"staff": 10.0}, False),
        ({"fact": "firm.staff", "at_most": 10}, {"staff": 10.0}, True),
        ({"fact": "firm.staff", "less_than": 10}, {"staff": 10.0}, False),
        ({"fact": "firm.staff", "equals": 10}, {"staff": 10.0}, True),
        ({"fact": "firm.staff", "at_least": -1}, {"staff": 0.0}, True),
        ({"fact": "firm.staff", "at_least": "firm.score * 2"}, {"staff": 10.0, "score": 5.0}, True),
        ({"fact": "firm.staff", "at_least": "firm.score * 2"}, {"staff": 10.0}, None),
        ({"value": "firm.staff - firm.score", "more_than": 0}, {"staff": 10.0, "score": 5.0}, True),
        ({"value": "months_since(firm.registered_on)", "at_least": 6}, {"registered_on": date(2025, 12, 15)}, True),
        ({"fact": "firm.rd_share", "at_least": "3%"}, {"rd_expense": 3.0, "revenue": 100.0}, True),
        ({"fact": "firm.rd_share", "at_least": "3%"}, {"rd_expense": 3.0, "revenue": 0.0}, None),
        ({"fact": "firm.registered_on", "at_most": date(2026, 1, 1)}, {"registered_on": date(2026, 1, 1)}, True),
        ({"fact": "firm.registered_on", "less_than": date(2026, 1, 1)}, {"registered_on": date(2026, 1, 1)}, False),
        ({"fact": "firm.registered_on", "equals": date(2026, 1, 1)}, {"registered_on": date(2026, 1, 1)}, True),
        (
            {"fact": "firm.certified_on", "more_than": "firm.registered_on"},
            {"registered_on": date(2026, 1, 1), "certified_on": date(2026, 1, 2)},
            True,
        ),
        ({"fact": "firm.staff", "at_least": 10, "at_most": 20}, {"staff": 15.0}, True),
        ({"fact": "firm.staff", "at_least": 10, "at_most": 20}, {"staff": 25.0}, False),
    ],
)
def test_every_test_means_what_the_table_says(raw: dict[str, Any], values: dict[str, Value], truth: Truth) -> None:
    reader = _reader()
    made = reader.every([raw], "conditions")
    assert reader.problems == []
    assert judge(made)({f"firm.{name}": value for name, value in values.items()}) is truth


def test_groups_are_nested_and_keep_their_place_words_and_quotes() -> None:
    raw: dict[str, Any] = {
        "any": [
            {"fact": "firm.in_city", "is": True},
            {"not": {"fact": "firm.exporter", "is": True}},
            {"count": {"at_least": 2, "of": [IN_CITY, {"all": [{"fact": "firm.staff", "at_least": 1}]}]}},
        ],
        "says": "符合一项",
        "clause": ["一", "二"],
    }  # fmt: skip
    reader = _reader()
    (made,) = reader.every([raw], "conditions").of
    assert reader.problems == []
    assert isinstance(made, AnyOf)
    assert (made.node.path, made.node.says, made.node.quotes) == ("conditions[0]", "符合一项", ("一", "二"))
    first, second, third = made.of
    assert isinstance(first, Leaf)
    assert isinstance(second, Not)
    assert isinstance(third, AtLeast)
    assert isinstance(third.of[1], All)
    assert second.of.node.path == "conditions[0].any[1].not"
    assert third.of[1].node.path == "conditions[0].any[2].count.of[1]"


@pytest.mark.parametrize(
    ("days", "counts"),
    [
        ({}, True),
        ({"from": DAY}, True),
        ({"from": DAY + timedelta(days=1)}, False),
        ({"to": DAY + timedelta(days=1)}, True),
        ({"to": DAY}, False),
        ({"from": date(2026, 1, 1), "to": date(2027, 1, 1)}, True),
    ],
)
def test_a_condition_counts_on_its_days_only(days: dict[str, date], counts: bool) -> None:
    plain = {"fact": "firm.in_city", "is": True, **days}
    for raw in (plain, {"not": plain}, {"any": [plain]}, {"all": [plain]}, {"count": {"at_least": 1, "of": [plain]}},
                {"any": [{"fact": "firm.honest", "is": True}], **days}):  # fmt: skip
        assert bool(_reader().every([raw], "conditions").of) is counts


def test_a_branch_that_does_not_count_leaves_the_others() -> None:
    early = {"fact": "firm.in_city", "is": True, "to": DAY}
    assert _truth({"any": [early, {"fact": "firm.honest", "is": True}]}, in_city=True, honest=False) is False


def test_quotes_are_one_or_many() -> None:
    assert quotes(None) == ()
    assert quotes("一") == ("一",)
    assert quotes(["一", 2]) == ("一", "2")


_ENDS = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 2, 28),
         date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 30), date(2026, 3, 31),
         date(2026, 12, 31)]  # fmt: skip
_DAYS = st.sampled_from(_ENDS) | st.dates(date(2015, 1, 1), date(2030, 12, 31))
_SPANS = st.dictionaries(st.sampled_from(["years", "months", "days"]), st.integers(0, 40), min_size=1)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(today=_DAYS, day=_DAYS, span=_SPANS)
def test_a_length_of_time_runs_out_where_it_ends_when_counted_forward(
    today: date, day: date, span: dict[str, int]
) -> None:
    end = shifted(day, **span)

    def holds(name: str) -> Truth:
        return _truth({"fact": "firm.certified_on", name: span}, today, certified_on=day)

    assert holds("at_least_ago") is (end <= today)
    assert holds("more_than_ago") is (end < today)
    assert holds("within_last") is (day <= today <= end)
    assert holds("within_next") is (today <= day <= shifted(today, **span))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(today=_DAYS, span=_SPANS)
def test_the_bounds_of_a_length_of_time_are_those_found_by_trying_every_day(today: date, span: dict[str, int]) -> None:
    around = shifted(today, **{unit: -count for unit, count in span.items()})
    days = [around + timedelta(days=n) for n in range(-40, 41)]
    assert last_complete(today, span) == max(day for day in days if shifted(day, **span) <= today)
    assert first_running(today, span) == min(day for day in days if shifted(day, **span) >= today)


@pytest.mark.parametrize(
    ("name", "span", "today", "first", "last"),
    [
        # On a last day of February a year is complete for the 28th and the 29th alike.
        ("at_least_ago", {"years": 1}, date(2025, 2, 28), None, date(2024, 2, 29)),
        ("at_least_ago", {"years": 1}, date(2025, 2, 27), None, date(2024, 2, 27)),
        ("at_least_ago", {"months": 1}, date(2026, 2, 28), None, date(2026, 1, 31)),
        ("at_least_ago", {"months": 6}, date(2026, 3, 30), None, date(2025, 9, 30)),
        ("at_least_ago", {"days": 365}, date(2025, 3, 1), None, date(2024, 3, 1)),
        ("at_least_ago", {"days": 365}, date(2025, 2, 28), None, date(2024, 2, 29)),
        ("more_than_ago", {"years": 1}, date(2025, 3, 1), None, date(2024, 2, 29)),
        ("within_last", {"months": 1}, date(2026, 3, 31), date(2026, 2, 28) + timedelta(days=1), date(2026, 3, 31)),
        ("within_last", {"years": 1}, date(2025, 2, 28), date(2024, 2, 28), date(2025, 2, 28)),
        ("within_last", {"days": 0}, DAY, DAY, DAY),
        ("within_next", {"months": 1}, date(2026, 1, 31), date(2026, 1, 31), date(2026, 2, 28)),
        ("within_next", {"years": 1}, date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_lengths_of_time_at_ends_of_months(
    name: str, span: dict[str, int], today: date, first: date | None, last: date
) -> None:
    raw, one = {"fact": "firm.certified_on", name: span}, timedelta(days=1)
    assert _truth(raw, today, certified_on=last) is True
    assert _truth(raw, today, certified_on=last + one) is False
    early = last - timedelta(days=3000) if first is None else first
    assert _truth(raw, today, certified_on=early) is True
    if first is not None:
        assert _truth(raw, today, certified_on=first - one) is False
    assert _truth(raw, today) is None


def test_the_ends_of_the_samples_are_ends_of_months() -> None:
    assert {calendar.monthrange(day.year, day.month)[1] - day.day for day in _ENDS} >= {0, 1}


MISTAKES: list[tuple[Any, str, str]] = [
    ("firm.in_city", "", "is no condition"),
    (None, "", "is no condition"),
    ([IN_CITY], "", "is no condition"),
    ({"fact": "firm.in_city"}, "", "says nothing that must hold"),
    ({}, "", "says nothing that must hold"),
    ({"fact": "firm.in_city", "equal": True}, "", "has 'equal', which is no part of a condition"),
    ({"is": True}, ".is", "there is no fact None"),
    ({"fact": "firm.nothing", "is": True}, ".is", "there is no fact 'firm.nothing'"),
    ({"fact": ["firm.in_city"], "is": True}, ".is", "there is no fact"),
    ({**IN_CITY, "any": [IN_CITY]}, "", "at once"),
    ({"all": [IN_CITY], "any": [IN_CITY]}, "", "has all and any at once"),
    ({"all": [IN_CITY], "fact": "firm.staff"}, "", "has 'fact', which is no part"),
    ({"any": IN_CITY}, ".any", "is no list of conditions"),
    ({"any": []}, ".any", "holds no condition"),
    ({"all": []}, ".all", "holds no condition"),
    ({"any": [3]}, ".any[0]", "is no condition"),
    ({"not": [IN_CITY]}, ".not", "is no condition"),
    ({"count": [IN_CITY]}, ".count", "is no count"),
    ({"count": {"at_least": 1}}, ".count", "is no count"),
    ({"count": {"at_least": "two", "of": [IN_CITY]}}, ".count", "is no count"),
    ({"count": {"at_least": True, "of": [IN_CITY]}}, ".count", "is no count"),
    ({"count": {"at_least": 1, "of": 5}}, ".count.of", "is no list of conditions"),
    ({"count": {"at_least": 1, "of": []}}, ".count.of", "holds no condition"),
    ({"count": {"at_least": 3, "of": [IN_CITY, IN_CITY]}}, ".count", "asks for 3 of 2"),
    ({"count": {"at_least": 0, "of": [IN_CITY]}}, ".count", "asks for 0 of 1"),
    ({**IN_CITY, "from": "2026-01-01"}, ".from", "'2026-01-01' is no date"),
    ({**IN_CITY, "to": 2026}, ".to", "2026 is no date"),
    ({**IN_CITY, "from": datetime(2026, 1, 1, 8)}, ".from", "is no date"),
    ({"fact": "firm.in_city", "is": "yes"}, ".is", "is a yes or no"),
    ({"fact": "firm.in_city", "at_least": 1}, ".at_least", "is a yes or no"),
    ({"fact": "firm.in_city", "one_of": [True]}, ".one_of", "is a yes or no"),
    ({"fact": "firm.size", "is": "huge"}, ".is", "'huge' is not in the options of firm.size"),
    ({"fact": "firm.industry", "under": ["A", "Z"]}, ".under", "'Z' is not in the list 'industries'"),
    ({"fact": "firm.size", "one_of": []}, ".one_of", "is no list of codes"),
    ({"fact": "firm.size", "one_of": [False]}, ".one_of", "is no list of codes"),
    ({"fact": "firm.size", "is": 3}, ".is", "is no list of codes"),
    ({"fact": "firm.size", "has": ["small"]}, ".has", "is a choice: test it with is"),
    ({"fact": "firm.size", "at_least": "small"}, ".at_least", "is a choice: test it with is"),
    ({"fact": "firm.bans", "is": "green"}, ".is", "is a set of choices: test it with has"),
    ({"fact": "firm.bans", "under": ["green"]}, ".under", "is a set of choices"),
    ({"fact": "firm.bans", "has": ["blue"]}, ".has", "'blue' is not in the options"),
    ({"fact": "firm.receiving", "has": ["tp-none"]}, ".has", "'tp-none' is not in the list 'policies'"),
    ({"fact": "firm.staff", "is": 3}, ".is", "firm.staff is tested with at_least"),
    ({"fact": "firm.staff", "at_least": True}, ".at_least", "neither a number nor a formula"),
    ({"fact": "firm.staff", "at_least": [3]}, ".at_least", "neither a number nor a formula"),
    ({"fact": "firm.staff", "at_least": None}, ".at_least", "neither a number nor a formula"),
    ({"fact": "firm.staff", "at_least": "ten"}, ".at_least", "there is no parameter 'ten'"),
    ({"fact": "firm.staff", "at_least": "10人"}, ".at_least", "cannot be read"),
    ({"fact": "firm.staff", "at_least": date(2026, 1, 1)}, ".at_least", "is a date, which firm.staff is not"),
    ({"fact": "firm.staff", "at_least": "firm.registered_on"}, ".at_least", "is a date, which firm.staff"),
    ({"fact": "firm.staff", "at_least_ago": {"days": 1}}, ".at_least_ago", "tests a date"),
    ({"value": "firm.staff", "within_last": {"days": 1}}, ".within_last", "tests a date"),
    ({"value": "firm.staff +", "at_least": 1}, ".at_least", "cannot be read"),
    ({"value": "firm.staff", "is": True}, ".is", "a formula is tested with at_least"),
    ({"value": "days_since(firm.staff)", "at_least": 1}, ".at_least", "takes a date"),
    ({"value": "firm.registered_on + 1", "at_least": 1}, ".at_least", "a date is no number"),
    ({"value": "firm.registered_on", "at_least": 1}, ".at_least", "1 is no date"),
    ({"fact": "firm.registered_on", "at_least": 20260101}, ".at_least", "20260101 is no date"),
    ({"fact": "firm.registered_on", "at_least": "2026-01-01"}, ".at_least", "cannot be read"),
    ({"fact": "firm.registered_on", "at_least": "2026-10-10"}, ".at_least", "is no date: write YYYY-MM-DD"),
    ({"fact": "firm.registered_on", "at_least": "firm.staff"}, ".at_least", "is no date"),
    ({"fact": "firm.registered_on", "at_least": datetime(2026, 1, 1, 8)}, ".at_least", "neither"),
    ({"fact": "firm.registered_on", "is": date(2026, 1, 1)}, ".is", "is tested with at_least"),
    ({"fact": "firm.registered_on", "at_least_ago": 365}, ".at_least_ago", "is no length of time"),
    ({"fact": "firm.registered_on", "at_least_ago": {}}, ".at_least_ago", "is no length of time"),
    ({"fact": "firm.registered_on", "at_least_ago": {"weeks": 2}}, ".at_least_ago", "is no length of time"),
    ({"fact": "firm.registered_on", "within_last": {"days": -1}}, ".within_last", "whole numbers"),
    ({"fact": "firm.registered_on", "within_last": {"years": 1.5}}, ".within_last", "whole numbers"),
    ({"fact": "firm.registered_on", "within_last": {"days": True}}, ".within_last", "whole numbers"),
    ({"fact": "firm.registered_on", "within_last": {"years": 3000}}, ".within_last", "beyond the calendar"),
    ({"fact": "firm.registered_on", "within_next": {"days": 10**9}}, ".within_next", "beyond the calendar"),
    ({"fact": "firm.registered_on", "within_next": {"days": 10**20}}, ".within_next", "beyond the calendar"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "where", "message"), MISTAKES)
def test_a_mistake_is_told_with_file_path_and_remedy_and_counts_as_unknown(raw: Any, where: str, message: str) -> None:
    reader = _reader()
    made = reader.every([raw], "conditions")
    told = [
        problem
        for problem in reader.problems
        if problem.where == f"conditions[0]{where}" and message in problem.message
    ]
    assert told, reader.problems
    assert all(one.file == "rules/tp-try.yaml" and one.remedy for one in reader.problems)
    everything: dict[str, Value] = {
        "firm.in_city": True,
        "firm.staff": 5.0,
        "firm.registered_on": DAY,
        "firm.size": "small",
    }
    assert judge(made)(everything) in (None, True, False)  # what is wrong never ends the program


def test_a_list_of_conditions_that_is_none_is_told() -> None:
    reader = _reader()
    assert reader.every("firm.in_city", "conditions").of == ()  # type: ignore[arg-type]  # what YAML may hold
    assert reader.problems[0].message == "is no list of conditions"


def test_a_test_that_cannot_be_read_is_unknown() -> None:
    reader = _reader()
    assert judge(reader.every([{"fact": "firm.nothing", "is": True}], "conditions"))({}) is None
