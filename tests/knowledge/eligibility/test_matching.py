from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.compiling import CompiledPolicy
from knowledge.eligibility.facts import Value
from knowledge.eligibility.matching import Match, Status, fen, match, match_all, rule_status
from knowledge.eligibility.missing import gates_of, missing
from knowledge.eligibility.profiles import Profile
from knowledge.eligibility.tracing import trace, what_would_change
from tests.knowledge.eligibility.making import DAY, firm, small_book
from tests.knowledge.eligibility.making_profiles import MAKER, OLD, book_with, good, less

TECH_LEFT = ["in_city", "registered_on", "receiving"]
GREEN_FITS = firm(**MAKER)


def matched(profile: Profile, name: str = "tp-tech", book: RuleBook | None = None, day: date = DAY) -> Match:
    own = book or small_book()
    return match(own, own.compiled(name, day), profile)


def tried(profile: Profile, **raw: Any) -> Match:
    """One rule of its own for firms in the city, against ``profile``."""
    return matched(profile, "tp-try", book_with(raw))


def benefit(**raw: Any) -> dict[str, Any]:
    return {"id": "sum", "name": "奖励", **raw}


def paid(profile: Profile, **raw: Any) -> tuple[str, float | None, float | None]:
    """Status, amount for one period and worth within a year of a rule with one benefit."""
    found = tried(profile, benefits=[benefit(**raw)])
    return found.status.value, found.benefits[0].amount, found.worth


# —— statuses ——


def test_what_fits_is_eligible_with_amounts_and_nothing_open() -> None:
    found = matched(good())
    assert (found.status, found.missing, found.assumed) == (Status.ELIGIBLE, (), ())
    assert [(due.id, due.status, due.amount, due.times) for due in found.benefits] == [
        ("award", Status.ELIGIBLE, 100_000.0, None),
        ("rent", Status.ELIGIBLE, 1_200.0, 6.0),
    ]
    assert found.worth == 107_200.0


def test_what_is_taken_for_granted_makes_it_likely_and_is_named() -> None:
    found = matched(less(good(), "honest"))
    assert (found.status, found.assumed, found.missing) == (Status.LIKELY, ("firm.honest",), ())
    assert found.worth == 107_200.0
    assert matched(good(honest=False)).status is Status.NOT


@pytest.mark.parametrize("name", TECH_LEFT)
def test_one_fact_left_out_is_the_one_that_is_missing(name: str) -> None:
    found = matched(less(good(), name))
    assert (found.status, found.missing, found.worth) == (Status.NEEDS, (f"firm.{name}",), None)


def test_missing_facts_stand_in_the_order_of_the_rule_and_without_those_taken_for_granted() -> None:
    found = matched(firm())
    assert found.missing == ("firm.in_city", "firm.registered_on", "firm.rd_expense", "firm.revenue", "firm.receiving")


def test_a_computed_fact_is_asked_for_by_what_it_is_computed_from() -> None:
    assert matched(less(good(), "revenue")).missing == ("firm.revenue",)
    assert matched(less(good(rd_share=0.05), "revenue", "rd_expense")).status is Status.ELIGIBLE
    assert matched(good(revenue=0.0)).missing == ()  # nothing that could be asked makes a share of nothing


@pytest.mark.parametrize(
    "changed",
    [
        {"in_city": False},
        {"registered_on": DAY - timedelta(days=364)},
        {"rd_expense": 29_999.0},
        {"receiving": frozenset({"tp-green"})},
    ],
)
def test_one_condition_that_fails_says_no_and_gives_nothing(changed: Mapping[str, Value]) -> None:
    found = matched(good(**changed))
    assert (found.status, found.worth, found.missing, found.assumed) == (Status.NOT, None, (), ())
    assert {(due.status, due.amount) for due in found.benefits} == {(Status.NOT, None)}


def test_one_false_condition_is_enough_whatever_else_is_unknown() -> None:
    assert matched(firm(in_city=False)).status is Status.NOT


def test_thresholds_that_are_met_exactly_count() -> None:
    assert matched(good(registered_on=DAY - timedelta(days=365))).status is Status.ELIGIBLE
    assert matched(good(rd_expense=30_000.0)).status is Status.ELIGIBLE


