"""Work orders, their events, callers' keys and the counters of numbers."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, DateTime, ForeignKey, Integer, String

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "work_orders",
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
    )
    op.create_index("work_orders_by_unit", "work_orders", ["city", "lead_unit", "status", "due_at"])
    op.create_index("work_orders_by_status", "work_orders", ["city", "status", "due_at"])
    op.create_table(
        "work_order_events",
        Column("number", String(40), ForeignKey("work_orders.number"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("act", String(30), nullable=False),
        Column("body", JSON, nullable=False),
    )
    op.create_index("work_order_events_by_time", "work_order_events", ["at"])
    op.create_table(
        "work_order_keys",
        Column("key", String(120), primary_key=True),
        Column("number", String(40), nullable=False),
        Column("seq", Integer, nullable=False),
    )
    op.create_table(
        "work_order_counters",
        Column("code", String(6), primary_key=True),
        Column("day", String(8), primary_key=True),
        Column("last", Integer, nullable=False),
    )


def downgrade() -> None:
    """Refused: events are the record of what was done to citizens' matters and are never dropped by a program."""
    raise NotImplementedError("restore the database from a copy instead")
