"""Warnings ahead of complaints are kept, with who took them over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "work_order_notices",
        sa.Column("id", sa.String(160), primary_key=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Refused, as the steps before."""
    raise NotImplementedError("restore the database from a copy instead")
