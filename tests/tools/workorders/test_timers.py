from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.tools.workorders.making import LATER, NOW, TO_CLOSED, command
from tools.workorders.acts import Act
from tools.workorders.model import Role, State
from tools.workorders.store import Store
from tools.workorders.timers import ring


def test_who_does_not_answer_in_time_is_looked_at_by_a_person(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'orders.sqlite'}", code="YL")
    order = store.start(command(Act.START), key="start")
    for act in TO_CLOSED[1 : TO_CLOSED.index(Act.CONTACT) + 1]:
        order = store.act(order.number, command(act), key=act.value)
    order = store.act(order.number, command(Act.NEED_INFO, Role.UNIT_CLERK), key="ask")
    assert ring(store, NOW + timedelta(minutes=1)) == []
    assert ring(store, LATER + timedelta(minutes=1)) == [order.number]
    assert store.get(order.number).status is State.TERM_REVIEW
    last = store.events(order.number)[-1]
    assert (last.act, last.role) == ("info_timeout", Role.TIMER)
    assert ring(store, LATER + timedelta(minutes=2)) == []
    store.close()
