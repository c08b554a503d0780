"""Bringing a database to the tables this version works with."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text

_STEPS = Path(__file__).with_name("migrations")
_ADVISORY_LOCK = 12345


def upgrade(engine: Engine) -> None:
    """Run the steps that the database has not seen. Safe when several processes start at once: one works, the others
    wait and find it done.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
