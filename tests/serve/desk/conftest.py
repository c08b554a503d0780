"""A served desk over the example city, its work orders in a store of their own and its clock in the test's hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from agents.context import House
from agents.matters import Matters
from agents.orders import Orders
from serve.app import create_app
from serve.settings import Settings
from tests.serve.desk.visiting import HandClock, Visitor
from tests.serve.staged import StagedDesk, running, unhurried
from tools.workorders.acts import Act
from tools.workorders.machine import Command
from tools.workorders.model import Role, WorkOrder
from tools.workorders.store import Store

LAMP: dict[str, Any] = {
    "city": "yunlan",
    "kind": "help",
    "title": "鼓楼街道 路灯不亮、灯杆倾斜",
    "narrative": "鼓楼街道幸福里小区门口三盏路灯不亮，晚上看不见路。我姓赵，电话13800001234。",
    "demand": "尽快修好",
    "category": "060501",
    "place": {"text": "鼓楼街道", "district": "yuncheng", "street": "yuncheng_gulou"},
    "parties": [{"role": "caller", "name": "赵小明", "phone": "13800001234"}],
}


@dataclass(frozen=True)
class Served:
    """A running desk."""

    address: str
    orders: Orders
    clock: HandClock
    home: Path

    @property
    def store(self) -> Store:
        """Its work orders."""
        return self.orders.store

    def screened(self, key: str, **changed: Any) -> WorkOrder:
        """A petition that has arrived and waits for the hotline."""
        at = self.clock()
        start = Command(Act.START, "talk:test", Role.CITIZEN, at, {**LAMP, **changed})
        order = self.store.start(start, key=f"{key}-start")
        self.store.act(order.number, Command(Act.SUBMIT, "talk:test", Role.CITIZEN, at), key=f"{key}-submit")
        return self.store.act(order.number, Command(Act.SCREEN, "citydesk", Role.SYSTEM, at), key=f"{key}-screen")


@pytest.fixture
def served(settings: Settings, filing_house: House, tmp_path: Path) -> Iterator[Served]:
    """A fresh desk."""
    clock = HandClock()
    assert filing_house.orders
    orders = copy(filing_house.orders)
    orders.now = clock
    orders.store = Store(f"sqlite:///{tmp_path / 'orders.sqlite'}", code="YL", rules=orders.scheme.deadlines.rules())
    orders.matters = Matters(orders.store)
    own = unhurried(settings).model_copy(update={"home": tmp_path})
    with running(create_app(own, StagedDesk(replace(filing_house, orders=orders)))) as address:
        yield Served(address, orders, clock, tmp_path)
    orders.store.close()


Enter = Callable[..., Visitor]


@pytest.fixture
def enter(served: Served) -> Iterator[Enter]:
    """Somebody signed in."""

    inside: list[Visitor] = []

    def come(post: str, unit: str = "", name: str = "") -> Visitor:
        visitor = Visitor(served.address)
        inside.append(visitor)
        assert visitor.sign_in(post, unit, name).status_code == 303
        return visitor

    yield come
    for visitor in inside:
        visitor.http.close()
