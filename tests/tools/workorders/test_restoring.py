"""A store filled with what happened elsewhere is the same store: orders, chains, lists, and the numbers that follow."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from city.errors import BadInput
from tests.tools.workorders.making import TO_CLOSED, command
from tools.workorders.acts import Act
from tools.workorders.number import number, parted
from tools.workorders.store import Store


def _source(folder: Path) -> Store:
    made = Store(f"sqlite:///{folder / 'source.sqlite'}", code="YL")
    for name, acts in {"a": TO_CLOSED, "b": TO_CLOSED[:4], "c": TO_CLOSED[:1]}.items():
        order = made.start(command(Act.START), key=f"{name}-start")
        for act in acts[1:]:
            made.act(order.number, command(act), key=f"{name}-{act.value}")
    return made


def test_all_of_it_comes_back(store: Store, tmp_path: Path) -> None:
    source = _source(tmp_path)
    store.restore(source.all_events())
    assert list(store.all_events()) == list(source.all_events())
    assert store.faults() == []
    for order in source.accepted():
        assert store.get(order.number) == order
    assert store.start(command(Act.START), key="new").number == source.start(command(Act.START), key="new").number
    last = next(order for order in source.accepted() if order.version == 4)
    went_on = [one.act(last.number, command(TO_CLOSED[4]), key="on", version=4) for one in (store, source)]
    assert went_on[0] == went_on[1]
    source.close()


def test_a_store_as_it_was_earlier_holds_what_came_before(tmp_path: Path) -> None:
    source = _source(tmp_path)
    events = list(source.all_events())
    earlier = source.beside(f"sqlite:///{tmp_path / 'earlier.sqlite'}")
    first = events[0].order
    earlier.restore(one for one in events if one.order == first and one.seq <= 3)
    assert [one.seq for one in earlier.events(first)] == [1, 2, 3]
    assert earlier.faults() == []
    for each in (earlier, source):
        each.close()


def test_only_an_empty_store_and_only_whole_chains(store: Store, tmp_path: Path) -> None:
    source = _source(tmp_path)
    events = list(source.all_events())
    with pytest.raises(BadInput, match="does not follow"):
        store.restore(events[1:])
    assert list(store.all_events()) == []
    store.restore(events)
    with pytest.raises(BadInput, match="empty store"):
        store.restore(events)
    source.close()


def test_a_number_has_parts() -> None:
    name = number("YL", date(2026, 11, 26), 17)
    assert parted(name) == parted(name.replace("-", "").lower()) == ("YL", "20261126", 17)
    wrong = name[:-1] + ("A" if name[-1] != "A" else "B")
    with pytest.raises(BadInput):
        parted(wrong)
