from __future__ import annotations

from collections import Counter

import pytest

from eval.place import Place
from eval.suites.time_and_level.suite import SUITE
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "time_and_level"


async def test_the_same_question_on_two_days(place: Place) -> None:
    cases, desk = cases_of(NAME, place), SUITE.open(place)
    old, new = await put(NAME, desk, cases["tl-001"]), await put(NAME, desk, cases["tl-002"])
    assert old.case.given["text"] == new.case.given["text"]
    assert old.case.group == new.case.group == "parking-free"
    assert [old.values["law_right"], new.values["law_right"]] == [1, 1]
    assert [old.values["lawful"], new.values["lawful"]] == [1, 1]
    # The law of one day is no answer about the other.
    swapped = judge(NAME, new.case, {**old.said, "as_of": place.day.isoformat()})
    assert (swapped.values["law_right"], swapped.values["lawful"], swapped.values["words_right"]) == (0, 0, 0)
    assert "not in force" in swapped.why


async def test_a_conflict_is_told_with_both_sides(place: Place) -> None:
    cases, desk = cases_of(NAME, place), SUITE.open(place)
    conflict = await put(NAME, desk, cases["tl-096"])
    assert conflict.values["conflict_told"] == 1
    half = judge(NAME, conflict.case, {**conflict.said, "citations": conflict.said["citations"][:1]})
    assert half.values["conflict_told"] == 0
    alone = judge(NAME, cases["tl-101"], conflict.said)
    assert alone.values["conflict_invented"] == 1


@pytest.mark.parametrize(("outcome", "told"), [("not_found", 1), ("answered", 0)])
def test_where_nothing_holds_nothing_may_be_told(place: Place, outcome: str, told: int) -> None:
    case = next(c for c in cases_of(NAME, place).values() if c.expect["kind"] == "nothing")
    said = {"outcome": outcome, "text": "", "as_of": case.given["as_of"], "citations": []}
    assert judge(NAME, case, said).values["nothing_told"] == told


def test_every_case_expects_what_was_in_force_that_day(place: Place) -> None:
    from datetime import date

    library = place.house.library
    kinds: Counter[str] = Counter()
    for case in cases_of(NAME, place).values():
        kinds[case.expect["kind"]] += 1
        named = [*case.expect.get("provisions", ()), *case.expect.get("both", ())]
        for name in named:
            provision = library.get(name, role="staff")
            day = date.fromisoformat(case.given["as_of"]) if case.given["as_of"] else None
            assert day is None or library.meta(provision.document, role="staff").in_force(day), (case.id, name)
        for document in case.expect.get("never", ()):
            assert not library.meta(document, role="staff").in_force(date.fromisoformat(case.given["as_of"])), case.id
    assert kinds["dated"] >= 60
    assert set(kinds) == {"dated", "in_words", "nothing", "conflict", "level"}


def test_words_that_are_expected_stand_in_the_text(place: Place) -> None:
    from agents.reading.numbers import numbers

    library = place.house.library
    for case in cases_of(NAME, place).values():
        named = [*case.expect.get("provisions", ()), *case.expect.get("both", ())]
        held = "\n".join(library.get(name, role="staff").text for name in named)
        for words in case.expect.get("must_contain", ()):
            assert words in held or numbers(words) <= numbers(held), (case.id, words)
