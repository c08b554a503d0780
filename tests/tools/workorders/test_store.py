from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from city.errors import BadInput, NotFound, Refused, TryAgain
from tests.tools.workorders.databases import run_sql
from tests.tools.workorders.making import TO_CLOSED, command
from tools.workorders.acts import Act
from tools.workorders.model import Role, State
from tools.workorders.store import Store

CLIENTS = 1_000


def test_an_order_is_kept_with_everything_that_was_done(store: Store) -> None:
    order = store.start(command(Act.START), key="start")
    for act in TO_CLOSED[1:]:
        order = store.act(order.number, command(act), key=act.value, version=order.version)
    assert store.get(order.number) == order
    assert [event.act for event in store.events(order.number)] == [act.value for act in TO_CLOSED]
    assert list(store.all_events()) == store.events(order.number)
    assert store.faults() == []


def test_numbers_count_the_orders_of_a_day(store: Store) -> None:
    numbers = [store.start(command(Act.START), key=str(n)).number for n in range(3)]
    assert [number[:18] for number in numbers] == [f"YL-20261126-{n:06d}" for n in (1, 2, 3)]


def test_the_same_key_does_it_once(store: Store) -> None:
    first = store.start(command(Act.START), key="a")
    store.act(first.number, command(Act.SUBMIT), key="b")
    assert store.start(command(Act.START), key="a") == first
    again = store.act(first.number, command(Act.SUBMIT), key="b")
    assert (again.status, again.version) == (State.SUBMITTED, 2)
    assert len(store.events(first.number)) == 2


def test_who_read_an_older_version_is_told(store: Store) -> None:
    order = store.start(command(Act.START), key="a")
    store.act(order.number, command(Act.SUBMIT), key="b", version=1)
    with pytest.raises(TryAgain, match="changed by somebody else"):
        store.act(order.number, command(Act.SCREEN), key="c", version=1)


def test_a_refused_step_leaves_nothing_behind(store: Store) -> None:
    order = store.start(command(Act.START), key="a")
    with pytest.raises(Refused):
        store.act(order.number, command(Act.REPLY), key="b")
    assert store.get(order.number) == order
    assert store.act(order.number, command(Act.SUBMIT), key="b").version == 2


def test_what_is_not_there_is_said(store: Store) -> None:
    for asked in (store.get, store.events):
        with pytest.raises(NotFound, match="check the number"):
            asked("YL-1")
    with pytest.raises(BadInput, match="key"):
        store.start(command(Act.START), key="")


def test_the_inbox_holds_what_is_due_first(store: Store) -> None:
    orders = [store.start(command(Act.START), key=f"s{n}") for n in range(3)]
    for act in TO_CLOSED[1:5]:
        store.act(orders[1].number, command(act), key=act.value)
    assert [o.number for o in store.find(unit="city_urban")] == [orders[1].number]
    assert store.find()[0].number == orders[1].number
    assert {o.number for o in store.find(status=[State.DRAFT])} == {orders[0].number, orders[2].number}


def test_a_touched_row_or_event_is_found(store: Store, url: str) -> None:
    names = [store.start(command(Act.START), key=f"s{n}").number for n in range(3)]
    cast = "::text" if url.startswith("postgresql") else ""
    back = "::json" if cast else ""
    for table, old, number in (("work_orders", "路灯不亮", names[0]), ("work_order_events", "幸福路", names[1])):
        changed = f"UPDATE {table} SET body = replace(body{cast}, '{old}', '别的事'){back} WHERE number = :number"  # noqa: S608
        run_sql(url, changed, number=number)
    assert store.faults() == names[:2]
    with pytest.raises(BadInput, match="event 1"):
        store.events(names[1])


def client(store: Store, number: int) -> str:
    """Opens an order, sends it off, and repeats every call as over a bad line; some share a key."""
    chance = random.Random(number)  # noqa: S311  # a test's chance
    shared = number // 2  # two clients are one person pressing twice
    made = ""
    for _ in range(chance.randint(1, 3)):
        made = store.start(command(Act.START), key=f"start-{shared}").number
    for act in TO_CLOSED[1:4]:
        for _ in range(chance.randint(1, 2)):
            store.act(made, command(act), key=f"{act.value}-{shared}")
    return made


def test_a_thousand_clients_lose_nothing_and_do_nothing_twice(store: Store) -> None:
    with ThreadPoolExecutor(32) as pool:
        made = Counter(pool.map(lambda number: client(store, number), range(CLIENTS)))
    assert len(made) == CLIENTS // 2
    assert set(made.values()) == {2}
    events = list(store.all_events())
    assert len(events) == CLIENTS // 2 * 4
    assert {order.status for order in store.find(limit=CLIENTS)} == {State.ACCEPTED}
    assert store.faults() == []


def test_two_who_act_at_once_are_not_both_told_yes(store: Store) -> None:
    order = store.start(command(Act.START), key="a")
    for act in TO_CLOSED[1:5]:
        order = store.act(order.number, command(act), key=act.value)

    def sign(number: int) -> str:
        try:
            store.act(order.number, command(Act.SIGN), key=f"sign-{number}", version=order.version)
        except (Refused, TryAgain) as error:
            return type(error).__name__
        return "signed"

    with ThreadPoolExecutor(8) as pool:
        told = Counter(pool.map(sign, range(8)))
    assert told["signed"] == 1
    assert len(store.events(order.number)) == order.version + 1


def write_until_killed(url: str, told: Path) -> None:
    store = Store(url, code="YL")
    with told.open("a", encoding="utf-8") as file:
        for number in range(100_000):
            name = store.start(command(Act.START), key=f"k-{os.getpid()}-{number}").number
            store.act(name, command(Act.SUBMIT), key=f"s-{os.getpid()}-{number}")
            file.write(f"{name}\n")
            file.flush()


def test_a_killed_writer_loses_nothing_it_was_told(tmp_path: Path, url: str) -> None:
    told = tmp_path / "told"
    told.touch()
    writer = multiprocessing.get_context("spawn").Process(target=write_until_killed, args=(url, told))
    writer.start()
    until = time.monotonic() + 60
    while told.stat().st_size < 400 and time.monotonic() < until:
        time.sleep(0.02)
    assert writer.pid
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    store = Store(url, code="YL")
    names = told.read_text(encoding="utf-8").split()
    assert len(names) >= 10
    assert all(store.get(name).status is State.SUBMITTED for name in names)
    assert store.faults() == []
    assert store.start(command(Act.START, Role.CITIZEN), key="after").number not in names
    store.close()
