from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from city.errors import BadInput
from tests.tools.workorders.databases import postgres
from tests.tools.workorders.making import command
from tools.workorders.acts import Act
from tools.workorders.example import ExampleHistory, write_jsonl, write_store
from tools.workorders.integrity import check_events
from tools.workorders.machine import Command, replay
from tools.workorders.model import Event
from tools.workorders.store import Store
from tools.workorders.tables import METADATA


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'orders.sqlite'}"


def test_a_store_holds_the_history_with_all_its_guarantees(lives: list[list[Event]], url: str) -> None:
    assert write_store(lives[:80], url) == sum(map(len, lives[:80]))
    store = Store(url, code="YL")
    assert store.faults() == []
    for events in lives[:80]:
        assert store.events(events[0].order) == events
        assert store.get(events[0].order) == replay(events)
    store.close()


def test_postgresql_takes_it_too(lives: list[list[Event]], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("postgres")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)  # the server's own user must reach its folder
    with postgres(folder) as url:
        assert write_store(lives[:40], url) > write_store(lives[:40], url) == 0
        store = Store(url, code="YL")
        assert store.faults() == []
        day = max(lives[:40], key=lambda events: events[0].order)[0]
        order = store.start(command(Act.START, at=day.at), key="new")
        assert int(order.number[12:18]) == int(day.order[12:18]) + 1
        store.close()


def test_the_tables_are_what_the_store_would_have_written_act_by_act(
    history: ExampleHistory, lives: list[list[Event]], tmp_path: Path
) -> None:
    chosen = [events for events in lives if events[0].order[12:18] == "000001"][:12]
    bulk, single = f"sqlite:///{tmp_path / 'bulk.sqlite'}", f"sqlite:///{tmp_path / 'single.sqlite'}"
    write_store(chosen, bulk)
    store = Store(single, code="YL", rules=history.town.scheme.deadlines.rules())
    for events in chosen:
        first, *rest = (Command(Act(e.act), e.actor, e.role, e.at, e.payload, e.reason) for e in events)
        name = store.start(first, key=f"example-{events[0].order}-1").number
        for place, given in enumerate(rest, 2):
            store.act(name, given, key=f"example-{name}-{place}")
    store.close()
    assert tables(bulk) == tables(single)


def tables(url: str) -> dict[str, set[str]]:
    """Every row of every table, written out."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            name: {repr(sorted(row._mapping.items())) for row in connection.execute(table.select())}
            for name, table in METADATA.tables.items()
        }
    engine.dispose()
    return found


def test_writing_twice_writes_once(lives: list[list[Event]], url: str) -> None:
    assert write_store(lives[:10], url) > 0
    assert write_store(lives[:10], url) == 0


def test_the_next_work_order_of_the_day_gets_the_next_number(lives: list[list[Event]], url: str) -> None:
    write_store(lives[:40], url)
    day = lives[20][0].at
    before = sum(events[0].order[3:11] == f"{day:%Y%m%d}" for events in lives[:40])
    store = Store(url, code="YL")
    order = store.start(command(Act.START, at=day), key="new")
    assert int(order.number[12:18]) == before + 1
    store.close()


def test_what_says_something_else_or_was_touched_is_refused_and_nothing_is_written(
    lives: list[list[Event]], url: str
) -> None:
    write_store(lives[:2], url)
    with pytest.raises(BadInput, match="another work order"):
        write_store([lives[5], lives[0][:-1]], url)
    forged = [*lives[6][:1], lives[6][1].model_copy(update={"actor": "nobody"}), *lives[6][2:]]
    with pytest.raises(BadInput, match="event 2"):
        write_store([lives[7], forged], url)
    store = Store(url, code="YL")
    assert sorted({event.order for event in store.all_events()}) == sorted(events[0].order for events in lives[:2])
    store.close()


def test_a_file_holds_one_event_a_line(lives: list[list[Event]], tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    count = write_jsonl(lives[:30], path)
    read = [Event.model_validate_json(line) for line in path.read_bytes().splitlines()]
    assert len(read) == count
    assert read == [event for events in lives[:30] for event in events]
    assert check_events(read).orders == 30
    assert datetime.now(UTC) > read[0].at