def test_the_day_picks_the_version() -> None:
    two_percent = good(rd_expense=20_000.0)
    assert matched(two_percent, day=date(2025, 12, 31)).status is Status.ELIGIBLE
    assert matched(two_percent, day=date(2026, 1, 1)).status is Status.NOT


def test_the_status_is_that_of_the_best_benefit() -> None:
    found = matched(good(staff=9.0))
    assert found.status is Status.ELIGIBLE
    assert [due.status for due in found.benefits] == [Status.ELIGIBLE, Status.NOT]
    found = matched(less(good(), "staff"))
    assert [due.status for due in found.benefits] == [Status.ELIGIBLE, Status.NEEDS]
    assert found.worth == 100_000.0


def test_an_assumed_fact_is_asked_for_only_where_nothing_else_is_open() -> None:
    wants_bad = {"conditions": [{"fact": "firm.honest", "is": False}]}
    assert tried(firm(), **wants_bad).status is Status.NEEDS
    assert tried(firm(), **wants_bad).missing == ("firm.honest",)
    beside = {"conditions": [{"fact": "firm.honest", "is": True}, {"fact": "firm.staff", "at_least": 3}]}
    assert tried(firm(), **beside).missing == ("firm.staff",)


# —— gates ——

EXPORT = {"conditions": [{"fact": "firm.export_value", "at_least": 100}]}


def test_a_question_that_makes_no_sense_yet_gives_way_to_the_one_before_it() -> None:
    assert tried(firm(), **EXPORT).missing == ("firm.exporter",)
    assert tried(firm(exporter=True), **EXPORT).missing == ("firm.export_value",)
    assert tried(firm(exporter=False), **EXPORT).missing == ()
    assert tried(firm(export_value=100.0), **EXPORT).status is Status.ELIGIBLE


def test_gates_hold_for_single_facts() -> None:
    gates = gates_of(small_book(), DAY)
    assert gates.of("firm.in_city") is None
    assert gates.askable(["firm.export_value", "firm.exporter", "firm.staff"], {}) == ("firm.exporter", "firm.staff")
    assert gates.askable(["firm.rd_share"], {}) == ()  # nobody is asked for what is computed


# —— amounts ——


@pytest.mark.parametrize(
    ("staff", "amount", "worth"), [(10.0, 1_000.0, 6_000.0), (50.0, 5_000.0, 30_000.0), (51.0, 5_000.0, 30_000.0)]
)
def test_the_cap_is_for_one_period(staff: float, amount: float, worth: float) -> None:
    due = matched(good(staff=staff)).benefits[1]
    assert (due.amount, due.at_most, due.worth) == (amount, 5_000.0, worth)


@pytest.mark.parametrize(
    ("staff", "expected"),
    [(4.0, ("not", None, None)), (5.0, ("eligible", 500.0, 500.0)), (6.0, ("eligible", 600.0, 600.0))],
)
def test_below_the_least_nothing_is_paid(staff: float, expected: tuple[str, float | None, float | None]) -> None:
    assert paid(firm(in_city=True, staff=staff), amount="firm.staff * 100", least=500) == expected


def test_the_least_is_compared_with_what_is_paid_after_the_cap() -> None:
    assert paid(firm(in_city=True, staff=9.0), amount="firm.staff * 100", cap=400, least=500)[0] == "not"
    assert tried(firm(in_city=True), benefits=[benefit(amount="firm.staff * 100", least=500)]).missing == (
        "firm.staff",
    )


@pytest.mark.parametrize(
    ("per", "times", "worth"),
    [
        ("once", None, 100.0),
        ("month", None, 1_200.0),
        ("month", 5, 500.0),
        ("month", 36, 1_200.0),
        ("quarter", None, 400.0),
        ("year", 3, 100.0),
        ("item", None, 100.0),
        ("month", "firm.staff", 300.0),
    ],
)
def test_worth_is_what_it_gives_within_a_year(per: str, times: Any, worth: float) -> None:
    raw = {"amount": 100, "per": per} | ({} if times is None else {"times": times})
    assert paid(firm(in_city=True, staff=3.0), **raw) == ("eligible", 100.0, worth)


