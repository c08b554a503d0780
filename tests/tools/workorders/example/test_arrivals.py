from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.tools.workorders.example.conftest import made
from tools.workorders.example import ExampleHistory
from tools.workorders.example.script import Season


def test_seasons_may_reach_into_the_next_year() -> None:
    heating = Season(name="x", **{"from": "11-10"}, to="03-15", categories={})
    exams = Season(name="x", **{"from": "05-25"}, to="06-25", categories={})
    assert [heating.holds(date(2026, m, 1)) for m in (1, 3, 4, 11, 12)] == [True, True, False, False, True]
    assert [exams.holds(date(2026, 6, d)) for d in (1, 25, 26)] == [True, True, False]


def test_heating_is_complained_of_in_winter(history: ExampleHistory) -> None:
    cold = [m.at.month for m in history.matters if m.category in ("030401", "030402") and not m.burst]
    assert sum(month in (11, 12, 1, 2, 3) for month in cold) >= 0.9 * len(cold) > 0


def test_storm_days_bring_water(history: ExampleHistory) -> None:
    flooded = [m for m in history.matters if m.category == "160203" and not m.burst]
    storms = set(history.town.script.storms.days)
    on_storm = [m for m in flooded if {f"{m.at - timedelta(days=n):%m-%d}" for n in (0, 1)} & storms]
    # Six storms of two days are 3 % of a year; chance would bring about as much of the flooding.
    assert len(on_storm) >= 0.3 * len(flooded) > 0


def test_a_burst_is_many_people_on_one_matter_within_days(history: ExampleHistory) -> None:
    bursts = {m.burst for m in history.matters if m.burst}
    assert bursts == {burst.id for burst in history.town.script.bursts}
    pipe = [m for m in history.matters if m.burst == "water-main"]
    assert len({m.caller.phone for m in pipe}) == len(pipe) > 20
    assert {m.category for m in pipe} == {"030101"}
    assert pipe[len(pipe) // 2].at - pipe[0].at < timedelta(hours=24)
    assert sum(m.main is pipe[0] for m in pipe) > len(pipe) / 2


def test_weekdays_are_busier_than_weekends(history: ExampleHistory) -> None:
    days = Counter(m.at.weekday() for m in history.matters if not m.burst)
    assert days[0] > days[5]
    assert days[0] > days[6]


def test_who_asks_again_is_the_same_caller_and_a_duplicate_is_another(history: ExampleHistory) -> None:
    linked = [(m, m.main) for m in history.matters if m.main]
    assert {m.repeat for m, _ in linked} == {True, False}
    for matter, main in linked:
        assert (matter.caller == main.caller) is matter.repeat
        assert matter.category == main.category
        assert main.at <= matter.at


def test_messages_name_places_and_no_placeholder_is_left(history: ExampleHistory) -> None:
    assert not [m.text for m in history.matters if "{" in m.text or not m.text]
    assert sum(m.place.text in m.text for m in history.matters) > len(history.matters) / 4
    known = {d.id for d in history.town.pack.districts}
    assert {m.place.district for m in history.matters} == known


@pytest.mark.parametrize("orders", [1, 7])
def test_a_small_history_has_as_many_as_asked(orders: int) -> None:
    assert len(made(orders, months=1).matters) == orders
