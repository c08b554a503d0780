"""A prompt that surely does not fit is shortened or not sent; one that may fit always is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engines.calls import Call
from agents.engines.ladder import EngineLadder
from agents.engines.scripted import ScriptedEngine
from agents.engines.tasks import CHOOSE, DISPATCH, WRITE, Chosen, DispatchGiven, Passage
from agents.engines.vllm.failures import Fault, ModelFailure
from agents.engines.vllm.room import Room, shorter
from eval.servers.profiles import PROFILES
from eval.servers.running import InThread, in_thread
from tests.agents.engines.vllm.making import CHOICE, TEXT, engine_for
from tests.agents.engines.vllm.test_wire import GIVEN

LONG = [
    Passage(number=n, id=f"p{n}", title="停车管理办法", article=f"第{n}条", sentences=["机动车停放。" * 300])
    for n in range(1, 7)
]


def asked(text: str, most: int = 100) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}], "max_tokens": most}


@pytest.fixture
def small() -> Iterator[InThread]:
    """A server whose context holds some of the long passages."""
    with in_thread(PROFILES["quick"].model_copy(update={"max_model_len": 5000})) as running:
        yield running


async def test_passages_are_left_off_from_the_end(small: InThread) -> None:
    async with engine_for(small) as engine:
        await engine.look()
        assert engine.room.limit == 5000
        engine.room.limit = 3000  # by the first bound two thirds are let pass that the server would refuse
        long = TEXT.model_copy(update={"passages": LONG})
        assert "".join([piece async for piece in engine.write(WRITE, long)])
        prompt = small.server.seen.bodies[-1]["messages"][-1]["content"]
        kept = [passage.article for passage in LONG if passage.article in prompt]
        assert kept
        assert kept == [passage.article for passage in LONG[: len(kept)]]
        assert len(kept) < len(LONG)


async def test_a_choice_loses_what_is_shown_last_and_still_names_passages_rightly(small: InThread) -> None:
    async with engine_for(small) as engine:
        engine.room.limit = 1500
        before = small.server.seen.requests
        chosen = await engine.decide(CHOOSE, CHOICE.model_copy(update={"passages": LONG[::-1], "shown": LONG}))
        assert small.server.seen.requests == before + 1
        assert {pick.passage for pick in chosen.picks} <= {1, 2, 3}
        assert "第1条" in small.server.seen.bodies[-1]["messages"][-1]["content"]
        assert "第6条" not in small.server.seen.bodies[-1]["messages"][-1]["content"]


async def test_what_cannot_fit_is_not_sent_and_the_next_engine_answers(
    small: InThread, caplog: pytest.LogCaptureFixture
) -> None:
    async with engine_for(small) as engine:
        engine.room.limit = 300
        before = small.server.seen.requests
        given_: Any = GIVEN["dispatch"]
        long: DispatchGiven = given_.model_copy(update={"message": "路灯坏了。" * 1000})
        with pytest.raises(ModelFailure, match="was not asked: dispatch takes") as caught:
            await engine.decide(DISPATCH, long)
        assert caught.value.fault is Fault.TOO_LONG
        local = ScriptedEngine({"choose": [Chosen(answerable=False)]})
        call = Call()
        made = await EngineLadder([engine, local]).decide(
            CHOOSE, CHOICE.model_copy(update={"passages": LONG[:1]}), call
        )
        assert made == Chosen(answerable=False)
        assert call.is_degraded
        assert small.server.seen.requests == before
        assert f"{local.name} does" in caplog.text


async def test_without_a_told_context_all_is_sent_and_the_server_refuses(small: InThread) -> None:
    async with engine_for(small) as engine:
        long = TEXT.model_copy(update={"passages": LONG * 3})
        with pytest.raises(ModelFailure, match="refused the request") as caught:
            assert [piece async for piece in engine.write(WRITE, long)]
        assert caught.value.fault is Fault.TOO_LONG


def test_the_bound_rises_with_what_the_server_tells_and_only_after_enough_of_it() -> None:
    room, text = Room(), "停车" * 500
    before = room.least(asked(text))
    for _ in range(19):
        room.note(asked(text), 700)
    assert room.least(asked(text)) == before
    room.note(asked("短"), 1)
    room.note(asked("plain English words " * 100), 400)
    room.note(asked(text), 0)
    assert room.least(asked(text)) == before, "what tells nothing of Chinese counts for nothing"
    room.note(asked(text), 650)
    assert before < room.least(asked(text)) == 520


@given(st.lists(st.tuples(st.text("停车收费abc ", min_size=200, max_size=900), st.floats(0.45, 1.5)), max_size=40))
def test_the_bound_is_below_every_prompt_that_was_told(told: list[tuple[str, float]]) -> None:
    room = Room()
    for text, share in told:
        room.note(asked(text), int(len(text) * share) + 1)
    for text, share in told:
        assert room.least(asked(text)) <= int(len(text) * share) + 1


def test_less_is_offered_down_to_one_passage() -> None:
    assert [len(less.passages) for less in shorter(TEXT.model_copy(update={"passages": LONG}))] == [5, 4, 3, 2, 1]
    assert list(shorter(GIVEN["dispatch"])) == []
