from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.emergencies.judging import LEVELS, completed, judge, truth
from tools.emergencies.plans import COLOURS, Book, Check, Either, Every, FactValue, checks_of, open_book

BOOK = open_book(lambda file, model: read_record(YUNLAN, file, model))


def rule(fact: str, **asked: object) -> Check:
    return Check.model_validate({"fact": fact, "quote": "条文", **asked})


@pytest.mark.parametrize(
    ("hazard", "facts", "level", "open_"),
    [
        ("flood", {"rain_24h": 50, "rain_continues": True}, 4, (1, 2, 3)),
        ("flood", {"rain_24h": 79.9, "rain_continues": False, "river_level": 30.99}, None, (1, 2, 3)),
        ("flood", {"rain_24h": 200}, 1, ()),
        ("flood", {"river_level": 31.0}, 4, (1, 2, 3)),
        ("flood", {"river_level": 33.2}, 1, ()),
        ("gas", {"gas_leak": "indoor", "casualties": False, "gas_cut_households": 200}, 3, (2,)),
        ("gas", {"gas_leak": "indoor", "casualties": False, "gas_cut_households": 199}, 4, (2,)),
        ("gas", {"deaths": 3}, 1, ()),
        ("hazchem", {"serious": 2, "poisoned": 1}, 3, (1, 2)),
        ("hazchem", {"leak_tonnes": 0.5, "casualties": False, "beyond_site": False}, 4, (1, 2, 3)),
        ("general", {"deaths": 2, "missing": 1}, 3, (1, 2)),
        ("general", {"deaths": 3}, 3, (1, 2)),
        ("quake", {"magnitude": 4.5}, 3, (1, 2)),
        ("forest_fire", {"fire_area": 0.9, "fire_hours": 0.5}, 4, (1, 2, 3)),
        ("forest_fire", {"fire_hours": 4}, None, (1, 2, 3, 4)),
        ("metro", {"line_stopped": 30}, 3, (1, 2)),
        ("metro", {"line_stopped": 120}, 2, (1,)),
        ("snow", {"icing_warning": "yellow"}, 4, (1, 2, 3)),
        ("snow", {"min_temperature": -12}, 2, (1,)),
        ("heat", {"load_share": 95}, 2, (1,)),
        ("health", {"food_poisoned": 30}, 3, (1, 2)),
    ],
)
def test_levels_by_hand(hazard: str, facts: dict[str, FactValue], level: int | None, open_: tuple[int, ...]) -> None:
    verdict = judge(BOOK.plans[hazard], facts, BOOK.facts)
    assert (verdict.level, verdict.open) == (level, open_)


def test_what_is_missing_is_what_still_decides() -> None:
    verdict = judge(BOOK.plans["flood"], {"rain_24h": 130.0}, BOOK.facts)
    assert verdict.level == 2
    assert verdict.missing == ("river_level", "lake_level", "breach_possible")
    assert [trial.check.quote for trial in verdict.reasons] == ["24小时降雨120毫米以上"]


def test_no_casualties_means_that_nobody_died() -> None:
    known = completed({"casualties": False}, BOOK.facts)
    assert {known[name] for name in ("deaths", "serious", "injured", "poisoned")} == {0.0}
    assert completed({"deaths": 1}, BOOK.facts)["casualties"] is True
    assert "casualties" not in completed({"deaths": 0}, BOOK.facts)
    nobody = {"deaths": 0, "serious": 0, "injured": 0, "poisoned": 0}
    assert completed(nobody, BOOK.facts)["casualties"] is False


@pytest.mark.parametrize(
    ("known", "holds"),
    [({}, None), ({"serious": 2}, None), ({"serious": 3}, True), ({"serious": 1, "poisoned": 1}, False)],
)
def test_a_part_of_a_sum_may_settle_it(known: dict[str, FactValue], holds: bool | None) -> None:
    test = Check.model_validate({"sum": ["serious", "poisoned"], "at_least": 3, "quote": "三人以上"})
    assert truth(test, known) is holds


