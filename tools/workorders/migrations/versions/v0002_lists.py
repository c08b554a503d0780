"""Columns by which clerks' lists are asked and put in order, and the units that have a part in a work order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIMES = ("sign_due", "sent_at", "contact_due", "signed_at", "replied_at", "entered_at")


def upgrade() -> None:
    """Add the columns and the table, and fill them from what is there."""
    _add_columns()
    op.create_table(
        "work_order_parts",
        sa.Column("number", sa.String(40), sa.ForeignKey("work_orders.number"), primary_key=True),
        sa.Column("unit", sa.String(80), primary_key=True),
        sa.Column("role", sa.String(4), nullable=False),
    )
    op.create_index("work_order_parts_by_unit", "work_order_parts", ["unit", "role"])
    op.create_index("work_orders_by_entry", "work_orders", ["status", "entered_at"])
    _fill(op.get_bind())


def downgrade() -> None:
    """Refused, as the step before."""
    raise NotImplementedError("restore the database from a copy instead")


def _add_columns() -> None:
    texts = {"title": 60, "district": 80, "clock_class": 40}
    columns: list[sa.Column[Any]] = [
        sa.Column(name, sa.String(size), nullable=False, server_default="") for name, size in texts.items()
    ]
    columns += [
        sa.Column("alarm", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("expects_reply", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("urges", sa.Integer(), nullable=False, server_default="0"),
    ]
    for column in columns:
        op.add_column("work_orders", column)
    for name in _TIMES:
        epoch = {"nullable": False, "server_default": "1970-01-01 00:00:00"} if name == "entered_at" else {}
        op.add_column("work_orders", sa.Column(name, sa.DateTime(timezone=True), **epoch))  # type: ignore[arg-type]  # keywords by name


def _fill(connection: sa.Connection) -> None:
    orders = sa.table("work_orders", sa.column("number"), sa.column("body"))
    for number, body in connection.execute(sa.select(orders.c.number, orders.c.body)).all():
        order = _read(body)
        told = _told(connection, number)
        lead = _lead(order)
        row = {
            "title": order["title"],
            "district": (order["place"] or {}).get("district", ""),
            "clock_class": order["clock_class"],
            "alarm": bool(order["emergency"]) and not order["acknowledged_at"],
            "expects_reply": bool(order["expects_reply"]),
            "sign_due": _time(order["sign_due"]),
            "sent_at": _time(lead.get("sent_at")),
            "signed_at": _time(lead.get("signed_at")),
            "contact_due": _time(order.get("contact_due")),
            **told,
        }
        columns = [sa.column(name, sa.DateTime(timezone=True)) if name in _TIMES else sa.column(name) for name in row]
        table = sa.table("work_orders", sa.column("number"), *columns)
        connection.execute(sa.update(table).where(table.c.number == number).values(**row))
        parts = sa.table("work_order_parts", sa.column("number"), sa.column("unit"), sa.column("role"))
        for unit, role in _parts(order, lead):
            connection.execute(sa.insert(parts).values(number=number, unit=unit, role=role))


def _told(connection: sa.Connection, number: str) -> dict[str, Any]:
    """What only the events tell."""
    events = sa.table("work_order_events", *map(sa.column, ("number", "seq", "body")))
    found: dict[str, Any] = {"urges": 0, "replied_at": None, "entered_at": None}
    query = sa.select(events.c.body).where(events.c.number == number).order_by(events.c.seq)
    for (body,) in connection.execute(query).all():
        event = _read(body)
        found["urges"] += event["act"] == "urge"
        if event["before"] != event["after"]:
            found["entered_at"] = _time(event["at"])
        if event["act"] == "reply":
            found["replied_at"] = _time(event["at"])
    return found


def _lead(order: dict[str, Any]) -> dict[str, Any]:
    leads = [a for a in order["assignments"] if a["role"] == "lead"]
    return leads[-1] if leads and not leads[-1]["returned_at"] else {}


def _parts(order: dict[str, Any], lead: dict[str, Any]) -> Iterator[tuple[str, str]]:
    given = order["assignments"]
    last = max((a["round"] for a in given if a["role"] == "lead" and not a["designated"]), default=0)
    found = {a["unit"]: a["role"] for a in given if a["role"] != "lead" and a["round"] == last}
    found |= {lead["unit"]: "lead"} if lead else {}
    yield from found.items()


def _read(body: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
    return found


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
