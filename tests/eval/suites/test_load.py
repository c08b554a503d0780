from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents.context import House
from agents.contract import Answer, TurnRequest
from agents.desk import Desk
from agents.outcomes import Outcome
from city.errors import BadInput
from eval.place import Place
from eval.suite import Case, Json, find
from eval.suites.load import suite
from eval.suites.load.suite import BURSTS, SUITE, read_bursts
from serve.settings import Settings
from tests.conftest import TODAY

TALKS = [["路边停车前多少分钟不收费", "那晚上呢"], ["居住证怎么办", "第二条再说细一点"], ["办狗证多少钱", "能养几条狗"]]


@pytest.fixture(scope="module")
def place(settings: Settings, house: House, tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(settings=settings, day=TODAY, seed=7, small=True, scratch=tmp_path_factory.mktemp("scratch"))
    made.__dict__["house"] = house  # opened once for all tests
    return made


class Odd:
    """A desk that is right as long as one talk writes, and beyond that loses or swaps what it is told to."""

    def __init__(self, house: House, lost: str, swapped: str) -> None:
        self.house, self.lost, self.swapped = house, lost, swapped
        self.writing: set[str] = set()

    async def ask(self, request: TurnRequest, thread: str) -> Answer:
        import asyncio

        self.writing.add(thread)
        await asyncio.sleep(0.001)
        busy = len(self.writing) > 1
        await asyncio.sleep(0.01)
        self.writing.discard(thread)
        if busy and thread == self.lost:
            raise RuntimeError("gone")
        told = "talk-0" if busy and thread == self.swapped else thread
        return Answer(outcome=Outcome.SMALLTALK, route="A0_ANSWER", text=f"{told} {request.text[:2]}", as_of=TODAY)


def test_bursts_are_drawn_from_the_citys_questions(place: Place) -> None:
    cases = SUITE.cases(place)
    assert [len(case.given["talks"]) for case in cases] == [burst.talks for burst in read_bursts(BURSTS)]
    assert sum(map(len, cases[0].given["talks"])) == 200
    assert SUITE.cases(place) == cases
    other = Place(settings=place.settings, day=TODAY, seed=8, small=True, scratch=place.scratch)
    assert SUITE.cases(other)[0].given != cases[0].given


def test_a_bad_burst_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("- {id: x, talks: 1, turns: 1}", encoding="utf-8")
    with pytest.raises(BadInput, match=r"b\.yaml: .*talks"):
        read_bursts(tmp_path / "b.yaml")


async def test_every_talk_gets_its_own_replies(place: Place) -> None:
    case = Case(id="c", given={"talks": TALKS})
    said = json.loads(json.dumps(await SUITE.run(SUITE.open(place), case, 0)))
    scored = SUITE.score(case, said)
    assert scored.why == ""
    assert {scored.values[name] for name in ("crossed", "lost", "degraded")} == {0}
    assert scored.values["equal"] == scored.values["turns"] == 6
    per_second, median, late = (scored.values[name] for name in ("per_second", "p50", "p95"))
    assert isinstance(per_second, float)
    assert per_second > 0
    assert 0 < median <= late  # type: ignore[operator]  # both are numbers


async def test_lost_and_crossed_replies_are_seen(place: Place, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    odd: Any = Odd(house, lost="talk-2", swapped="talk-1")
    monkeypatch.setattr(suite, "_desk", lambda _place: odd)
    case = Case(id="c", given={"talks": [["甲一", "甲二"], ["甲一", "乙二"], ["丙一", "丙二"]]})
    said: Json = await SUITE.run(place, case, 0)
    scored = SUITE.score(case, said)
    assert scored.values["lost"] == 2
    assert scored.values["crossed"] == 1, "the swapped first reply is what talk 0 is told; the second is nobody's"
    assert scored.values["equal"] == 2
    assert "another talk's reply" in scored.why
    assert "no reply RuntimeError('gone')" in scored.why
    assert "not what is told alone" in scored.why


def test_times_are_never_guarded() -> None:
    config = find("load").config
    assert config.alone
    timed = {name for name, spec in config.figures.items() if spec.timed}
    assert {"per_second", "p50", "p95"} <= timed
    assert not any(config.figures[name].guard for name in timed)
    assert config.figures["equal"].guard
    assert config.figures["crossed"].guard


def test_a_desk_is_made_for_each_side(place: Place) -> None:
    one, two = suite._desk(place), suite._desk(place)
    assert isinstance(one, Desk)
    assert one is not two
    assert one.today == TODAY
