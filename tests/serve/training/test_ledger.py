from __future__ import annotations

from pathlib import Path

import pytest

from city.errors import Refused
from serve.training.ledger import read_ledger
from tests.serve.training.making import Life, forged, ledger_of
from tools.workorders.acts import Act
from tools.workorders.store import Store


def test_a_story_keeps_what_tells_and_the_last_hash() -> None:
    life = Life().dispatched().signed().replied()
    ledger = ledger_of(life)
    story = ledger.stories[life.number]
    assert [event.act for event in story.events] == [Act.START, Act.DISPATCH, Act.SIGN, Act.REPLY]
    assert story.last == life.events[-1].hash
    assert story.filed.narrative.startswith("门口")
    assert (ledger.chain.orders, ledger.chain.events) == (1, len(life.events))


def test_the_head_does_not_depend_on_the_order_of_reading_and_changes_with_every_event() -> None:
    one, other = Life(1).dispatched(), Life(2)
    head = ledger_of(one, other).chain.head
    assert head == ledger_of(other, one).chain.head
    assert head != ledger_of(one.signed(), other).chain.head


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_broken_chain_is_refused(place: int) -> None:
    life = Life().dispatched()
    with pytest.raises(Refused, match=rf"{life.number}.*workorders verify --events FILE"):
        read_ledger(forged(life, place))


def test_a_missing_number_is_refused() -> None:
    with pytest.raises(Refused, match="000002 are missing"):
        ledger_of(Life(1), Life(3))


def test_a_row_that_is_not_what_its_events_add_up_to_is_refused(tmp_path: Path) -> None:
    from sqlalchemy import create_engine, text

    from tools.workorders.machine import Command
    from tools.workorders.model import Role

    url, life = f"sqlite:///{tmp_path / 'x.sqlite'}", Life()
    store = Store(url, code="YL")
    start = Command(Act.START, "agent-1", Role.AGENT, life.events[0].at, life.events[0].payload)
    store.start(start, key="a")
    assert len(read_ledger(store).stories) == 1
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE work_orders SET body = replace(body, '路灯', '信号')"))
    engine.dispose()
    with pytest.raises(Refused, match=r"its row is not .*workorders verify`"):
        read_ledger(store)
    store.close()
