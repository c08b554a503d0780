from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.facts import Value
from knowledge.eligibility.matching import Match, Status, match_all
from knowledge.eligibility.stacking import Together, conflicts, together
from tests.knowledge.eligibility.making import DAY, small_book
from tests.knowledge.eligibility.making_profiles import MAKER, book_with, good


def policy(name: str, *exclusions: dict[str, Any], work: str = "") -> dict[str, Any]:
    return {"id": name, "work": work, "title": name.upper(), "exclusions": list(exclusions)}


def never(*others: str, scope: str = "subject") -> dict[str, Any]:
    return {"with": list(others), "kind": "not_together", "scope": scope, "object": "同一笔贷款"}


def capped(cap: float | str, *others: str) -> dict[str, Any]:
    return {"with": list(others), "kind": "joint_cap", "cap": cap}


def positive(name: str, worth: float | None, status: Status = Status.ELIGIBLE) -> Match:
    return Match(name, status, DAY, (), worth, (), ())


def best(
    worths: Mapping[str, float | None], *raw: dict[str, Any], values: Mapping[str, Value] | None = None
) -> Together:
    book = book_with(*raw, only=True)
    return together(book, [positive(name, worth) for name, worth in worths.items()], values or {})


def test_what_does_not_exclude_each_other_is_all_taken() -> None:
    found = best({"a": 100.0, "b": 50.0}, policy("a"), policy("b"))
    assert (found.chosen, found.left, found.total, found.cuts) == (("a", "b"), (), 150.0, ())


def test_of_two_that_may_not_go_together_the_larger_is_taken() -> None:
    found = best({"a": 100.0, "b": 150.0}, policy("a", never("b")), policy("b"))
    assert (found.chosen, found.total) == (("b",), 150.0)
    assert [(pair.one, pair.other, pair.by) for pair in found.left] == [("a", "b", "a")]


def test_it_does_not_matter_which_of_the_two_says_so() -> None:
    assert best({"a": 100.0, "b": 150.0}, policy("a"), policy("b", never("a"))).chosen == ("b",)
    both = book_with(policy("a", never("b")), policy("b", never("a")), only=True)
    assert len(conflicts(both, ["a", "b"])) == 1


def test_two_small_ones_may_come_to_more_than_one_large_one() -> None:
    rules = policy("a", never("b", "c")), policy("b"), policy("c")
    assert best({"a": 100.0, "b": 60.0, "c": 60.0}, *rules).chosen == ("b", "c")
    assert best({"a": 130.0, "b": 60.0, "c": 60.0}, *rules).chosen == ("a",)


def test_the_one_for_the_same_loan_only_counts_as_a_conflict_too() -> None:
    (pair,) = best({"a": 1.0, "b": 2.0}, policy("a", never("b", scope="object")), policy("b")).left
    assert pair.exclusion.object == "同一笔贷款"


def test_exclusions_name_works() -> None:
    rules = policy("a", never("w")), policy("b1", work="w"), policy("b2", work="w")
    assert best({"a": 100.0, "b1": 60.0, "b2": 60.0}, *rules).chosen == ("b1", "b2")


@pytest.mark.parametrize("kind", ["deduct", "together"])
def test_other_kinds_keep_nothing_apart(kind: str) -> None:
    other = {"with": ["b"], "kind": kind}
    assert best({"a": 1.0, "b": 2.0}, policy("a", other), policy("b")).chosen == ("a", "b")


def test_only_what_is_positive_is_taken() -> None:
    book = book_with(policy("a", never("b")), policy("b"), policy("c"), only=True)
    open_ = [positive("a", 1.0, Status.LIKELY), positive("b", None, Status.NEEDS), positive("c", None, Status.NOT)]
    found = together(book, open_, {})
    assert (found.chosen, found.left) == (("a",), ())


def test_what_is_no_money_is_taken_where_nothing_speaks_against_it() -> None:
    assert best({"a": None, "b": 5.0}, policy("a"), policy("b")).chosen == ("a", "b")
    assert best({"a": None, "b": 5.0}, policy("a", never("b")), policy("b")).chosen == ("b",)


def test_of_mixtures_that_give_the_same_the_one_with_more_policies_is_taken() -> None:
    rules = policy("a", never("b", "c")), policy("b"), policy("c")
    assert best({"a": 100.0, "b": 50.0, "c": 50.0}, *rules).chosen == ("b", "c")


# —— joint caps ——


def test_a_joint_cap_cuts_what_is_above_it() -> None:
    found = best({"a": 100.0, "b": 80.0}, policy("a", capped(150, "b")), policy("b"))
    assert (found.chosen, found.total) == (("a", "b"), 150.0)
    ((exclusion, cut),) = found.cuts
    assert (exclusion.cap, cut) == (150, 30.0)
    assert best({"a": 100.0, "b": 80.0}, policy("a", capped(180, "b")), policy("b")).cuts == ()


