"""The tables of the store. The row of a work order is a cache of its events; the events are the record."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, DateTime, ForeignKey, Index, Integer, MetaData, String, Table

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
    Column("title", String(60), nullable=False),
    Column("district", String(80), nullable=False),
    Column("clock_class", String(40), nullable=False),
    Column("alarm", Boolean, nullable=False),
    Column("expects_reply", Boolean, nullable=False),
    Column("urges", Integer, nullable=False),
    Column("sign_due", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Column("contact_due", DateTime(timezone=True)),
    Column("signed_at", DateTime(timezone=True)),
    Column("replied_at", DateTime(timezone=True)),
    Column("entered_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Column("last_hash", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Index("work_orders_by_unit", "city", "lead_unit", "status", "due_at"),
    Index("work_orders_by_status", "city", "status", "due_at"),
    Index("work_orders_by_entry", "status", "entered_at"),
)
"""``entered_at``: when it came into its state; ``alarm``: an emergency that nobody took over; ``urges``: how often the
citizen or a supervisor urged."""

PARTS = Table(
    "work_order_parts",
    METADATA,
    Column("number", String(40), ForeignKey("work_orders.number"), primary_key=True),
    Column("unit", String(80), primary_key=True),
    Column("role", String(4), nullable=False),
    Index("work_order_parts_by_unit", "unit", "role"),
)
"""Which units have a part in a work order now: lead, co or cc."""

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

NOTICES = Table(
    "work_order_notices",
    METADATA,
    Column("id", String(160), primary_key=True),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("body", JSON, nullable=False),
)
"""Warnings ahead of complaints, with who took them over."""

COUNTERS = Table(
    "work_order_counters",
    METADATA,
    Column("code", String(6), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("last", Integer, nullable=False),
)
