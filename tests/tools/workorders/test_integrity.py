from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.tools.workorders.making import TO_CLOSED, command
from tools.workorders.acts import Act
from tools.workorders.integrity import check_events, check_store
from tools.workorders.model import Event
from tools.workorders.store import Store


def filled(path: Path, count: int = 3) -> Store:
    store = Store(f"sqlite:///{path}", code="YL")
    for place in range(count):
        order = store.start(command(Act.START), key=f"start-{place}")
        for act in TO_CLOSED[1:]:
            store.act(order.number, command(act), key=f"{act.value}-{place}")
    return store


def change(path: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement, values)


def test_a_store_that_nobody_touched_has_no_faults(tmp_path: Path) -> None:
    found = check_store(filled(tmp_path / "s.sqlite"))
    assert (found.orders, found.events, found.faults) == (3, 3 * len(TO_CLOSED), ())


def test_a_changed_event_and_a_changed_row_are_named(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    store = filled(path)
    first, second, _ = sorted(order.number for order in store.find())
    forged = "UPDATE work_order_events SET body = replace(body, 'test', 'else') WHERE number = ? AND seq = 4"
    change(path, forged, first)
    change(path, "UPDATE work_orders SET body = replace(body, '路灯', '井盖') WHERE number = ?", second)
    assert {fault.order: fault.message.split(";")[0] for fault in check_store(store).faults} == {
        first: "event 4 was changed, moved or left out",
        second: "its row is not what its events add up to",
    }


def test_a_work_order_that_is_gone_shows_in_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    store = filled(path)
    gone = sorted(order.number for order in store.find())[1]
    change(path, "DELETE FROM work_order_events WHERE number = ?", gone)
    change(path, "DELETE FROM work_orders WHERE number = ?", gone)
    (fault,) = check_store(store).faults
    assert (fault.order, "000002" in fault.message) == (gone[:11], True)


def test_events_may_come_mixed_but_not_doubled_and_not_short(tmp_path: Path) -> None:
    events: list[Event] = list(filled(tmp_path / "s.sqlite", 2).all_events())
    assert check_events(reversed(events)).faults == ()
    assert len(check_events([*events, events[0]]).faults) == 1
    assert len(check_events(events[1:]).faults) == 1


def test_a_number_that_is_none_is_named(tmp_path: Path) -> None:
    events = [
        event.model_copy(update={"order": "YL-20261126-000001-0"})
        for event in filled(tmp_path / "s.sqlite", 1).all_events()
    ]
    assert "is no work order number" in {fault.message.split(";")[0] for fault in check_events(events).faults}