TWO = [benefit(amount=300), {"id": "more", "name": "加奖", "amount": 500}]


@pytest.mark.parametrize(
    ("raw", "worth"),
    [
        ({}, 800.0),
        ({"combine": "highest"}, 500.0),
        ({"cap": 600}, 600.0),
        ({"cap": 900}, 800.0),
        ({"combine": "highest", "cap": "firm.staff * 100"}, 400.0),
    ],
)
def test_benefits_are_combined_and_capped(raw: dict[str, Any], worth: float) -> None:
    assert tried(firm(in_city=True, staff=4.0), benefits=TWO, **raw).worth == worth


@pytest.mark.parametrize("score", [0.0, 59.9])
def test_an_amount_of_nothing_is_not_given(score: float) -> None:
    found = matched(firm(**{**MAKER, "score": score}), "tp-green")
    assert (found.status, found.worth) == (Status.NOT, None)


def test_cases_take_the_first_that_holds() -> None:
    amounts = {
        score: matched(firm(**{**MAKER, "score": score}), "tp-green").benefits[0].amount for score in (60, 84, 85)
    }
    assert amounts == {60: 30_000.0, 84: 30_000.0, 85: 80_000.0}


def test_less_than_nothing_is_nothing() -> None:
    assert paid(firm(in_city=True, staff=9.0), amount="500 - firm.staff * 100") == ("not", None, None)


def test_what_is_no_money_is_given_beside_an_amount_of_nothing() -> None:
    found = tried(firm(in_city=True), benefits=[benefit(gives="优先安排场地")])
    assert (found.status, found.worth, found.benefits[0].gives) == (Status.ELIGIBLE, None, "优先安排场地")
    both = tried(firm(in_city=True, staff=0.0), benefits=[benefit(gives="场地", amount="firm.staff * 1")])
    assert (both.status, both.benefits[0].amount) == (Status.ELIGIBLE, 0.0)


def test_an_amount_that_is_not_known_yet_holds_nothing_up_and_names_what_it_needs() -> None:
    found = matched(less(GREEN_FITS, "score"), "tp-green")
    assert (found.status, found.worth, found.missing) == (Status.ELIGIBLE, None, ())
    assert (found.benefits[0].amount, found.benefits[0].needs) == (None, ("firm.score",))


def test_an_unknown_cap_leaves_the_amount_unknown() -> None:
    assert paid(firm(in_city=True), amount=900, cap="firm.staff * 100") == ("eligible", None, None)
    assert paid(firm(in_city=True, staff=4.0), amount=900, cap="firm.staff * 100") == ("eligible", 400.0, 400.0)


AMOUNT_BY_ASSUMED = {"amount": [{"when": {"fact": "firm.honest", "is": True}, "pay": 700}, {"pay": 0}]}
AMOUNT_AGAINST = {"amount": [{"when": {"fact": "firm.honest", "is": True}, "pay": 0}, {"pay": 700}]}


def test_an_amount_that_rests_on_what_is_taken_for_granted() -> None:
    assert paid(firm(in_city=True), **AMOUNT_BY_ASSUMED) == ("likely", 700.0, 700.0)
    assert paid(firm(in_city=True, honest=False), **AMOUNT_BY_ASSUMED)[0] == "not"
    against = tried(firm(in_city=True), benefits=[benefit(**AMOUNT_AGAINST)])
    assert (against.status, against.missing) == (Status.NEEDS, ("firm.honest",))


@pytest.mark.parametrize(
    ("value", "cents"),
    [(0.285, 0.29), (1.005, 1.01), (2.5, 2.5), (0.004, 0.0), (0.005, 0.01), (123456.784999, 123456.78)],
)
def test_amounts_are_rounded_half_up_to_the_cent(value: float, cents: float) -> None:
    assert fen(value) == cents


# —— what would change the result ——


def ways(conditions: list[dict[str, Any]], profile: Profile) -> list[list[str]]:
    book = book_with({"conditions": conditions})
    return [[leaf.node.path for leaf in way] for way in what_would_change(rule_of(book).root, profile.values)]


def rule_of(book: RuleBook) -> CompiledPolicy:
    return book.compiled("tp-try", DAY)


