from __future__ import annotations

from collections import Counter

from eval.place import Place
from eval.suites.refusal.suite import SUITE, evenly
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "refusal"


async def test_a_question_is_answered_and_another_refused(place: Place) -> None:
    cases, desk = cases_of(NAME, place), SUITE.open(place)
    has = next(case for case in cases.values() if case.expect["kind"] == "answer")
    answered = await put(NAME, desk, has)
    assert answered.values["expected"] == "answer"
    assert answered.values["not_refused"] == float(answered.values["said"] == "answer")
    assert answered.values["nothing_told"] is None
    none = await put(NAME, desk, cases["ab2-003"])
    assert (none.values["said"], none.values["nothing_told"], none.scored.why) == ("refuse", 1, "")


def test_both_mistakes_are_seen(place: Place) -> None:
    cases = cases_of(NAME, place)
    none = cases["ab2-003"]
    has = next(case for case in cases.values() if case.expect["kind"] == "answer")
    assert judge(NAME, none, {"outcome": "partly_answered"}).values["nothing_told"] == 0
    assert judge(NAME, has, {"outcome": "not_found"}).values["not_refused"] == 0
    assert judge(NAME, has, {"outcome": "for_person"}).why == "ended as for_person"


def test_there_are_as_many_of_one_as_of_the_other(place: Place) -> None:
    kinds = Counter(case.expect["kind"] for case in cases_of(NAME, place).values())
    assert kinds["answer"] == kinds["refuse"] > 100


def test_an_even_draw_keeps_the_order() -> None:
    assert evenly(range(10), 5) == [0, 2, 4, 6, 8]
    assert evenly(range(3), 5) == [0, 1, 2]
