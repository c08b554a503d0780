"""Three ways to stream a text from a model server: by hand, with the OpenAI client as most people use it, and ours."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from agents.engines.calls import Call
from agents.engines.forms import WRITTEN
from agents.engines.tasks import WRITE, WriteGiven
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.settings import LaneSettings, ModelSettings
from prompts.loader import load_prompt

_COUNTER = re.compile(r"^vllm:generation_tokens_total(?:\{[^\n]*\})? (\S+)$", re.M)


class Target(BaseModel):
    """The server, how many streams are open at the same time, and how long a text may become (tokens)."""

    model_config = ConfigDict(frozen=True)

    url: str
    model: str
    key: str = "none"
    streams: int
    most: int = 1200

    async def written(self) -> float:
        """Tokens that the server has written since it started, by its own counter."""
        import httpx2

        async with httpx2.AsyncClient(trust_env=False, timeout=30) as client:
            told = (await client.get(self.url.removesuffix("/v1") + "/metrics")).text
        return sum(float(value) for value in _COUNTER.findall(told))


class Client(Protocol):
    """Streams texts. Example: ``async for piece in client.write(3, given)``."""

    def write(self, worker: int, given: WriteGiven) -> AsyncGenerator[str, None]:
        """The pieces of a text; ``worker`` is the number of the stream, which has one text at a time."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


def body_of(target: Target, given: WriteGiven, salt: str) -> dict[str, Any]:
    """The request that our engine makes for a text, so that all three ask the same."""
    return {
        "model": target.model,
        "messages": load_prompt(WRITE.name).messages(WRITTEN[WRITE.name](given)),
        "temperature": 0.0,
        "max_tokens": target.most,
        "stream": True,
        "stream_options": {"include_usage": True},
        "chat_template_kwargs": {"enable_thinking": False},
        "cache_salt": salt,
    }


class Bare:
    """HTTP by hand over asyncio's streams, a connection for each worker: as little as there can be. No time-outs, no
    checks, plain ``http`` only: a yardstick, not a client.
    """

    def __init__(self, target: Target):
        self._target = target
        self._open: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def write(self, worker: int, given: WriteGiven) -> AsyncGenerator[str, None]:
        """See `Client`."""
        where = urlsplit(self._target.url)
        if worker not in self._open:
            self._open[worker] = await asyncio.open_connection(where.hostname, where.port or 80)
        reader, writer = self._open[worker]
        body = json.dumps(body_of(self._target, given, "bare")).encode()
        writer.write(
            f"POST {where.path}/chat/completions HTTP/1.1\r\nhost: {where.netloc}\r\ncontent-type: application/json\r\n"
            f"authorization: Bearer {self._target.key}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        held = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in held[:20]:
            raise RuntimeError(f"the server answered {held[:80]!r}")
        held, is_over = b"", False
        while not is_over:
            *lines, held = (held + await reader.read(65_536)).split(b"\n")
            for line in lines:
                if line.startswith(b"data: {"):
                    choices = json.loads(line[6:])["choices"]
                    if choices and choices[0]["delta"].get("content"):
                        yield choices[0]["delta"]["content"]
                is_over = is_over or line == b"0\r"

    async def close(self) -> None:
        """See `Client`."""
        for _, writer in self._open.values():
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


class Plain:
    """The OpenAI client as its documentation starts."""

    def __init__(self, target: Target):
        from openai import AsyncOpenAI

        self._target = target
        self._client = AsyncOpenAI(base_url=target.url, api_key=target.key)

    async def write(self, worker: int, given: WriteGiven) -> AsyncGenerator[str, None]:
        """See `Client`."""
        body = body_of(self._target, given, "plain")
        more = {name: body.pop(name) for name in ("chat_template_kwargs", "cache_salt")}
        stream = await self._client.chat.completions.create(**body, extra_body=more)
        async with stream:
            async for chunk in stream:
                if chunk.choices and chunk.choices[0].delta.content:
                    yield chunk.choices[0].delta.content

    async def close(self) -> None:
        """See `Client`."""
        await self._client.close()


class Ours:
    """`VLLMEngine.write` with a talk for each worker: pool, breaker, lanes, time-outs, thinking left out."""

    def __init__(self, target: Target):
        lane = LaneSettings(slots=target.streams, wait=30, first_token=60)
        settings = ModelSettings(
            urls=(target.url,), model=target.model, api_key=target.key, salt="bench", max_tokens=target.most, chat=lane
        )
        self._engine = VLLMEngine(settings)

    async def write(self, worker: int, given: WriteGiven) -> AsyncGenerator[str, None]:
        """See `Client`."""
        async with aclosing(self._engine.write(WRITE, given, Call(session=f"talk-{worker}", domain="bench"))) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        """See `Client`."""
        await self._engine.pool.close()


CLIENTS: dict[str, Callable[[Target], Client]] = {"bare": Bare, "plain": Plain, "ours": Ours}
NAMES: Sequence[str] = tuple(CLIENTS)