STAFF = {"fact": "firm.staff", "at_least": 10}
IN_CITY = {"fact": "firm.in_city", "is": True}
EXPORTS = {"fact": "firm.exporter", "is": True}
SCORE = {"fact": "firm.score", "at_least": 60}
POOR = firm(in_city=False, staff=1.0, exporter=False, score=1.0)


def test_one_failed_test_is_one_way() -> None:
    assert ways([IN_CITY, STAFF], firm(in_city=True, staff=1.0)) == [["conditions[1]"]]


def test_all_failed_tests_must_change_together() -> None:
    assert ways([IN_CITY, STAFF], POOR) == [["conditions[0]", "conditions[1]"]]


def test_alternatives_are_ways_of_their_own_the_shortest_first() -> None:
    either = {"any": [{"all": [STAFF, EXPORTS]}, SCORE]}
    assert ways([either], POOR) == [
        ["conditions[0].any[1]"],
        ["conditions[0].any[0].all[0]", "conditions[0].any[0].all[1]"],
    ]


def test_a_count_takes_as_many_as_are_needed() -> None:
    two = {"count": {"at_least": 2, "of": [STAFF, EXPORTS, SCORE]}}
    (way,) = ways([two], firm(in_city=True, staff=20.0, exporter=False, score=1.0))
    assert way == ["conditions[0].count.of[1]"]
    (way,) = ways([two], POOR)
    assert len(way) == 2


def test_what_may_not_be_has_to_go() -> None:
    assert ways([{"not": EXPORTS}], firm(exporter=True)) == [["conditions[0].not"]]
    assert ways([{"not": {"any": [EXPORTS, SCORE]}}], firm(exporter=True, score=90.0)) == [
        ["conditions[0].not.any[0]", "conditions[0].not.any[1]"]
    ]
    assert ways([{"not": {"all": [EXPORTS, SCORE]}}], firm(exporter=True, score=90.0)) == [
        ["conditions[0].not.all[0]"],
        ["conditions[0].not.all[1]"],
    ]


def test_what_is_unknown_is_not_what_has_to_change() -> None:
    assert ways([IN_CITY, STAFF], firm(in_city=False)) == [["conditions[0]"]]


def test_there_are_never_many_ways() -> None:
    assert len(ways([{"any": [STAFF, EXPORTS, SCORE, IN_CITY, {"fact": "firm.score", "at_least": 99}]}], POOR)) == 4


def test_nothing_has_to_change_where_it_holds_already() -> None:
    assert ways([IN_CITY], firm(in_city=True)) == []


# —— trace ——


def lines(conditions: list[dict[str, Any]], profile: Profile) -> dict[str, tuple[Any, bool]]:
    rule = rule_of(book_with({"conditions": conditions}))
    return {line.path: (line.truth, line.decisive) for line in trace(rule.conditions, profile.values)}


def test_only_what_failed_decides_a_no() -> None:
    found = lines([IN_CITY, STAFF, SCORE], firm(in_city=True, staff=1.0))
    assert found == {
        "conditions": (False, True),
        "conditions[0]": (True, False),
        "conditions[1]": (False, True),
        "conditions[2]": (None, False),
    }


def test_only_the_branch_that_holds_decides_a_yes() -> None:
    found = lines([{"any": [STAFF, EXPORTS]}], firm(staff=30.0, exporter=False))
    assert found["conditions[0].any[0]"] == (True, True)
    assert found["conditions[0].any[1]"] == (False, False)


def test_only_what_is_open_decides_an_unknown() -> None:
    found = lines([IN_CITY, STAFF], firm(in_city=True))
    assert found["conditions[0]"] == (True, False)
    assert found["conditions[1]"] == (None, True)


def test_the_branch_of_a_not_decides_the_other_way_round() -> None:
    found = lines([{"not": {"any": [EXPORTS, SCORE]}}], firm(exporter=True, score=1.0))
    assert found["conditions[0].not.any[0]"] == (True, True)
    assert found["conditions[0].not.any[1]"] == (False, False)


def test_a_trace_says_how_deep_and_of_what_kind_and_with_which_words() -> None:
    rule = small_book().compiled("tp-tech", DAY)
    found = trace(rule.conditions, good().values)
    assert [(line.depth, line.kind) for line in found[:2]] == [(0, "all"), (1, "leaf")]
    assert found[1].quotes == ("在本市登记",)


