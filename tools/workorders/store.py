"""Work orders kept: SQLite in a file, or PostgreSQL, through SQLAlchemy.

Every act is one transaction that appends an event and renews the row. A caller's key makes a retry harmless: the
same key finds what it did the first time. Two writers of one work order never overtake each other: the row is locked,
and who read an older version is told so.

::

    store = Store("sqlite:///var/city/workorders.sqlite", code="YL")
    order = store.start(draft, key="web-7f3a")
    order = store.act(order.number, command, key="web-7f3b", version=order.version)
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

from city.errors import BadInput, NotFound, TryAgain
from tools.workorders.acts import Act
from tools.workorders.evolve import evolve
from tools.workorders.guards import Rules
from tools.workorders.listing import Asked, Listed, Waiting, count, listed, moments, parts, summary, waiting
from tools.workorders.machine import GENESIS, Command, decide, replay, verify
from tools.workorders.model import Event, State, WorkOrder
from tools.workorders.number import number, parted
from tools.workorders.tables import COUNTERS, EVENTS, KEYS, NOTICES, ORDERS, PARTS
from tools.workorders.upgrade import upgrade

_ATTEMPTS = 8
_WAIT_SECONDS = 30
_BUSY = "the work orders cannot be written just now; the same call may go through"


class Store:
    """The work orders of one city. Safe to share between threads and processes."""

    def __init__(self, url: str, *, code: str, rules: Rules | None = None, timezone: str = "Asia/Shanghai") -> None:
        self._code, self._rules, self._zone = code, rules or Rules(), ZoneInfo(timezone)
        self._engine = _open(url)
        upgrade(self._engine)

    def beside(self, url: str) -> Store:
        """Another store by the same rules, at ``url``."""
        return Store(url, code=self._code, rules=self._rules, timezone=self._zone.key)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def start(self, command: Command, *, key: str) -> WorkOrder:
        """Open a work order and give it its number. The same ``key`` again gives the same work order.

        Raises ``Refused`` and ``BadInput`` as ``machine.decide``, ``TryAgain`` where the database is too busy.
        """
        return self._done(None, command, key, None)

    def act(self, name: str, command: Command, *, key: str, version: int | None = None) -> WorkOrder:
        """Do something to the work order ``name``; ``version`` is what the caller read, None where it does not matter.

        Raises ``NotFound``; ``TryAgain`` where somebody else was faster (read again, then decide again) or the
        database is too busy; ``Refused`` and ``BadInput`` as ``machine.decide``.
        """
        return self._done(name, command, key, version)

    def get(self, name: str) -> WorkOrder:
        """The work order as it stands. Raises ``NotFound``."""
        with self._engine.connect() as connection:
            return _row(connection, name)[0]

    def events(self, name: str) -> list[Event]:
        """Everything that was done to it, oldest first, its chain checked. Raises ``NotFound``, ``BadInput``."""
        with self._engine.connect() as connection:
            found = _events(connection, name)
        if not found:
            raise NotFound(f"there is no work order {name!r}; check the number")
        verify(found)
        return found

    def find(
        self, *, status: Sequence[State] = (), unit: str = "", limit: int = 200, after: str = ""
    ) -> list[WorkOrder]:
        """Work orders by state and lead unit, those due first before those without a due time."""
        query = select(ORDERS.c.body).order_by(ORDERS.c.due_at.is_(None), ORDERS.c.due_at, ORDERS.c.number)
        if status:
            query = query.where(ORDERS.c.status.in_([state.value for state in status]))
        if unit:
            query = query.where(ORDERS.c.lead_unit == unit)
        if after:
            query = query.where(ORDERS.c.number > after)
        with self._engine.connect() as connection:
            return [WorkOrder.model_validate(body) for (body,) in connection.execute(query.limit(limit))]

    def accepted(self, since: datetime | None = None) -> Iterator[WorkOrder]:
        """Every work order that was accepted at ``since`` or later, in the order in which they came."""
        query = select(ORDERS.c.body).order_by(ORDERS.c.accepted_at, ORDERS.c.number)
        if since is not None:
            query = query.where(ORDERS.c.accepted_at >= since.astimezone(UTC))
        with self._engine.connect() as connection:
            for (body,) in connection.execution_options(yield_per=500).execute(query):
                yield WorkOrder.model_validate(body)

    def notices(self) -> list[dict[str, Any]]:
        """The warnings that are kept, in the order in which they were raised."""
        query = select(NOTICES.c.body).order_by(NOTICES.c.raised_at, NOTICES.c.id)
        with self._engine.connect() as connection:
            return [dict(body) for (body,) in connection.execute(query)]

    def keep_notice(self, name: str, raised_at: datetime, body: dict[str, Any], *, renew: bool = False) -> bool:
        """Keep a warning. One that is kept already stays as it is, or is replaced where ``renew`` is set; whether
        anything was written. Raises ``TryAgain`` where the database is too busy."""
        try:
            with _writing(self._engine) as connection:
                known = connection.execute(select(NOTICES.c.id).where(NOTICES.c.id == name)).first() is not None
                if known and not renew:
                    return False
                row = {"raised_at": raised_at.astimezone(UTC), "body": body}
                if known:
                    connection.execute(update(NOTICES).where(NOTICES.c.id == name).values(**row))
                else:
                    connection.execute(NOTICES.insert().values(id=name, **row))
                return True
        except IntegrityError:
            return False  # another process raised the same a moment before
        except DBAPIError as error:
            raise TryAgain(_BUSY) from error

    def did(self, key: str) -> bool:
        """Whether something was done under a caller's key."""
        with self._engine.connect() as connection:
            return connection.execute(select(KEYS.c.seq).where(KEYS.c.key == key)).first() is not None

    def waiting(self, asked: Asked, *, limit: int | None = None, offset: int = 0) -> list[Waiting]:
        """What fits ``asked``, what came into its state last first: only what a clerk's list is put in order by."""
        with self._engine.connect() as connection:
            return waiting(connection, asked, limit, offset)

    def count(self, asked: Asked) -> int:
        """How many work orders fit ``asked``."""
        with self._engine.connect() as connection:
            return count(connection, asked)

    def listed(self, numbers: Sequence[str]) -> list[Listed]:
        """The work orders of these numbers, in this order; a number that there is not is left out."""
        with self._engine.connect() as connection:
            return listed(connection, numbers)

    def all_events(self) -> Iterator[Event]:
        """Every event of every work order, in the order of time: what figures are counted from."""
        query = select(EVENTS.c.body).order_by(EVENTS.c.at, EVENTS.c.number, EVENTS.c.seq)
        with self._engine.connect() as connection:
            for (body,) in connection.execution_options(yield_per=500).execute(query):
                yield Event.model_validate(body)

    def restore(self, events: Iterable[Event]) -> None:
        """Fill an empty store with what has happened elsewhere, in the order of time, as after a loss or to look at an
        earlier day. Keys of calls are not restored. Raises ``BadInput`` where the store is not empty or an event is not
        the next of its work order.
        """
        orders: dict[str, WorkOrder] = {}
        with _writing(self._engine) as connection:
            if connection.execute(select(ORDERS.c.number).limit(1)).first():
                raise BadInput("only an empty store can be filled; name a new database")
            for one in events:
                before = orders.get(one.order)
                if one.seq != (before.version if before else 0) + 1:
                    raise BadInput(f"event {one.seq} of {one.order} does not follow the one before; give all events")
                orders[one.order] = self._restored(connection, before, one)
            for order in orders.values():
                _renew_parts(connection, order)

    def _restored(self, connection: Connection, before: WorkOrder | None, made: Event) -> WorkOrder:
        after = evolve(before, made)
        row = _columns(after, made.hash) | moments(made)
        if before is None:
            connection.execute(ORDERS.insert().values(number=made.order, urges=0, **row))
            self._count(connection, made.order)
        else:
            if made.act == Act.URGE:
                row["urges"] = ORDERS.c.urges + 1
            connection.execute(update(ORDERS).where(ORDERS.c.number == made.order).values(**row))
        values = {"number": made.order, "seq": made.seq, "at": made.at.astimezone(UTC), "act": made.act}
        connection.execute(EVENTS.insert().values(body=made.model_dump(mode="json"), **values))
        return after

    def _count(self, connection: Connection, name: str) -> None:
        """Numbers given out later go on after this one."""
        code, day, running = parted(name)
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        first = dialect.insert(COUNTERS).values(code=code, day=day, last=running)
        later = func.greatest if connection.dialect.name == "postgresql" else func.max
        kept = later(COUNTERS.c.last, first.excluded.last)
        connection.execute(
            first.on_conflict_do_update(index_elements=[COUNTERS.c.code, COUNTERS.c.day], set_={"last": kept})
        )

    def faults(self) -> list[str]:
        """Work orders whose chain is broken or whose row is not what its events add up to; empty when all is well."""
        with self._engine.connect() as connection:
            names = [name for (name,) in connection.execute(select(ORDERS.c.number).order_by(ORDERS.c.number))]
            return [name for name in names if not _sound(connection, name)]

    def _done(self, name: str | None, command: Command, key: str, version: int | None) -> WorkOrder:
        if not key or len(key) > 120:
            raise BadInput(f"the key {key!r} must have 1 to 120 characters; use a new one for each intent")
        for attempt in range(_ATTEMPTS):
            try:
                with _writing(self._engine) as connection:
                    return self._write(connection, name, command, key, version)
            except IntegrityError:
                continue  # somebody used the key, or the next place in the chain, a moment before: look again
            except DBAPIError as error:
                if attempt + 1 == _ATTEMPTS or not _busy(error):
                    raise TryAgain(
                        "the work orders cannot be written just now; the same call may go through"
                    ) from error
        raise TryAgain("too many write this work order at once; the same call may go through")

    def _write(
        self, connection: Connection, name: str | None, command: Command, key: str, version: int | None
    ) -> WorkOrder:
        order, last = _row(connection, name, lock=True) if name else (None, GENESIS)
        # Only behind the lock: the same call may have been under way when this one came.
        used = connection.execute(select(KEYS.c.number, KEYS.c.seq).where(KEYS.c.key == key)).first()
        if used:
            return replay(_events(connection, used.number)[: used.seq])
        if order and version is not None and version != order.version:
            raise TryAgain(
                f"{name} was changed by somebody else (version {order.version}, not {version}); read it again"
            )
        called = name or self._next(connection, command.at)
        made = decide(called, order, last, command, self._rules)
        after = evolve(order, made)
        row = _columns(after, made.hash) | moments(made)
        if order is None:
            connection.execute(ORDERS.insert().values(number=called, urges=0, **row))
        else:
            if made.act == Act.URGE:
                row["urges"] = ORDERS.c.urges + 1
            connection.execute(update(ORDERS).where(ORDERS.c.number == called).values(**row))
        if order and order.assignments != after.assignments:
            _renew_parts(connection, after)
        body = made.model_dump(mode="json")
        connection.execute(
            EVENTS.insert().values(number=called, seq=made.seq, at=made.at.astimezone(UTC), act=made.act, body=body)
        )
        connection.execute(KEYS.insert().values(key=key, number=called, seq=made.seq))
        return after

    def _next(self, connection: Connection, at: datetime) -> str:
        if at.tzinfo is None:
            raise BadInput(f"the time {at.isoformat()!r} has no zone; give one, for example +08:00")
        day = at.astimezone(self._zone).date()
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        first = dialect.insert(COUNTERS).values(code=self._code, day=f"{day:%Y%m%d}", last=1)
        counted = first.on_conflict_do_update(
            index_elements=[COUNTERS.c.code, COUNTERS.c.day], set_={"last": COUNTERS.c.last + 1}
        ).returning(COUNTERS.c.last)
        return number(self._code, day, int(connection.execute(counted).scalar_one()))


