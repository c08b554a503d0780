from __future__ import annotations

from eval.place import Place
from eval.suites.policy_hearing.suite import SUITE, plain
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "policy_hearing"


async def test_a_wish_and_a_fact_are_heard(place: Place) -> None:
    cases, rules = cases_of(NAME, place), SUITE.open(place)
    wish = await put(NAME, rules, cases["h001"])
    assert (wish.values["wish_right"], wish.values["begun_rightly"], wish.values["begun_wrongly"]) == (1, 1, None)
    fact = await put(NAME, rules, cases["h002"])
    assert (fact.values["facts_found"], fact.values["facts_lost"], fact.values["facts_wrong"]) == (1, 0, 0)


def test_lost_wrong_and_invented_facts_are_counted(place: Place) -> None:
    cases = cases_of(NAME, place)
    fact = cases["h002"]
    name, value = next(iter(fact.expect["facts"].items()))
    said = {"wish": "answer", "policies": [], "facts": {name: value}}
    assert judge(NAME, fact, said).why == ""
    lost = judge(NAME, fact, {**said, "facts": {}}).values
    assert (lost["facts_found"], lost["facts_lost"], lost["facts_wrong"]) == (0, 1, 0)
    wrong = judge(NAME, fact, {**said, "facts": {name: "something else"}}).values
    assert (wrong["facts_found"], wrong["facts_lost"], wrong["facts_wrong"]) == (0, 1, 1)
    never = cases["h001"]
    invented = judge(NAME, never, {"wish": "match", "policies": [], "facts": {never.expect["never"][0]: "x"}})
    assert invented.values["facts_wrong"] == 1
    assert judge(NAME, never, {"wish": "other", "policies": ["p"], "facts": {}}).values["policies_wrong"] == 1


def test_values_are_json() -> None:
    from datetime import date

    assert plain({"b": frozenset({"y", "x"}), "a": date(2026, 1, 2), "c": 3.5, "d": True}) == {
        "a": "2026-01-02",
        "b": ["x", "y"],
        "c": 3.5,
        "d": True,
    }