# —— all rules ——


def test_all_rules_come_best_first_and_only_for_the_kind_of_subject() -> None:
    found = match_all(small_book(), good(**MAKER), DAY)
    assert [(one.policy, one.worth) for one in found] == [("tp-tech", 107_200.0), ("tp-green", 80_000.0)]
    found = match_all(small_book(), less(good(**{**MAKER, "score": 10.0}), "honest"), DAY)
    assert [one.status for one in found] == [Status.LIKELY, Status.NOT]
    assert [one.policy for one in match_all(small_book(), OLD, DAY)] == ["tp-elder"]


def test_all_rules_can_be_some_and_are_those_in_force() -> None:
    assert [one.policy for one in match_all(small_book(), good(), DAY, ["tp-green"])] == ["tp-green"]
    assert [one.policy for one in match_all(small_book(), good(), date(2024, 5, 1))] == ["tp-tech"]
    assert match_all(small_book(), good(), date(2023, 5, 1)) == []


# —— properties ——

VALUES = st.fixed_dictionaries(
    {},
    optional={
        "in_city": st.booleans(),
        "honest": st.booleans(),
        "registered_on": st.dates(date(2024, 6, 1), date(2026, 6, 1)),
        "rd_expense": st.sampled_from([0.0, 29_999.0, 30_000.0, 90_000.0]),
        "revenue": st.sampled_from([0.0, 1_000_000.0, 2_000_000.0]),
        "size": st.sampled_from(["small", "medium", "large"]),
        "staff": st.sampled_from([0.0, 9.0, 10.0, 80.0]),
        "receiving": st.sampled_from([frozenset(), frozenset({"tp-green"}), frozenset({"tp-elder"})]),
        "industry": st.sampled_from(["A", "B", "B05", "C"]),
        "bans": st.sampled_from([frozenset(), frozenset({"green"}), frozenset({"tech"})]),
        "score": st.sampled_from([10.0, 60.0, 85.0]),
    },
)
NAMES = st.sampled_from(["tp-tech", "tp-green"])


@given(VALUES, NAMES)
def test_the_quick_status_is_that_of_the_match(values: dict[str, Value], name: str) -> None:
    rule, profile = small_book().compiled(name, DAY), firm(**values)
    assert (
        rule_status(rule, profile.values, small_book().assumed(rule.facts)) is match(small_book(), rule, profile).status
    )


@given(VALUES, NAMES, st.data())
def test_what_is_settled_stays_settled_as_more_is_known(
    values: dict[str, Value], name: str, data: st.DataObject
) -> None:
    rule, full = small_book().compiled(name, DAY), firm(**values)
    kept = data.draw(st.sets(st.sampled_from(sorted(full.values))) if values else st.just(set()))
    part = match(small_book(), rule, Profile("firm", {key: full.values[key] for key in kept}))
    whole = match(small_book(), rule, full)
    if part.status is Status.NOT:
        assert whole.status is Status.NOT
    if part.status is Status.ELIGIBLE and name == "tp-tech":  # an amount known to come to nothing may still say no
        assert whole.status is Status.ELIGIBLE


@given(VALUES, NAMES)
def test_what_is_missing_is_unknown_and_can_be_asked(values: dict[str, Value], name: str) -> None:
    profile = firm(**values)
    for fact in matched(profile, name).missing:
        assert fact not in profile.values
        assert small_book().facts[fact].question


@given(VALUES, NAMES)
def test_turning_one_way_round_makes_the_rule_hold(values: dict[str, Value], name: str) -> None:
    from knowledge.eligibility.cells import kleene
    from knowledge.eligibility.rowwise import judge

    rule, known = small_book().compiled(name, DAY), firm(**values).values
    for way in what_would_change(rule.root, known):
        turned = kleene(rule.root, lambda leaf: leaf in way or judge(leaf)(known))  # noqa: B023  # used at once
        assert turned is not False


def test_nothing_is_missing_of_what_is_known() -> None:
    rule = small_book().compiled("tp-tech", DAY)
    assert missing(small_book(), rule.root, good().values) == ()