def _open(url: str) -> Engine:
    written = partial(json.dumps, ensure_ascii=False)  # an auditor reads the tables too
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, json_serializer=written)
    engine = create_engine(url, connect_args={"timeout": _WAIT_SECONDS}, json_serializer=written)

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        # The driver's own transactions start at the first write, too late to read and write as one.
        connection.isolation_level = None
        _keep_journal(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def _keep_journal(connection: Any) -> None:
    """Switch to the write-ahead log. Several processes that open a new file at once get in each other's way, and SQLite
    does not wait for this one statement.
    """
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that reads and writes. SQLite takes its write lock first, so that nobody writes in between."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.commit()


def _busy(error: DBAPIError) -> bool:
    text = str(error.orig).lower()
    return any(word in text for word in ("locked", "busy", "deadlock", "could not serialize"))


def _row(connection: Connection, name: str, *, lock: bool = False) -> tuple[WorkOrder, str]:
    query = select(ORDERS.c.body, ORDERS.c.last_hash).where(ORDERS.c.number == name)
    found = connection.execute(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFound(f"there is no work order {name!r}; check the number")
    return WorkOrder.model_validate(found.body), str(found.last_hash)


def _events(connection: Connection, name: str) -> list[Event]:
    query = select(EVENTS.c.body).where(EVENTS.c.number == name).order_by(EVENTS.c.seq)
    return [Event.model_validate(body) for (body,) in connection.execute(query)]


def _sound(connection: Connection, name: str) -> bool:
    found = _events(connection, name)
    try:
        verify(found)
        return replay(found) == _row(connection, name)[0]
    except BadInput:
        return False


def _renew_parts(connection: Connection, order: WorkOrder) -> None:
    connection.execute(delete(PARTS).where(PARTS.c.number == order.number))
    for unit, role in parts(order).items():
        connection.execute(PARTS.insert().values(number=order.number, unit=unit, role=role))


def _columns(order: WorkOrder, last_hash: str) -> dict[str, Any]:
    return {
        "city": order.city,
        "status": order.status.value,
        "kind": order.kind.value,
        "category": order.category,
        "lead_unit": order.lead.unit if order.lead else "",
        # SQLite keeps no zone: one zone for all, or they would be out of order.
        "accepted_at": order.accepted_at.astimezone(UTC),
        "due_at": order.due_at.astimezone(UTC) if order.due_at else None,
        **summary(order),
        "version": order.version,
        "last_hash": last_hash,
        "body": order.model_dump(mode="json"),
    }
