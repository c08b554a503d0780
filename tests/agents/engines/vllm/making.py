"""Engines with short patience, and what they are asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from agents.engines.tasks import ChooseGiven, Passage, WriteGiven
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.failures import Fault, ModelFailure
from agents.engines.vllm.server import Limits, ModelServer, Reply, Usage
from agents.engines.vllm.settings import LaneSettings, ModelSettings
from eval.servers.running import InThread

DAY = date(2026, 1, 1)
PASSAGES = [
    Passage(number=n, title="停车管理办法", article=f"第{n}条", sentences=["十五分钟内不收费。", "超过的按时段计费。"])
    for n in (1, 2)
]
CHOICE = ChooseGiven(question="路边停车怎么收费", as_of=DAY, passages=PASSAGES)
TEXT = WriteGiven(question="路边停车怎么收费", as_of=DAY, passages=PASSAGES)
BODY: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "问"}], "max_tokens": 400}


def settings_for(*servers: InThread, **changes: Any) -> ModelSettings:
    """Settings for running servers with short times; ``urls`` may be given instead."""
    made: dict[str, Any] = {
        "urls": tuple(one.server.url for one in servers),
        "model": "m",
        "salt": "secret",
        "connect": 2.0,
        "between_tokens": 0.3,
        "total": 10.0,
        "fair": 0.2,
        "chat": LaneSettings(slots=32, wait=1.0, first_token=0.5, decision=3.0),
        "batch": LaneSettings(slots=8, wait=1.0, first_token=0.5, decision=3.0),
    }
    return ModelSettings(**made | changes)


@asynccontextmanager
async def engine_for(*servers: InThread, **changes: Any) -> AsyncIterator[VLLMEngine]:
    """An engine, closed at the end."""
    engine = VLLMEngine(settings_for(*servers, **changes))
    try:
        yield engine
    finally:
        await engine.pool.close()


@asynccontextmanager
async def client_for(server: InThread, **changes: Any) -> AsyncIterator[ModelServer]:
    """A client of one server, closed at the end."""
    client = ModelServer(changes.pop("url", server.server.url), settings_for(server, **changes))
    try:
        yield client
    finally:
        await client.close()


def limits(first: float = 0.5, between: float = 0.3, total: float = 10.0) -> Limits:
    """Limits of a stream from now on."""
    return Limits(first, between, time.monotonic() + total)


class Heard:
    """What came of a stream: its pieces, then its failure, if any."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.usage = Usage()
        self.fault: Fault | None = None

    async def hear(self, pieces: AsyncIterator[str]) -> Heard:
        try:
            async for piece in pieces:
                self.pieces.append(piece)
        except ModelFailure as failure:
            self.fault = failure.fault
        return self


async def streamed(client: ModelServer, **patience: float) -> Heard:
    """A stream heard to its end."""
    heard = Heard()
    return await heard.hear(client.stream(BODY, limits(**patience), heard.usage))


async def completed(client: ModelServer, seconds: float = 2.0) -> Reply | Fault:
    """A whole answer, or what went wrong."""
    try:
        return await client.complete(BODY, seconds)
    except ModelFailure as failure:
        return failure.fault


async def until(true: Callable[[], bool], seconds: float = 3.0) -> None:
    """Wait for what another thread does; fail where it does not come."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # the server lives in another thread: it can set no event of this loop
            await asyncio.sleep(0.005)
