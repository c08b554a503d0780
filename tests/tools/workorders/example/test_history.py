from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from city.errors import BadInput
from tests.conftest import YUNLAN
from tests.tools.workorders.example.conftest import made
from tools.workorders.acts import Act
from tools.workorders.example import ExampleHistory
from tools.workorders.machine import replay, verify
from tools.workorders.model import Event, Kind, State
from tools.workorders.number import read_number
from tools.workorders.table import TABLE


def test_the_same_seed_gives_the_same_history_byte_for_byte(lives: list[list[Event]]) -> None:
    def written(orders: list[list[Event]]) -> str:
        return "\n".join(event.model_dump_json() for events in orders for event in events)

    again, other = list(made(60)), list(made(60, seed=8))
    assert written(again) == written(list(made(60)))
    assert written(again) != written(other)


def test_every_chain_holds_and_every_step_was_in_the_table(lives: list[list[Event]]) -> None:
    for events in lives:
        verify(events)
        for event in events:
            row = TABLE[event.before, Act(event.act)]
            assert event.role in row.roles
            assert event.after == (row.after or event.before)
        assert all(earlier.at <= later.at for earlier, later in pairwise(events))


def test_nothing_happens_outside_the_span(history: ExampleHistory, lives: list[list[Event]]) -> None:
    assert (history.start.isoformat(), history.end.isoformat()) == (
        "2025-05-26T00:00:00+08:00",
        "2026-11-26T00:00:00+08:00",
    )
    assert all(history.start <= event.at < history.end for events in lives for event in events)


def test_every_act_and_nearly_every_state_occurs(lives: list[list[Event]]) -> None:
    acts = Counter(event.act for events in lives for event in events)
    states = {event.after for events in lives for event in events}
    assert set(Act) - set(acts) <= {Act.SPLIT, Act.RAISE_EMERGENCY}  # the rarest; they occur in a full history
    assert states == set(State)


def test_the_shares_of_acts_are_those_of_a_hotline(lives: list[list[Event]]) -> None:
    acts = Counter(event.act for events in lives for event in events)

    def share(act: Act, of: Act) -> float:
        return acts[act] / acts[of]

    assert 0.05 < share(Act.ASK_RETURN, Act.DISPATCH) < 0.25
    assert 0.02 < share(Act.MERGE, Act.START) < 0.25
    assert 0.05 < share(Act.UNSOLVED, Act.PASS) < 0.3
    assert 0.005 < share(Act.REOPEN, Act.SOLVED) < 0.08
    assert share(Act.GRANT_EXTENSION, Act.ASK_EXTENSION) > 0.5


def test_merged_work_orders_name_a_main_that_is_no_duplicate(lives: list[list[Event]]) -> None:
    orders = {events[0].order: replay(events) for events in lives}
    merged = [order for order in orders.values() if order.status is State.MERGED]
    assert merged
    for order in merged:
        main = orders[order.main]
        assert main.status is not State.MERGED
        assert main.accepted_at <= order.accepted_at


def test_parts_name_the_whole_and_the_whole_its_parts() -> None:
    orders = {events[0].order: replay(events) for events in made(2_000, months=6)}
    parts = [order for order in orders.values() if order.parent]
    assert parts
    for part in parts:
        whole = orders[part.parent]
        assert part.number in whole.children or not whole.ended


def test_numbers_are_valid_and_run_from_one_each_day(lives: list[list[Event]]) -> None:
    names = [events[0].order for events in lives]
    assert all(read_number(name) == name for name in names)
    days = Counter(name[:11] for name in names)
    assert sorted(names) == sorted(set(names))
    for day, count in days.items():
        assert sorted(int(name[12:18]) for name in names if name.startswith(day)) == list(range(1, count + 1))


def test_nobody_real_can_be_called(lives: list[list[Event]]) -> None:
    phones = [party["phone"] for events in lives for party in events[0].payload["parties"] if party["phone"]]
    assert len(phones) > 900
    assert all(phone.startswith("000") and len(phone) == 11 for phone in phones)


def test_units_and_due_times_come_from_the_pack(history: ExampleHistory, lives: list[list[Event]]) -> None:
    units, items = history.town.units, {item.id for item in history.town.pack.duties}
    sent = [event for events in lives for event in events if event.act == Act.DISPATCH]
    assert all(event.payload["lead"] in units for event in sent)
    assert all(event.payload["duty_item"] in items or event.reason for event in sent)
    rules = Counter(event.payload["due_rule"].split("/")[0] for event in sent)
    assert rules.most_common(1)[0][0] == history.town.scheme.deadlines.id


def test_a_half_answer_never_closes_a_complaint(lives: list[list[Event]]) -> None:
    for events in lives:
        if events[0].payload["kind"] in (Kind.COMPLAINT, Kind.REPORT):
            assert all(event.payload["solved"] == "yes" for event in events if event.act == Act.SOLVED)


def test_a_history_of_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="make no history"):
        made(0)
    with pytest.raises(BadInput, match="not known"):
        ExampleHistory(YUNLAN, code="YL", orders=5, months=1, until=date(2031, 1, 31), seed=1)
