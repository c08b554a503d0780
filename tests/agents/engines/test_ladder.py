"""The ladder: who answers when the model does not, and that it is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from agents.engines.base import EngineAnswerInvalid, EngineUnavailable, I, O, Task
from agents.engines.calls import Call, Served
from agents.engines.ladder import EngineLadder
from agents.engines.tasks import CHOOSE, WRITE, Chosen
from agents.engines.vllm.settings import LaneSettings
from city.outbound import allow_model_requests
from eval.servers.running import InThread, in_thread
from eval.servers.troubles import Kind, Trouble
from tests.agents.engines.vllm.making import CHOICE, TEXT, engine_for, until


class Local:
    """Answers at once from this machine, as the embedded engine does."""

    name = "local"

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        call = call or Call()
        self.calls.append(call)
        call.record(Served(task.name, self.name))
        return task.returns.model_validate({"answerable": False, "reason": "local"})

    async def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncIterator[str]:
        call = call or Call()
        self.calls.append(call)
        call.record(Served(task.name, self.name))
        yield "本地的答复。〔1〕"


class Failing(Local):
    """Fails, after ``said`` pieces where it writes."""

    name = "failing"

    def __init__(self, error: Exception, said: int = 0) -> None:
        super().__init__()
        self.error, self.said, self.closed = error, said, False

    async def decide(self, task: Task[I, O], given: I, call: Call | None = None) -> O:
        self.calls.append(call or Call())
        raise self.error

    async def write(self, task: Task[I, O], given: I, call: Call | None = None) -> AsyncIterator[str]:
        self.calls.append(call or Call())
        try:
            for number in range(self.said):
                yield f"{number}"
            raise self.error
        finally:
            self.closed = True


FAILURES = [EngineUnavailable("away"), EngineAnswerInvalid("odd")]


async def _written(ladder: EngineLadder, call: Call | None = None) -> list[str]:
    return [piece async for piece in ladder.write(WRITE, TEXT, call)]


@pytest.mark.parametrize("error", FAILURES)
async def test_the_next_step_answers_and_is_marked(error: Exception) -> None:
    call, local = Call(session="s", domain="d"), Local()
    ladder = EngineLadder([Failing(error), local])
    assert (await ladder.decide(CHOOSE, CHOICE, call)).reason == "local"
    assert await _written(ladder, call) == ["本地的答复。〔1〕"]
    assert [(one.task, one.engine, one.degraded) for one in call.served] == [
        ("choose", "local", True),
        ("write", "local", True),
    ]
    assert call.is_degraded
    assert {(one.session, one.domain) for one in local.calls} == {("s", "d")}


async def test_the_first_step_that_answers_is_not_degraded() -> None:
    call, below = Call(), Local()
    ladder = EngineLadder([Local(), below])
    await ladder.decide(CHOOSE, CHOICE, call)
    await _written(ladder, call)
    assert not call.is_degraded
    assert below.calls == []


@pytest.mark.parametrize("error", FAILURES)
async def test_a_text_that_has_begun_is_not_begun_anew(error: Exception) -> None:
    local, upper = Local(), Failing(error, said=2)
    heard = []

    async def hear() -> None:
        async for piece in EngineLadder([upper, local]).write(WRITE, TEXT):
            heard.append(piece)

    with pytest.raises(type(error)):
        await hear()
    assert heard == ["0", "1"]
    assert local.calls == []
    assert upper.closed


async def test_the_last_steps_failure_is_the_ladders() -> None:
    ladder = EngineLadder([Failing(FAILURES[0]), Failing(EngineUnavailable("last"))])
    with pytest.raises(EngineUnavailable, match="last"):
        await ladder.decide(CHOOSE, CHOICE)
    with pytest.raises(EngineUnavailable, match="last"):
        await _written(ladder)


async def test_other_errors_are_not_swallowed() -> None:
    ladder = EngineLadder([Failing(KeyError("a mistake of ours")), Local()])
    with pytest.raises(KeyError):
        await ladder.decide(CHOOSE, CHOICE)


async def test_time_is_kept_for_the_last_step() -> None:
    now = time.monotonic()
    for left, least, most in ((18.0, 14.9, 15.0), (2.0, 0.9, 1.0), (-1.0, -1.1, -0.9)):
        upper, local = Failing(FAILURES[0]), Local()
        call = Call(deadline=now + left)
        await EngineLadder([upper, local], reserve=3.0).decide(CHOOSE, CHOICE, call)
        given = upper.calls[0].deadline
        assert given is not None
        assert least - 0.2 <= given - now <= most + 0.01
        assert local.calls[0].deadline == call.deadline


async def test_leaving_a_text_closes_the_step_below() -> None:
    upper = Failing(FAILURES[0], said=5)
    pieces = EngineLadder([upper, Local()]).write(WRITE, TEXT)
    await anext(pieces)
    await pieces.aclose()
    assert upper.closed


@pytest.fixture
def replicas() -> Iterator[tuple[InThread, InThread]]:
    allow_model_requests(True)
    with in_thread() as one, in_thread(seed=1) as two:
        yield one, two


async def test_a_model_that_answers_nothing_is_replaced(replicas: tuple[InThread, InThread]) -> None:
    for replica in replicas:
        replica.server.always = Trouble(Kind.ONLY_REASONING)
    async with engine_for(*replicas) as engine:
        ladder, call = EngineLadder([engine, Local()]), Call()
        assert await _written(ladder, call) == ["本地的答复。〔1〕"]
        assert call.is_degraded


async def test_all_replicas_die_in_the_middle_of_two_hundred_talks(replicas: tuple[InThread, InThread]) -> None:
    """Nobody waits, nobody is left without an ending; and when they are back, the model answers again."""
    for replica in replicas:
        replica.server.texts.extend(["字" * 3600] * 400)
    lane = LaneSettings(slots=150, wait=2.0, first_token=5.0)
    async with engine_for(*replicas, connect=5.0, between_tokens=5.0, chat=lane) as engine:
        ladder = EngineLadder([engine, Local()])
        calls = [Call(session=f"talk-{number}", deadline=time.monotonic() + 30) for number in range(200)]
        heard: list[list[str]] = [[] for _ in calls]

        async def talk(number: int) -> str:
            try:
                async for piece in ladder.write(WRITE, TEXT, calls[number]):
                    heard[number].append(piece)
            except EngineUnavailable:
                return "broke off"
            return "degraded" if calls[number].is_degraded else "answered"

        tasks = [asyncio.create_task(talk(number)) for number in range(200)]
        await until(lambda: sum(bool(pieces) for pieces in heard) >= 100, 10.0)
        for replica in replicas:
            replica.kill()
        died = time.monotonic()
        ends = await asyncio.gather(*tasks)
        assert time.monotonic() - died < 5.0
        for pieces, end in zip(heard, ends, strict=True):
            assert pieces, "everybody heard something"
            assert (end == "degraded") == (pieces == ["本地的答复。〔1〕"])
        assert ends.count("broke off") >= 90
        assert "answered" not in ends or ends.count("answered") < 20
        decided: Any = await ladder.decide(CHOOSE, CHOICE, calls[0])
        assert decided.reason == "local"
        for replica in replicas:
            replica.server.texts.clear()
            replica.restart()
        assert await _answered_by_the_model(ladder, 10.0)
        assert all(not member.server.in_flight for member in engine.pool.members)


async def _answered_by_the_model(ladder: EngineLadder, seconds: float) -> bool:
    """Whether the model is heard again in this time; how long its breaker waits depends on who tried it meanwhile."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        call = Call()
        if isinstance(await ladder.decide(CHOOSE, CHOICE, call), Chosen) and not call.is_degraded:
            return True
        await asyncio.sleep(0.1)
    return False
