from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from langgraph.checkpoint.memory import InMemorySaver

from agents.context import House
from agents.contract import TurnRequest
from agents.desk import Desk
from agents.engines.base import I, O, Task
from agents.engines.calls import Call
from agents.engines.forms.choose import ChooseForm, Picks
from agents.engines.tasks import CHOOSE, ChooseGiven, Passage
from agents.qa.carrying import MOST_SHOWN, arranged, order_of
from tests.conftest import TODAY

IDS = st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=6)


def passage(name: str, number: int = 0) -> Passage:
    return Passage(number=number, id=name, title=name, article="", sentences=[f"{name}的第一句。", f"{name}的第二句。"])


@given(IDS, IDS)
def test_what_was_found_is_always_shown_and_what_was_shown_stays_in_front(before: list[str], now: list[str]) -> None:
    shown = order_of(before, now)
    assert set(now) <= set(shown)
    assert len(shown) == len(set(shown)) <= MOST_SHOWN
    assert shown == now or shown[: len(before)] == before


def test_a_new_matter_starts_a_new_list() -> None:
    assert order_of(["a", "b", "c"], ["c", "x", "y"]) == ["a", "b", "c", "x", "y"]
    assert order_of(["a", "b", "c"], ["c", "w", "x", "y"]) == ["c", "w", "x", "y"]


def test_what_may_not_be_shown_any_more_carries_nothing_over() -> None:
    now = [passage("c", 1), passage("d", 2)]
    assert [p.id for p in arranged(["a", "c"], now, passage)] == ["a", "c", "d"]
    assert arranged(["a", "c"], now, lambda name: None) == now


def test_only_what_was_found_for_the_question_can_be_picked() -> None:
    now = [passage("c", 1), passage("d", 2)]
    asked = ChooseGiven(question="问", as_of=date(2026, 1, 1), passages=now, shown=arranged(["a", "c"], now, passage))
    shown = ChooseForm().shown(asked)
    assert shown.index("a的第一句") < shown.index("c的第一句") < shown.index("d的第一句") < shown.index("问（")
    read = ChooseForm().read(asked, Picks(sentences=[0, 3, 4], answerable=True, confidence="sure"))
    assert [(pick.passage, pick.sentences) for pick in read.picks] == [(1, [1]), (2, [0])]


class _Listening:
    """The house's engine, and what it was asked to choose from."""

    name = "listening"

    def __init__(self, house: House) -> None:
        self._house, self.asked = house, list[ChooseGiven]()

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        if task.name == CHOOSE.name:
            self.asked.append(ChooseGiven.model_validate(given.model_dump()))
        return await self._house.engine.decide(task, given, call)

    def write(self, task: Task[I, O], given: I, call: Call | None = None):  # type: ignore[no-untyped-def]
        return self._house.engine.write(task, given, call)


async def test_the_second_question_of_a_matter_begins_with_the_passages_of_the_first(house: House) -> None:
    engine = _Listening(house)
    desk = Desk(replace(house, engine=engine), checkpointer=InMemorySaver(), today=TODAY)
    for text in ("路边停车多久开始收费", "路边停车收费有没有优惠"):
        await desk.ask(TurnRequest(text=text), thread="t")
    first, second = (ChooseForm().shown(asked) for asked in engine.asked[:2])
    start = re.split("## 俗称|## 问题", first)[0]
    assert second.startswith(start)
    assert len(start) > len(second) / 2