def test_beyond_the_upper_bound_is_no() -> None:
    test = Check.model_validate({"sum": ["deaths", "missing"], "at_least": 3, "at_most": 5, "quote": "三人以上"})
    assert truth(test, {"deaths": 6}) is False
    assert truth(test, {"deaths": 4}) is True
    assert truth(test, {"deaths": 5, "missing": 1}) is False


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=4))
def test_unknown_is_what_could_be_both(values: list[bool | None]) -> None:
    """A three-valued result is true or false exactly where every way to fill the unknown ones agrees."""
    names = [f"f{number}" for number in range(len(values))]
    known: dict[str, FactValue] = {n: v for n, v in zip(names, values, strict=True) if v is not None}
    unknown = [name for name in names if name not in known]
    tests = tuple(rule(name, **{"is": True}) for name in names)
    for condition in (Either(any=tests), Every(all=tests)):
        ways = [
            truth(condition, known | dict(zip(unknown, filled, strict=True)))
            for filled in itertools.product([True, False], repeat=len(unknown))
        ]
        assert truth(condition, known) is (ways[0] if len(set(ways)) == 1 else None)


def drawn(book: Book, hazard: str) -> st.SearchStrategy[dict[str, FactValue]]:
    plan = book.plans[hazard]
    names = sorted({n for one in plan.levels.values() for test in checks_of(one.when) for n in test.facts})
    values: dict[str, st.SearchStrategy[FactValue]] = {}
    for name in names:
        fact = book.facts[name]
        numbers = [
            float(bound)
            for one in plan.levels.values()
            for test in checks_of(one.when)
            if name in test.facts
            for bound in (test.at_least, test.at_most, test.above, test.below)
            if isinstance(bound, int | float)
        ]
        around = sorted({value for bound in numbers for value in (bound - 0.5, bound, bound + 0.5)}) or [0.0]
        possible: dict[str, list[FactValue]] = {
            "flag": [True, False],
            "choice": list(fact.options),
            "colour": list(COLOURS),
            "number": list(around),
        }
        values[name] = st.sampled_from(possible[fact.type])
    return st.fixed_dictionaries({}, optional=values)


@given(st.data(), st.sampled_from(sorted(BOOK.plans)))
def test_learning_more_never_takes_back(data: st.DataObject, hazard: str) -> None:
    """A level reached stays reached or grows graver with each fact, and a level excluded stays so."""
    known = data.draw(drawn(BOOK, hazard))
    before = judge(BOOK.plans[hazard], known, BOOK.facts)
    more = {name: value for name, value in data.draw(drawn(BOOK, hazard)).items() if name not in known}
    if "casualties" in known or "casualties" in more:  # a flag against its own numbers is no fact of the world
        more = {}
    after = judge(BOOK.plans[hazard], {**known, **more}, BOOK.facts)
    if before.level is not None:
        assert after.level is not None
        assert after.level <= before.level
    assert set(after.open) <= set(before.open)
    possible = {*before.open, *([before.level] if before.level else [])}
    assert after.level is None or after.level in possible


@given(st.data(), st.sampled_from(sorted(BOOK.plans)))
def test_missing_facts_are_asked_only_where_a_level_is_open(data: st.DataObject, hazard: str) -> None:
    known = data.draw(drawn(BOOK, hazard))
    verdict = judge(BOOK.plans[hazard], known, BOOK.facts)
    assert bool(verdict.open) == bool(verdict.missing)
    assert not set(verdict.missing) & set(known)
    assert all(level in LEVELS and (verdict.level is None or level < verdict.level) for level in verdict.open)


@pytest.mark.parametrize(
    ("hazard", "day", "applies"),
    [
        ("heat", date(2026, 6, 1), True),
        ("heat", date(2026, 9, 15), True),
        ("heat", date(2026, 9, 16), False),
        ("snow", date(2026, 11, 14), False),
        ("snow", date(2026, 12, 31), True),
        ("snow", date(2027, 3, 15), True),
        ("snow", date(2027, 3, 16), False),
        ("flood", date(2026, 12, 1), True),
        ("gas", date(2025, 8, 31), False),
        ("gas", date(2025, 9, 1), True),
    ],
)
def test_seasons_and_days_in_force(hazard: str, day: date, applies: bool) -> None:
    assert BOOK.plans[hazard].applies(day) is applies
