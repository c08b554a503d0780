from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from tests.tools.workorders.making import command
from tools.workorders.acts import Act
from tools.workorders.store import Store
from tools.workorders.tables import METADATA
from tools.workorders.upgrade import upgrade


def test_the_steps_make_the_tables_that_the_code_works_with(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'orders.sqlite'}")
    upgrade(engine)
    upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_many_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'orders.sqlite'}"
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: Store(url, code="YL"), range(8)))
    assert stores[0].start(command(Act.START), key="a").version == 1
    for store in stores:
        store.close()
