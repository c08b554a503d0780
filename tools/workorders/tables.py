"""The tables of the store. The row of a work order is a cache of its events; the events are the record."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Index, Integer, MetaData, String, Table

METADATA = MetaData()

ORDERS = Table(
    "work_orders",
    METADATA,
    Column("number", String(40), primary_key=True),
    Column("city", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("category", String(20), nullable=False),
    Column("lead_unit", String(80), nullable=False),
    Column("accepted_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("last_hash", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Index("work_orders_by_unit", "city", "lead_unit", "status", "due_at"),
    Index("work_orders_by_status", "city", "status", "due_at"),
)

EVENTS = Table(
    "work_order_events",
    METADATA,
    Column("number", String(40), ForeignKey("work_orders.number"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("act", String(30), nullable=False),
    Column("body", JSON, nullable=False),
    Index("work_order_events_by_time", "at"),
)

KEYS = Table(
    "work_order_keys",
    METADATA,
    Column("key", String(120), primary_key=True),
    Column("number", String(40), nullable=False),
    Column("seq", Integer, nullable=False),
)
"""What a caller's key was used for, so that the same call made twice is done once."""

COUNTERS = Table(
    "work_order_counters",
    METADATA,
    Column("code", String(6), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("last", Integer, nullable=False),
)
