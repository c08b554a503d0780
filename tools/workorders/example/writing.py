"""Putting a history into a store or a file. A history is written whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from city.errors import BadInput
from tools.workorders.acts import Act
from tools.workorders.listing import moments, parts
from tools.workorders.machine import replay, verify
from tools.workorders.model import Event, WorkOrder
from tools.workorders.store import _columns, _open, _writing
from tools.workorders.tables import COUNTERS, EVENTS, KEYS, ORDERS, PARTS
from tools.workorders.upgrade import upgrade

_BATCH = 500
_NUMBER = re.compile(r"^([A-Z0-9]{2,6})-(\d{8})-(\d{6})-.$")


def write_jsonl(histories: Iterable[list[Event]], path: Path) -> int:
    """One event a line, work order after work order. Returns how many events were written."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for events in histories:
            for event in events:
                file.write(json.dumps(event.model_dump(mode="json"), ensure_ascii=False, sort_keys=True) + "\n")
                count += 1
    return count


def write_store(histories: Iterable[list[Event]], url: str) -> int:
    """Put whole work orders into a store, all in one transaction, with the guarantees of ``Store``: every chain is
    checked, the row is what the events add up to, every event has its key, and the day's counters stand behind the
    last number, so that the next work order of a day gets a fresh one. Returns how many events were written.

    Work orders that are there already and say the same are left alone; one that says something else, and a broken
    chain, raise ``BadInput``, and nothing is written.
    """
    engine = _open(url)
    upgrade(engine)
    count, rest = 0, iter(histories)
    try:
        with _writing(engine) as connection:
            while batch := list(islice(rest, _BATCH)):
                count += _write(connection, batch)
    finally:
        engine.dispose()
    return count


def _write(connection: Connection, batch: list[list[Event]]) -> int:
    rows: list[dict[str, Any]] = []
    units: list[dict[str, Any]] = []
    written: list[Event] = []
    names = [events[0].order for events in batch]
    query = select(ORDERS.c.number, ORDERS.c.last_hash).where(ORDERS.c.number.in_(names))
    there = {str(number): str(last) for number, last in connection.execute(query)}
    for events in batch:
        verify(events)
        order, last = replay(events), events[-1].hash
        if order.number in there:
            if there[order.number] != last:
                raise BadInput(f"the store has another work order {order.number!r}; write to an empty store")
            continue
        rows.append(_order_row(order, events))
        units += [{"number": order.number, "unit": unit, "role": role} for unit, role in parts(order).items()]
        written += events
    if rows:
        connection.execute(ORDERS.insert(), rows)
        if units:
            connection.execute(PARTS.insert(), units)
        connection.execute(EVENTS.insert(), [_event_row(event) for event in written])
        keys = [{"key": _key(event), "number": event.order, "seq": event.seq} for event in written]
        connection.execute(KEYS.insert(), keys)
        _count_up(connection, [str(row["number"]) for row in rows])
    return len(written)


def _order_row(order: WorkOrder, events: list[Event]) -> dict[str, Any]:
    """The row that ``Store`` would have come to, act by act."""
    told: dict[str, Any] = {"replied_at": None}
    for event in events:
        told |= moments(event)
    urges = sum(event.act == Act.URGE for event in events)
    return {"number": order.number, "urges": urges, **_columns(order, events[-1].hash), **told}


def _event_row(event: Event) -> dict[str, Any]:
    body = event.model_dump(mode="json")
    return {"number": event.order, "seq": event.seq, "at": event.at.astimezone(UTC), "act": event.act, "body": body}


def _key(event: Event) -> str:
    return f"example-{event.order}-{event.seq}"


def _count_up(connection: Connection, names: list[str]) -> None:
    """The counters of the days stand at the highest running number."""
    highest: dict[tuple[str, str], int] = {}
    for name in names:
        found = _NUMBER.match(name)
        if found is None:
            raise BadInput(f"{name!r} is no work order number")
        code, day, running = found.groups()
        highest[code, day] = max(highest.get((code, day), 0), int(running))
    on_postgres = connection.dialect.name == "postgresql"
    dialect = postgresql if on_postgres else sqlite
    first = dialect.insert(COUNTERS)
    larger = (func.greatest if on_postgres else func.max)(COUNTERS.c.last, first.excluded.last)
    counted = first.on_conflict_do_update(index_elements=[COUNTERS.c.code, COUNTERS.c.day], set_={"last": larger})
    for (code, day), last in highest.items():
        connection.execute(counted, {"code": code, "day": day, "last": last})