def test_a_joint_cap_that_both_name_cuts_once() -> None:
    rules = policy("a", capped(150, "b")), policy("b", capped(150, "a"))
    assert best({"a": 100.0, "b": 80.0}, *rules).total == 150.0


def test_of_two_caps_on_the_same_policies_the_lower_counts() -> None:
    rules = policy("a", capped(150, "b")), policy("b", capped(120, "a"))
    assert best({"a": 100.0, "b": 80.0}, *rules).total == 120.0


def test_a_cap_may_be_a_formula_and_one_that_is_unknown_cuts_nothing() -> None:
    rules = policy("a", capped("firm.staff * 10", "b")), policy("b")
    assert best({"a": 100.0, "b": 80.0}, *rules, values={"firm.staff": 12.0}).total == 120.0
    assert best({"a": 100.0, "b": 80.0}, *rules).total == 180.0


def test_a_cap_with_something_else_may_decide_a_conflict() -> None:
    rules = policy("a", never("b"), capped(100, "c")), policy("b"), policy("c")
    found = best({"a": 100.0, "b": 90.0, "c": 100.0}, *rules)
    assert (found.chosen, found.total) == (("b", "c"), 190.0)


def test_the_small_pack_goes_together() -> None:
    profile = good(**MAKER)
    found = together(small_book(), match_all(small_book(), profile, DAY), profile.values)
    assert (found.chosen, found.total) == (("tp-tech",), 107_200.0)
    assert [(pair.one, pair.other) for pair in found.left] == [("tp-tech", "tp-green")]


# —— many, and every mixture ——


def test_of_very_many_no_two_exclude_each_other_and_the_largest_is_among_them() -> None:
    names = [f"p{number:02}" for number in range(16)]
    rules = [policy(name, never(*names[at + 1 :: 3])) if names[at + 1 :: 3] else policy(name)
             for at, name in enumerate(names)]  # fmt: skip
    worths: dict[str, float | None] = {name: float(100 + (number * 37) % 23) for number, name in enumerate(names)}
    book = book_with(*rules, only=True)
    assert len({name for pair in conflicts(book, names) for name in (pair.one, pair.other)}) > 14
    found = together(book, [positive(name, worth) for name, worth in worths.items()], {})
    assert not conflicts(book, found.chosen)
    assert max(names, key=lambda name: worths[name] or 0.0) in found.chosen
    for name in set(names) - set(found.chosen):
        assert conflicts(book, [*found.chosen, name]), "nothing is left out without need"


NAMES = "abcdef"


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[RuleBook, dict[str, float]]:
    names = NAMES[: draw(st.integers(2, 6))]
    amount = st.integers(0, 20).map(float)
    rules = []
    for name in names:
        others = st.lists(st.sampled_from([one for one in names if one != name]), min_size=1, max_size=2, unique=True)
        barred = draw(st.lists(others.map(lambda chosen: never(*chosen)), max_size=1))
        caps = draw(st.lists(st.builds(lambda cap, chosen: capped(cap, *chosen), amount, others), max_size=1))
        rules.append(policy(name, *barred, *caps))
    return book_with(*rules, only=True), {name: draw(amount) for name in names}


def _sum(book: RuleBook, mixture: Sequence[str], worths: Mapping[str, float]) -> float:
    """What a mixture gives, by the words of the rules and nothing else."""
    cuts: dict[frozenset[str], float] = {}
    for name in mixture:
        for exclusion in book.policies[name].exclusions:
            members = frozenset({name, *exclusion.with_}) & set(mixture)
            if exclusion.kind == "joint_cap" and exclusion.cap is not None and len(members) > 1:
                cut = max(sum(worths[one] for one in members) - float(exclusion.cap), 0.0)
                cuts[members] = max(cuts.get(members, 0.0), cut)
    return sum(worths[name] for name in mixture) - sum(cuts.values())


def _allowed(book: RuleBook, mixture: Sequence[str]) -> bool:
    return not any(
        exclusion.kind == "not_together" and set(exclusion.with_) & set(mixture)
        for name in mixture
        for exclusion in book.policies[name].exclusions
    )


@settings(max_examples=150, deadline=None)
@given(_worlds())
def test_the_mixture_is_the_best_of_all(world: tuple[RuleBook, dict[str, float]]) -> None:
    book, worths = world
    mixtures = [mix for size in range(1, len(worths) + 1) for mix in combinations(worths, size)]
    most = max(_sum(book, mixture, worths) for mixture in mixtures if _allowed(book, mixture))
    found = together(book, [positive(name, worth) for name, worth in worths.items()], {})
    assert _allowed(book, found.chosen)
    assert found.total == pytest.approx(_sum(book, found.chosen, worths))
    assert found.total == pytest.approx(most)
