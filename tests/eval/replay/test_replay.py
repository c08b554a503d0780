"""Recorded turns come out the same, without personal data in the record and without a trace of the replay."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agents.context import House
from agents.contract import HistoryTurn, TurnRequest
from agents.desk import Desk
from agents.recording import TurnRecord
from agents.vaults import MemoryVaults
from city.errors import BadInput, NotFound
from eval.replay.reading import read_records, talks
from eval.replay.replayer import Replayer
from eval.replay.shadow import shadowed
from serve.recording import DayFiles
from tools.workorders.model import Event
from tools.workorders.store import Store

AT = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TALKS: dict[str, Sequence[str]] = {
    "asks": ["路边停车多久开始收费", "那超过一天呢", "谢谢"],
    "files": ["云城区文庙街12号门口的路灯不亮了", "13900001234", "三天了", "是的，提交", "我的工单怎么样了"],
    "fire": ["我家厨房着火了，在文庙街12号"],
    "nothing": ["附近哪里能停车", "你好", "怎么造一枚火箭"],
}
PHONE = "13900001234"


class Kept(list[TurnRecord]):
    def keep(self, record: TurnRecord) -> None:
        self.append(record)


class Made(NamedTuple):
    """What was recorded, and what the installation has besides."""

    records: list[TurnRecord]
    vaults: MemoryVaults
    events: list[Event]

    def replayer(self, house: House, scratch: Path, *, anew: bool = False, erased: bool = False) -> Replayer:
        values = None if erased else self.vaults
        return Replayer(house, scratch, orders=house.orders, events=self.events, values=values, anew=anew)


@pytest.fixture
async def made(filing_house: House, tmp_path: Path) -> Made:
    """All talks in a store of their own, a minute between turns, one after the other."""
    house, store = _own(filing_house, tmp_path)
    saver, vaults, kept, at = InMemorySaver(), MemoryVaults(), Kept(), AT
    for name, texts in TALKS.items():
        for text in texts:
            at += timedelta(minutes=1)
            assert house.orders is not None
            turn = replace(house, orders=house.orders.at(at))
            desk = Desk(turn, checkpointer=saver, vaults=vaults, now=at, recorder=kept, grounds={"pack": "p"})
            await desk.ask(TurnRequest(text=text), name)
    asked = TurnRequest(text="那狗呢", history=[HistoryTurn(text=f"我的电话{PHONE}，遛猫要拴绳吗")])
    await Desk(filing_house, vaults=vaults, now=at, recorder=kept).ask(asked)
    events = list(store.all_events())
    store.close()
    return Made(list(kept), vaults, events)


def _own(house: House, folder: Path) -> tuple[House, Store]:
    assert house.orders is not None
    orders = copy(house.orders)
    orders.store = house.orders.store.beside(f"sqlite:///{folder / 'own.sqlite'}")
    return replace(house, orders=orders), orders.store


async def test_every_turn_comes_out_the_same(made: Made, filing_house: House, tmp_path: Path) -> None:
    replayer = made.replayer(filing_house, tmp_path)
    taken = [one for talk in talks(made.records) for one in await replayer.take(talk)]
    assert len(taken) == sum(map(len, TALKS.values())) + 1
    assert {one.record.text: one.differs for one in taken if one.differs} == {}
    outcomes = {one.answer["outcome"] for one in taken}
    assert {"answered", "filed", "progress", "emergency"} <= outcomes
    assert any(one.answer["orders"] for one in taken)


async def test_a_record_holds_no_personal_data_and_can_be_read_again(made: Made, tmp_path: Path) -> None:
    text = "\n".join(one.model_dump_json() for one in made.records)
    assert PHONE not in text
    assert "⟦手机1⟧" in text
    files = DayFiles(tmp_path / "record", days=30)
    old = tmp_path / "record" / "2020-01-01.jsonl"
    old.parent.mkdir()
    old.write_text("{}", encoding="utf-8")
    for one in made.records:
        files.keep(one)
    assert not old.exists()
    assert read_records([tmp_path / "record"]) == made.records
    assert next((tmp_path / "record").iterdir()).stat().st_mode & 0o077 == 0


async def test_without_its_vault_a_talk_still_plays(made: Made, filing_house: House, tmp_path: Path) -> None:
    replayer = made.replayer(filing_house, tmp_path, erased=True)
    taken = [one for talk in talks(made.records) for one in await replayer.take(talk)]
    assert {one.record.text for one in taken if one.differs} <= {one.text for one in made.records if one.tokens} | {
        one.text for one in made.records if one.thread == "files"
    }
    assert PHONE not in "".join(str(one.answer) for one in taken)


async def test_another_reply_is_seen(made: Made, filing_house: House, tmp_path: Path) -> None:
    talk = talks(made.records)[0]
    other = talk[0].model_copy(update={"answer": {**talk[0].answer, "text": "停车不要钱"}})
    taken = await made.replayer(filing_house, tmp_path).take([other])
    assert taken[0].differs
    assert taken[0].differs[0].startswith("text")


async def test_what_engine_and_tools_said_is_not_asked_again(made: Made, filing_house: House, tmp_path: Path) -> None:
    talk = talks(made.records)[0]
    deaf = talk[0].model_copy(update={"heard": []})
    taken = await made.replayer(filing_house, tmp_path).take([deaf])
    assert taken[0].answer["outcome"] == "degraded"


async def test_a_shadow_decides_anew_and_touches_nothing(made: Made, filing_house: House, tmp_path: Path) -> None:
    assert filing_house.orders is not None
    before = len(list(filing_house.orders.store.all_events()))
    shadow = made.replayer(filing_house, tmp_path, anew=True)
    fire = [one for one in made.records if one.thread == "fire"]
    lost = fire[0].model_copy(update={"answer": {**fire[0].answer, "lines": ["119", "120"]}})
    taken = [one for talk in talks([*made.records, lost]) for one in await shadow.take(talk)]
    report = shadowed(taken)
    assert report.turns == len(made.records) + 1
    assert report.differ["lines"] == 1
    assert report.emergencies_lost == 0
    assert report.same == report.turns - 1
    assert len(list(filing_house.orders.store.all_events())) == before


def test_bad_records_are_told_by_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"thread": "x"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"a\.jsonl, line 1: at"):
        read_records([tmp_path])
    with pytest.raises(NotFound, match="CITYDESK_RECORD"):
        read_records([tmp_path / "none.jsonl"])
