"""Lists of work orders, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.tools.workorders.making import NOW, PAYLOADS, TO_CLOSED, command
from tools.workorders.acts import Act
from tools.workorders.listing import Asked, parts
from tools.workorders.machine import replay
from tools.workorders.model import Role, State
from tools.workorders.store import Store


def brought(store: Store, key: str, count: int, **start: Any) -> str:
    """An order after the first ``count`` acts on its way to the end."""
    number = store.start(command(Act.START, **start), key=f"{key}-start").number
    for act in TO_CLOSED[1:count]:
        store.act(number, command(act), key=f"{key}-{act.value}")
    return number


def numbers(store: Store, **asked: object) -> set[str]:
    return {one.number for one in store.waiting(Asked.model_validate(asked))}


def test_lists_are_asked_by_state_category_text_and_unit(store: Store) -> None:
    new = brought(store, "a", 3, category="030101")
    sent = brought(store, "b", 5, title="水管_爆了")
    assert numbers(store) == {new, sent}
    assert numbers(store, status={State.DISPATCHED}) == {sent}
    assert numbers(store, category="03") == {new}
    assert numbers(store, category="0") == {new}
    assert numbers(store, text="管_爆") == {sent}
    assert numbers(store, text="%") == set()
    assert numbers(store, text=new[-8:].lower()) == {new}
    assert numbers(store, unit="city_urban") == numbers(store, unit="city_power") == {sent}
    assert {one.part for one in store.waiting(Asked(unit="city_power"))} == {"co"}
    assert store.count(Asked()) == 2
    assert store.count(Asked(unit="city_power", status=frozenset({State.CLOSED}))) == 0


def test_what_came_last_into_its_state_comes_first_and_pages_do_not_overlap(store: Store) -> None:
    made = [store.start(command(Act.START, at=NOW + timedelta(minutes=n)), key=str(n)).number for n in range(5)]
    pages = [[one.number for one in store.waiting(Asked(), limit=2, offset=at)] for at in (0, 2, 4, 6)]
    assert [number for page in pages for number in page] == made[::-1]


def test_the_instants_that_clocks_begin_at_are_kept_in_step(store: Store) -> None:
    number = store.start(command(Act.START), key="start").number
    for place, act in enumerate(TO_CLOSED[1:-1], 1):
        store.act(number, command(act, at=NOW + timedelta(minutes=place)), key=act.value)
    (one,) = store.waiting(Asked())
    assert (one.status, one.entered_at) == (State.CALLBACK, NOW + timedelta(minutes=9))
    assert one.sent_at == NOW + timedelta(minutes=4)
    assert one.signed_at == NOW + timedelta(minutes=5)
    assert one.replied_at == NOW + timedelta(minutes=7)
    assert one.due_at == store.get(number).due_at
    store.act(number, command(Act.URGE, Role.CITIZEN, at=NOW + timedelta(minutes=20)), key="urge")
    (listed,) = store.listed([number, "YL-0"])
    assert (listed.urges, listed.order) == (1, store.get(number))
    assert listed.waiting == one


def test_an_emergency_is_found_whatever_its_state(store: Store) -> None:
    calm, alarmed = brought(store, "a", 5), brought(store, "b", 5)
    store.act(alarmed, command(Act.RAISE_EMERGENCY), key="raise")
    assert numbers(store, status={State.REVIEW}, alarms=True) == {alarmed}
    store.act(alarmed, command(Act.ACKNOWLEDGE, Role.AGENT), key="ack")
    assert numbers(store, status={State.REVIEW}, alarms=True) == set()
    assert numbers(store, status={State.DISPATCHED}, alarms=True) == {calm, alarmed}


def test_parts_follow_returns_and_designations(store: Store) -> None:
    number = brought(store, "a", 5)
    clock = {name: PAYLOADS[Act.DISPATCH][name] for name in ("sign_due", "due_at", "due_rule")}
    store.act(number, command(Act.ASK_RETURN, Role.UNIT_CLERK), key="ask")
    order = store.act(number, command(Act.AGREE_RETURN, Role.DISPATCHER), key="agree")
    assert parts(order) == {"city_power": "co"}
    assert numbers(store, unit="city_urban") == set()
    order = store.act(number, command(Act.DISPATCH, lead="city_power", co=["city_gas"], **clock), key="again")
    assert parts(order) == {"city_power": "lead", "city_gas": "co"}
    assert numbers(store, unit="city_gas") == {number}


@pytest.mark.parametrize("count", range(1, len(TO_CLOSED) + 1))
def test_an_older_database_is_filled_with_what_its_events_tell(tmp_path: Path, count: int) -> None:
    url = f"sqlite:///{tmp_path / 'orders.sqlite'}"
    store = Store(url, code="YL")
    number = brought(store, "a", count)
    if 2 < count < len(TO_CLOSED):
        store.act(number, command(Act.URGE), key="urge")
    urges = [one.urges for one in store.listed([number])]
    expected, has_part = store.waiting(Asked()), store.waiting(Asked(unit="city_power"))
    store.close()
    _back_to_the_first_step(url)
    again = Store(url, code="YL")
    assert again.waiting(Asked()) == expected
    assert [one.urges for one in again.listed([number])] == urges
    assert again.waiting(Asked(unit="city_power")) == has_part
    assert replay(again.events(number)) == again.get(number)
    assert again.faults() == []
    again.close()


def _back_to_the_first_step(url: str) -> None:
    """The database as the first version of the tables had it, with its rows."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        names = [row[1] for row in connection.execute(text("PRAGMA table_info(work_orders)"))]
        first = ("number", "city", "status", "kind", "category", "lead_unit", "accepted_at", "due_at", "version",
                 "last_hash", "body")  # fmt: skip
        for index in ("work_orders_by_entry", "work_order_parts_by_unit"):
            connection.execute(text(f"DROP INDEX {index}"))
        for table in ("work_order_parts", "work_order_notices"):
            connection.execute(text(f"DROP TABLE {table}"))
        for name in sorted(set(names) - set(first)):
            connection.execute(text(f"ALTER TABLE work_orders DROP COLUMN {name}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
