"""Several replicas as one: who is asked, what is tried again, who is left alone, who waits."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import aclosing

import pytest

from agents.engines.calls import Call
from agents.engines.vllm.breaker import FAILURES, FIRST_PAUSE
from agents.engines.vllm.failures import Fault, ModelFailure
from agents.engines.vllm.pool import Member, Pool
from agents.engines.vllm.server import Usage
from agents.engines.vllm.settings import LaneSettings
from eval.servers.running import InThread
from eval.servers.troubles import Kind, Trouble
from tests.agents.engines.vllm.making import BODY, Heard, engine_for, settings_for, until

HURRIED = LaneSettings(slots=32, wait=1.0, first_token=0.5, decision=0.5)
RETRIED = [
    Trouble(Kind.FULL),
    Trouble(Kind.TOO_MANY),
    Trouble(Kind.ERROR_EVENT),
    Trouble(Kind.DRAINING),
    Trouble(Kind.RESET),
    Trouble(Kind.PAGE, code=502),
    Trouble(Kind.STALL),
    Trouble(Kind.COMMENTS),
    Trouble(Kind.NOISE),
]
BROKEN_OFF = [
    Trouble(Kind.ERROR_EVENT, after=2),
    Trouble(Kind.RESET, after=2),
    Trouble(Kind.STALL, after=2),
    Trouble(Kind.COMMENTS, after=2),
    Trouble(Kind.NOISE, after=2),
    Trouble(Kind.NO_DONE),
]


async def _stream(pool: Pool, call: Call | None = None) -> Heard:
    heard = Heard()
    return await heard.hear(pool.stream(BODY, call or Call(), heard.usage))


async def _complete(pool: Pool, call: Call | None = None) -> Fault | None:
    try:
        await pool.complete(BODY, call or Call())
    except ModelFailure as failure:
        return failure.fault
    return None


def _at(pool: Pool, index: int) -> Call:
    """A call of a talk whose home is the server of this index."""
    names = (f"talk-{number}" for number in range(1000))
    return Call(session=next(name for name in names if pool.order(name)[0] is pool.members[index]))


@pytest.mark.parametrize("trouble", RETRIED)
async def test_before_the_first_piece_another_replica_is_tried_once(
    server: InThread, other: InThread, trouble: Trouble
) -> None:
    server.server.always = trouble
    async with engine_for(server, other, chat=HURRIED) as engine:
        pool, home = engine.pool, _at(engine.pool, 0)
        heard = await _stream(pool, home)
        assert heard.fault is None
        assert len(heard.pieces) >= 20
        assert await _complete(pool, home) is None
        assert server.server.seen.requests <= 2
        assert other.server.seen.requests >= 1
    await until(lambda: not server.server.engine.running)


@pytest.mark.parametrize("trouble", RETRIED)
async def test_it_is_tried_twice_and_no_more(server: InThread, other: InThread, trouble: Trouble) -> None:
    server.server.always = other.server.always = trouble
    async with engine_for(server, other) as engine:
        assert (await _stream(engine.pool)).fault is not None
        assert (server.server.seen.requests, other.server.seen.requests) == (1, 1)


async def test_a_single_server_is_tried_again_after_a_moment(server: InThread) -> None:
    server.server.troubles.append(Trouble(Kind.FULL))
    async with engine_for(server) as engine:
        began = time.monotonic()
        assert (await _stream(engine.pool)).fault is None
        assert time.monotonic() - began >= 0.1
        assert server.server.seen.requests == 2


async def test_where_the_others_are_left_alone_the_same_server_is_tried_again(
    server: InThread, other: InThread
) -> None:
    """A stale connection must not cost the answer because a replica is down for maintenance."""
    async with engine_for(server, other) as engine:
        home = _at(engine.pool, 0)
        engine.pool.members[1].breaker.hold("down")
        server.server.troubles.append(Trouble(Kind.RESET))
        assert (await _stream(engine.pool, home)).fault is None
        assert server.server.seen.requests == 2


@pytest.mark.parametrize("trouble", BROKEN_OFF)
async def test_once_a_piece_was_handed_on_nothing_is_tried_again(
    server: InThread, other: InThread, trouble: Trouble
) -> None:
    server.server.always = trouble
    async with engine_for(server, other) as engine:
        heard = await _stream(engine.pool, _at(engine.pool, 0))
        assert heard.fault is not None
        assert len(heard.pieces) >= 2
        assert (server.server.seen.requests, other.server.seen.requests) == (1, 0)


@pytest.mark.parametrize(
    "body",
    [{"model": "unknown"}, {"cache_salt": ""}, {"messages": [{"role": "u", "content": "字" * 60_000}]}],
)
async def test_what_a_server_refuses_is_not_tried_again(
    server: InThread, other: InThread, body: dict[str, object]
) -> None:
    async with engine_for(server, other) as engine:
        with pytest.raises(ModelFailure):
            await engine.pool.complete(BODY | body, Call())
        assert server.server.seen.requests + other.server.seen.requests == 1


async def test_an_adapter_that_is_missing_does_not_shut_the_server_for_other_tasks(server: InThread) -> None:
    async with engine_for(server) as engine:
        for _ in range(FAILURES * 2):
            with pytest.raises(ModelFailure):
                await engine.pool.complete(BODY | {"model": "no-such-adapter"}, Call())
            assert await _complete(engine.pool) is None


async def test_a_server_that_keeps_failing_is_left_alone_then_tried_then_taken_back(server: InThread) -> None:
    async with engine_for(server) as engine:
        pool, breaker = engine.pool, engine.pool.members[0].breaker
        server.kill()
        faults = [await _complete(pool) for _ in range(3)]
        assert Fault.UNREACHABLE in faults
        began = time.monotonic()
        assert await _complete(pool) is Fault.SHUT
        assert time.monotonic() - began < 0.05, "it must not be waited for"
        server.restart()
        assert await _complete(pool) is Fault.SHUT
        await asyncio.sleep(FIRST_PAUSE)
        ends = await asyncio.gather(*(_complete(pool) for _ in range(5)))
        assert Counter(ends) == {None: 1, Fault.SHUT: 4}, "one trial only"
        assert breaker.is_closed
        assert await asyncio.gather(*(_complete(pool) for _ in range(5))) == [None] * 5


async def test_a_trial_stream_lets_others_pass_as_soon_as_it_begins(server: InThread) -> None:
    async with engine_for(server, between_tokens=5.0) as engine:
        pool, breaker = engine.pool, engine.pool.members[0].breaker
        breaker.failed(0, at_once=True)
        await asyncio.sleep(FIRST_PAUSE)
        server.server.texts.append("字" * 900)
        async with aclosing(pool.stream(BODY, Call(), Usage())) as pieces:
            await anext(pieces)
            assert await _complete(pool) is None
        assert breaker.is_closed


async def test_a_draining_server_is_left_at_once_and_a_full_one_is_not_broken(
    server: InThread, other: InThread
) -> None:
    async with engine_for(server, other) as engine:
        pool, home = engine.pool, _at(engine.pool, 0)
        server.server.troubles.append(Trouble(Kind.DRAINING))
        assert await _complete(pool, home) is None
        assert not pool.members[0].breaker.is_closed
        other.server.always = Trouble(Kind.FULL)
        for _ in range(FAILURES + 1):
            assert await _complete(pool, home) is Fault.OVERLOADED
        assert pool.members[1].breaker.is_closed


async def test_callers_with_little_time_do_not_shut_a_server(server: InThread) -> None:
    server.server.always = Trouble(Kind.STALL)
    async with engine_for(server, fair=0.3, chat=HURRIED) as engine:
        for _ in range(FAILURES + 1):
            assert await _complete(engine.pool, Call(deadline=time.monotonic() + 0.05)) is Fault.OUT_OF_TIME
        assert engine.pool.members[0].breaker.is_closed
        assert (await _stream(engine.pool)).fault is Fault.SLOW_START
        assert (await _stream(engine.pool)).fault is Fault.SHUT, "four tries that had their time"
        assert not engine.pool.members[0].breaker.is_closed


async def test_the_deadline_of_a_call_ends_it(server: InThread, other: InThread) -> None:
    server.server.always = other.server.always = Trouble(Kind.STALL)
    async with engine_for(server, other, chat=LaneSettings(slots=2, wait=5, first_token=5)) as engine:
        for ask in (_complete, _stream):
            began = time.monotonic()
            await ask(engine.pool, Call(deadline=began + 0.2))
            assert 0.15 < time.monotonic() - began < 0.6
        assert await _complete(engine.pool, Call(deadline=time.monotonic() - 1)) is Fault.OUT_OF_TIME
        assert server.server.seen.requests + other.server.seen.requests <= 3


def _homes(pool: Pool, talks: int) -> dict[str, str]:
    return {f"talk-{n}": pool.order(f"talk-{n}")[0].server.url for n in range(talks)}


def test_talks_stay_where_they_are_when_servers_come_and_go() -> None:
    urls = [f"http://10.0.0.{n}:8000/v1" for n in range(1, 6)]
    five = _homes(Pool(settings_for(urls=tuple(urls))), 2000)
    assert five == _homes(Pool(settings_for(urls=tuple(reversed(urls)))), 2000), "the order of the settings is nothing"
    assert min(Counter(five.values()).values()) > 300, "all have their share"
    four = _homes(Pool(settings_for(urls=tuple(urls[:-1]))), 2000)
    moved = [talk for talk in five if five[talk] != four[talk]]
    assert {five[talk] for talk in moved} == {urls[-1]}, "only talks of the server that left have moved"
    six = _homes(Pool(settings_for(urls=(*urls, "http://10.0.0.9:8000/v1"))), 2000)
    moved = [talk for talk in five if five[talk] != six[talk]]
    assert {six[talk] for talk in moved} == {"http://10.0.0.9:8000/v1"}
    assert len(moved) < 2000 / 6 * 1.3


async def test_a_talk_stays_at_its_server_and_calls_without_a_talk_go_where_there_is_least(
    server: InThread, other: InThread
) -> None:
    async with engine_for(server, other) as engine:
        pool = engine.pool
        for _ in range(4):
            assert await _complete(pool, _at(pool, 1)) is None
        assert (server.server.seen.requests, other.server.seen.requests) == (0, 4)
        server.server.always = Trouble(Kind.STALL)
        busy = asyncio.create_task(_stream(pool, _at(pool, 0)))
        await until(lambda: bool(server.server.engine.running))
        assert await _complete(pool) is None
        assert other.server.seen.requests == 5
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)


async def test_a_talk_whose_server_is_full_is_answered_by_another(server: InThread, other: InThread) -> None:
    server.server.always = Trouble(Kind.STALL)
    async with engine_for(server, other, chat=LaneSettings(slots=1, wait=1, first_token=5)) as engine:
        home = _at(engine.pool, 0)
        busy = asyncio.create_task(_stream(engine.pool, home))
        await until(lambda: bool(server.server.engine.running))
        assert await _complete(engine.pool, home) is None
        assert (server.server.seen.requests, other.server.seen.requests) == (1, 1)
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)


async def test_batch_never_takes_the_slots_of_chat(server: InThread) -> None:
    lanes = {
        "chat": LaneSettings(slots=2, wait=0.1, first_token=5),
        "batch": LaneSettings(slots=3, wait=0.1, first_token=5),
    }
    server.server.troubles.extend([Trouble(Kind.STALL)] * 3)
    async with engine_for(server, **lanes) as engine:
        batch = [asyncio.create_task(_complete(engine.pool, Call(lane="batch"))) for _ in range(3)]
        await until(lambda: len(server.server.engine.running) == 3)
        began = time.monotonic()
        assert await _complete(engine.pool, Call(lane="batch")) is Fault.CROWDED
        assert 0.08 < time.monotonic() - began < 0.5, "the wait for a slot is bounded"
        assert await asyncio.gather(*(_complete(engine.pool) for _ in range(2))) == [None, None]
        assert server.server.engine.peak <= 5
        for task in batch:
            task.cancel()
        await asyncio.gather(*batch, return_exceptions=True)
        assert await _complete(engine.pool, Call(lane="batch")) is None


def _free(member: Member) -> tuple[bool, bool, int]:
    return member.is_full("chat"), member.is_full("batch"), member.server.in_flight


async def test_a_thousand_cancelled_talks_leave_no_slot_taken(server: InThread) -> None:
    """Cancelled while they wait for a slot, while they connect, before the first token, and in the middle."""
    server.server.texts.extend(["字" * 900] * 2000)
    async with engine_for(server, chat=LaneSettings(slots=24, wait=5, first_token=5)) as engine:
        pool = engine.pool

        async def hear(begun: asyncio.Event) -> None:
            async with aclosing(pool.stream(BODY, Call(), Usage())) as pieces:
                async for _ in pieces:
                    begun.set()

        async def talk(number: int) -> None:
            begun = asyncio.Event()
            task = asyncio.create_task(hear(begun) if number % 4 else _decide(pool))
            if number % 2:
                await asyncio.wait({task, asyncio.create_task(begun.wait())}, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep((number % 50) * 0.002)
            begun.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        for start in range(0, 1000, 200):
            await asyncio.gather(*(talk(number) for number in range(start, start + 200)))
        await until(lambda: not server.server.engine.running and not server.server.engine.waiting)
        assert _free(pool.members[0]) == (False, False, 0)
        assert server.server.seen.aborts >= 500, "each of those that had begun"
        assert await asyncio.gather(*(_complete(pool) for _ in range(24))) == [None] * 24
        assert pool.members[0].breaker.is_closed


async def _decide(pool: Pool) -> None:
    await _complete(pool)
