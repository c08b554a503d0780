"""One server: what it does badly is named rightly, and leaving it frees its slot."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from agents.engines.vllm.failures import Fault, ModelFailure
from agents.engines.vllm.server import Reply, Usage
from eval.servers.running import InThread, in_thread
from eval.servers.troubles import Kind, Trouble
from tests.agents.engines.vllm.making import BODY, client_for, completed, limits, streamed, until

NEVER_BEGAN = [
    (Trouble(Kind.FULL), Fault.OVERLOADED),
    (Trouble(Kind.TOO_MANY), Fault.OVERLOADED),
    (Trouble(Kind.ERROR_EVENT), Fault.OVERLOADED),
    (Trouble(Kind.ERROR_EVENT, code=500), Fault.BROKEN),
    (Trouble(Kind.DRAINING), Fault.DRAINING),
    (Trouble(Kind.RESET), Fault.UNREACHABLE),
    (Trouble(Kind.PAGE, code=502), Fault.BROKEN),
    (Trouble(Kind.STALL), Fault.SLOW_START),
    (Trouble(Kind.COMMENTS), Fault.SLOW_START),
    (Trouble(Kind.NOISE), Fault.BROKEN),
]
BROKE_OFF = [
    (Trouble(Kind.ERROR_EVENT, after=3), Fault.OVERLOADED),
    (Trouble(Kind.RESET, after=3), Fault.BROKEN_OFF),
    (Trouble(Kind.STALL, after=3), Fault.STALLED),
    (Trouble(Kind.COMMENTS, after=3), Fault.STALLED),
    (Trouble(Kind.NOISE, after=3), Fault.BROKEN_OFF),
]


@pytest.mark.parametrize(("trouble", "fault"), NEVER_BEGAN)
async def test_a_stream_that_never_begins(server: InThread, trouble: Trouble, fault: Fault) -> None:
    server.server.troubles.append(trouble)
    async with client_for(server) as client:
        heard = await streamed(client)
        assert (heard.pieces, heard.fault) == ([], fault)
        assert client.in_flight == 0
    await until(lambda: not server.server.engine.running)


@pytest.mark.parametrize(("trouble", "fault"), NEVER_BEGAN)
async def test_an_answer_that_never_comes(server: InThread, trouble: Trouble, fault: Fault) -> None:
    server.server.troubles.append(trouble)
    async with client_for(server) as client:
        assert await completed(client, 0.4) is fault
        assert isinstance(await completed(client), Reply)
        assert client.in_flight == 0
    await until(lambda: not server.server.engine.running)


@pytest.mark.parametrize(("trouble", "fault"), BROKE_OFF)
async def test_a_stream_that_breaks_off(server: InThread, trouble: Trouble, fault: Fault) -> None:
    server.server.troubles.append(trouble)
    async with client_for(server) as client:
        heard = await streamed(client)
        assert (len(heard.pieces), heard.fault) == (3, fault)
        assert (await streamed(client)).fault is None
    await until(lambda: not server.server.engine.running)


@pytest.mark.parametrize("kind", [Kind.STALL, Kind.COMMENTS])
@pytest.mark.parametrize("after", [0, 3])
async def test_a_pause_within_the_limits_is_no_failure(server: InThread, kind: Kind, after: int) -> None:
    server.server.troubles.extend([Trouble(kind, after=after, seconds=0.1)] * 2)
    server.server.texts.extend(["路边停车不超过十五分钟不收费。"] * 2)
    async with client_for(server) as client:
        heard = await streamed(client, first=2.0, between=2.0)
        assert ("".join(heard.pieces), heard.fault) == ("路边停车不超过十五分钟不收费。", None)
        assert isinstance(await completed(client), Reply)


async def test_a_page_of_a_proxy_in_place_of_a_stream(server: InThread) -> None:
    server.server.troubles.extend([Trouble(Kind.PAGE, code=200)] * 2)
    async with client_for(server) as client:
        heard = await streamed(client)
        assert (heard.pieces, heard.fault) == ([], Fault.RESET)
        assert await completed(client) is Fault.BROKEN


async def test_a_stream_without_its_end_mark_is_not_whole(server: InThread) -> None:
    server.server.troubles.append(Trouble(Kind.NO_DONE))
    async with client_for(server) as client:
        heard = await streamed(client)
        assert heard.fault is Fault.BROKEN_OFF
        assert len(heard.pieces) >= 20


async def test_a_port_where_nobody_listens(server: InThread) -> None:
    async with client_for(server) as client:
        server.kill()
        assert (await streamed(client)).fault is Fault.UNREACHABLE
        assert await completed(client) is Fault.UNREACHABLE
        server.restart()
        assert isinstance(await completed(client), Reply)


async def test_requests_that_are_refused() -> None:
    with in_thread(models=["other"], key="right") as server:
        async with client_for(server, api_key="right") as client:
            assert await completed(client) is Fault.NO_SUCH_MODEL
        async with client_for(server, api_key="wrong") as client:
            assert await completed(client) is Fault.NOT_LET_IN
            assert (await streamed(client)).fault is Fault.NOT_LET_IN
    with in_thread() as server:
        async with client_for(server) as client:
            words = {"messages": [{"role": "user", "content": "字" * 60_000}]}
            with pytest.raises(ModelFailure) as caught:
                await client.complete(BODY | words, 2.0)
            assert caught.value.fault is Fault.TOO_LONG
            with pytest.raises(ModelFailure) as caught:
                await client.complete(BODY | {"cache_salt": ""}, 2.0)
            assert caught.value.fault is Fault.REFUSED


async def test_a_whole_stream_has_its_text_and_its_usage(server: InThread) -> None:
    server.server.texts.extend(["路边停车不超过十五分钟不收费。〔1〕"] * 2)
    async with client_for(server) as client:
        heard = await streamed(client)
        assert "".join(heard.pieces) == "路边停车不超过十五分钟不收费。〔1〕"
        assert heard.usage.written == len(heard.pieces)
        reply = await completed(client)
        assert isinstance(reply, Reply)
        assert (reply.text, reply.finish) == ("路边停车不超过十五分钟不收费。〔1〕", "stop")
        assert reply.usage == heard.usage


async def test_thinking_in_its_own_field_is_no_text(server: InThread) -> None:
    server.server.troubles.extend([Trouble(Kind.REASONING)] * 2 + [Trouble(Kind.ONLY_REASONING)])
    server.server.texts.extend(["答。", "答。"])
    async with client_for(server) as client:
        assert (await streamed(client)).pieces == ["答。"]
        reply = await completed(client)
        assert isinstance(reply, Reply)
        assert reply.text == "答。"
        assert "用户问" in reply.reasoning
        empty = await completed(client)
        assert isinstance(empty, Reply)
        assert (empty.text, empty.finish) == (None, "length")


async def test_connections_are_used_again(server: InThread) -> None:
    async with client_for(server) as client:
        for _ in range(5):
            assert (await streamed(client)).fault is None
            assert isinstance(await completed(client), Reply)
        assert server.server.seen.connections == 1


async def test_leaving_a_stream_frees_the_servers_slot(server: InThread) -> None:
    async with client_for(server) as client:
        async with aclosing(client.stream(BODY, limits(), Usage())) as pieces:
            await anext(pieces)
            assert len(server.server.engine.running) == 1
        await until(lambda: not server.server.engine.running)
        assert (server.server.seen.aborts, client.in_flight) == (1, 0)


@pytest.mark.parametrize("trouble", [Trouble(Kind.STALL), Trouble(Kind.STALL, after=3)])
async def test_cancelling_frees_the_servers_slot(server: InThread, trouble: Trouble) -> None:
    server.server.troubles.extend([trouble] * 2)
    async with client_for(server) as client:
        tasks = [
            asyncio.create_task(streamed(client, first=60, between=60)),
            asyncio.create_task(completed(client, 60)),
        ]
        await until(lambda: len(server.server.engine.running) == 2)
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        assert all(
            isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*tasks, return_exceptions=True)
        )
        await until(lambda: not server.server.engine.running)
        assert (server.server.seen.aborts, client.in_flight) == (2, 0)


async def test_who_had_little_time_is_not_the_servers_victim(server: InThread) -> None:
    """A deadline that is the caller's own says nothing of the server."""
    server.server.troubles.extend([Trouble(Kind.STALL), Trouble(Kind.STALL, after=3), Trouble(Kind.STALL)])
    async with client_for(server, fair=1.0) as client:
        assert (await streamed(client, total=0.1)).fault is Fault.OUT_OF_TIME
        late = await streamed(client, first=2.0, between=2.0, total=0.6)
        assert (len(late.pieces), late.fault) == (3, Fault.OUT_OF_TIME)
        assert await completed(client, 0.1) is Fault.OUT_OF_TIME
    assert not ModelFailure(Fault.OUT_OF_TIME, "").blames_server


async def test_a_text_that_takes_too_long_in_all_is_not_called_silent(server: InThread) -> None:
    async with client_for(server) as client:
        server.server.texts.append("字" * 9000)
        heard = await streamed(client, total=0.4)
        assert heard.fault is Fault.OUT_OF_TIME
        assert len(heard.pieces) > 5


async def test_what_a_server_tells_of_itself(server: InThread) -> None:
    async with client_for(server) as client:
        assert (await client.get("/v1/models"))["data"][0]["id"] == "m"
        assert await client.get("/version") == {"version": "0.32.0"}
        assert "vllm:num_requests_running" in await client.get("/metrics")
        with pytest.raises(ModelFailure) as caught:
            await client.get("/nothing")
        assert caught.value.fault is Fault.NO_SUCH_MODEL
