from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agents.matters import Matters
from tools.petitions.warnings import Rule
from tools.workorders.acts import Act
from tools.workorders.machine import Command
from tools.workorders.model import Role, WorkOrder
from tools.workorders.store import Store

NOW = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
OTHERS = (
    "幸福路的路灯三盏都不亮，晚上走路看不见",
    "公交12路改线以后老人看病要倒两趟车",
    "小区健身房关门了，卡里还有两千块退不出来",
    "楼下烧烤店油烟直往家里灌，窗户都不敢开",
    "孩子的学籍从外地转过来要办什么手续",
    "下水道堵了往外冒脏水，物业说没钱修",
)
WATER = (
    "望江花园从早上六点一滴水没有，望江路上水管爆了",
    "望江路水管子爆了，望江花园停水，什么时候来水",
    "望江花园停水一上午了，说是望江路主水管破裂",
    "望江路的供水管爆裂，我们望江花园楼上没水做饭",
    "望江花园没有水，路上水管还在喷，赶紧来修",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'orders.sqlite'}", code="YL")
    yield made
    made.close()


def file(store: Store, text: str, at: datetime, phone: str) -> WorkOrder:
    start = {
        "city": "yunlan",
        "kind": "help",
        "title": "望江花园 停水" if "望江" in text else text[:12],
        "narrative": text,
        "place": {"text": "望江花园"} if "望江" in text else None,
        "parties": [{"role": "caller", "phone": phone}],
    }
    key = f"{phone}-{at.isoformat()}"
    order = store.start(Command(Act.START, "t", Role.CITIZEN, at, start), key=key)
    return store.act(order.number, Command(Act.SUBMIT, "t", Role.CITIZEN, at, {"gaps": ["place"]}), key=f"{key}-s")


def filled(store: Store) -> list[WorkOrder]:
    """Two quiet months, then five people about one burst pipe."""
    for day in range(60):
        file(store, OTHERS[day % len(OTHERS)], NOW - timedelta(days=60 - day), f"0001000{day:04d}")
    return [file(store, text, NOW + timedelta(minutes=n), f"0002000000{n}") for n, text in enumerate(WATER)]


def test_orders_on_the_same_matter_are_found_and_say_why(store: Store) -> None:
    made = filled(store)
    found = Matters(store).similar(made[-1])
    assert {one.number for one in found[:4]} <= {order.number for order in made}
    assert made[-1].number not in {one.number for one in found}
    assert found[0].reasons
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_what_many_write_about_is_hot_and_what_is_usual_is_not(store: Store) -> None:
    made = filled(store)
    topics = Matters(store).topics(NOW + timedelta(hours=1))
    assert len(topics) == 1
    assert set(topics[0].numbers) == {order.number for order in made}
    assert topics[0].count == 5
    assert topics[0].count > topics[0].expected


def test_the_stream_follows_the_store(store: Store) -> None:
    matters = Matters(store)
    first = file(store, WATER[0], NOW, "00020000001")
    assert matters.similar(first) == []
    file(store, WATER[1], NOW + timedelta(minutes=1), "00020000002")
    assert len(matters.similar(first)) == 1


def test_the_same_caller_again_is_told_apart_from_another(store: Store) -> None:
    filled(store)
    matters = Matters(store)
    other = file(store, WATER[0] + "，请快修", NOW + timedelta(hours=2), "00020000009")
    assert matters.placed(other).kind == "duplicate"
    own = file(store, WATER[0], NOW + timedelta(hours=3), "00020000000")
    assert matters.placed(own).kind == "repeat"


def test_a_warning_is_raised_once_enough_people_say_the_words(store: Store) -> None:
    filled(store)
    rule = Rule(id="water", words=("停水", "没有水"), people=3, days=2, acknowledge_minutes=60)
    warnings = Matters(store, rules=[rule]).warnings()
    assert [warning.rule for warning in warnings] == ["water"]
