"""One model server: requests over the plain OpenAI client, four time-outs, every failure by its name. No retries here.

Rules 1-5 of a vLLM client: one long-lived client with retries off; connect, first token, gap between tokens and total
each have their own limit; the connection is closed in ``finally``, which is what frees the server's slot.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from agents.engines.vllm.failures import Fault, ModelFailure, of_event, of_status
from agents.engines.vllm.settings import ModelSettings
from agents.engines.vllm.sse import events

Json = dict[str, Any]
_PATH = "/chat/completions"
_PLAIN = {"Accept-Encoding": "identity"}
"""A proxy that packs a stream would hold its tokens back."""
_DRAIN = 1.0
"""Seconds for the end of a body."""


@dataclass
class Usage:
    """Tokens of a request; ``cached`` of ``prompt`` were known to the server."""

    prompt: int = 0
    cached: int = 0
    written: int = 0

    @classmethod
    def of(cls, told: Any) -> Usage:
        """From a response's ``usage``; what is missing is 0."""
        told = told if isinstance(told, dict) else {}
        details = told.get("prompt_tokens_details") or {}
        return cls(
            prompt=int(told.get("prompt_tokens") or 0),
            cached=int(details.get("cached_tokens") or 0),
            written=int(told.get("completion_tokens") or 0),
        )


@dataclass
class Reply:
    """A whole answer. ``text`` is None where the server sent no content (all tokens went into thinking, say)."""

    text: str | None
    finish: str
    usage: Usage = field(default_factory=Usage)
    reasoning: str = ""
    body: Json = field(default_factory=dict)


@dataclass
class Limits:
    """Seconds for a stream; ``until`` is a reading of ``time.monotonic``."""

    first: float
    between: float
    until: float


class ModelServer:
    """A server behind ``url`` (ending in ``/v1``)."""

    def __init__(self, url: str, settings: ModelSettings):
        self.url = url
        self._settings = settings
        self._opened: Any = None
        self.in_flight = 0

    @property
    def _client(self) -> Any:  # openai is imported lazily
        if self._opened is None:
            from openai import AsyncOpenAI

            settings = self._settings
            self._opened = AsyncOpenAI(
                base_url=self.url,
                api_key=settings.api_key,
                max_retries=0,
                http_client=self._transported(),
            )
        return self._opened

    def _transported(self) -> Any:
        """The SDK's client over aiohttp: half the work a token of its usual transport."""
        import httpx2
        from openai import DefaultAioHttpClient

        settings = self._settings
        most = settings.chat.slots + settings.batch.slots + 8
        limits = httpx2.Limits(
            max_connections=most, max_keepalive_connections=most, keepalive_expiry=settings.keep_alive
        )
        return DefaultAioHttpClient(limits=limits, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()

    async def complete(self, body: Json, seconds: float) -> Reply:
        """A whole answer within ``seconds``. Raises ModelFailure."""
        client = self._client  # opened before time counts: the first import of the SDK takes most of a second
        late = Fault.SLOW_START if seconds >= self._settings.fair else Fault.OUT_OF_TIME
        with self._named(late), self._counted():
            async with asyncio.timeout(seconds):
                told = await self._post(client, body, seconds)
            return reply_of(told)

    async def stream(self, body: Json, limits: Limits, usage: Usage) -> AsyncGenerator[str, None]:
        """The pieces of an answer; ``usage`` is filled at its end. Raises ModelFailure; closing frees the slot."""
        body = body | {"stream": True, "stream_options": {"include_usage": True}}
        client = self._client
        wait = _Wait(limits, self._settings.fair)
        with self._counted():
            with self._named(wait.late):
                async with asyncio.timeout(wait.left()):
                    response = await self._post(client, body, None, _raw_headers())
            try:
                async with aclosing(response.http_response.aiter_bytes()) as chunks, aclosing(events(chunks)) as told:
                    while (piece := await self._next(told, usage, wait)) is not None:
                        yield piece
                        wait.begin()
                    await _drain(chunks)
            finally:
                await response.close()

    async def _post(self, client: Any, body: Json, read: float | None, headers: dict[str, str] | None = None) -> Any:
        """The JSON of the answer, or with the headers of `_raw_headers` the open response. The SDK's typed method would
        look at every field of ``body`` by the types of its messages, which costs more than all else of a request.
        """
        # In the header too, which goes before the field and stands in the logs of the proxies on the way.
        named = {"X-Request-Id": body["request_id"]} if "request_id" in body else {}
        options = {"timeout": self._timeout(read), "headers": (headers or {}) | named}
        return await client.post(_PATH, cast_to=object, body=body, options=options)

    async def _next(self, told: AsyncIterator[Json], usage: Usage, wait: _Wait) -> str | None:
        """The next text that is not empty, None at the end. Only text ends the wait: comments and thinking do not."""
        try:
            async with asyncio.timeout(wait.left()):
                async for event in told:
                    piece = _piece(event, usage)
                    if piece:
                        return piece
            return None
        except BaseException as error:
            with self._named(wait.late, begun=wait.begun):
                raise error

    async def get(self, path: str, seconds: float = 5.0) -> Any:
        """The JSON at ``path`` of the server, e.g. ``/version`` or ``/v1/models``. Raises ModelFailure."""
        root = self.url.rstrip("/").removesuffix("/v1")
        with self._named(Fault.SLOW_START):
            async with asyncio.timeout(seconds):
                return await self._client.get(root + path, cast_to=object)

    def _timeout(self, read: float | None) -> Any:
        import httpx2

        connect = self._settings.connect
        return httpx2.Timeout(connect=connect, read=read, write=connect * 2, pool=connect)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    @contextmanager
    def _named(self, when_late: Fault, *, begun: bool = False) -> Iterator[None]:
        """Whatever the SDK and its transport raise, as a ModelFailure."""
        import httpx2
        import openai

        broken = Fault.BROKEN_OFF if begun else Fault.RESET
        try:
            yield
        except ModelFailure:
            raise
        except (TimeoutError, openai.APITimeoutError, httpx2.TimeoutException) as error:
            raise _late(when_late, error, self.url) from error
        except openai.APIStatusError as error:
            raise of_status(error.status_code, error.body) from error
        except openai.APIConnectionError as error:
            is_refused = isinstance(error.__cause__, httpx2.ConnectError)
            fault = Fault.UNREACHABLE if is_refused else broken
            raise ModelFailure(fault, f"at {self.url} cannot be reached: {error.__cause__ or error}") from error
        except (httpx2.HTTPError, EOFError) as error:
            raise ModelFailure(broken, f"broke off: {error or type(error).__name__}") from error
        except (ValueError, openai.OpenAIError) as error:
            raise ModelFailure(Fault.BROKEN_OFF if begun else Fault.BROKEN, f"sent no answer: {error}") from error


def _raw_headers() -> dict[str, str]:
    from openai._constants import RAW_RESPONSE_HEADER  # what the SDK's with_streaming_response sets

    return {RAW_RESPONSE_HEADER: "stream"} | _PLAIN


_LATE = {
    Fault.SLOW_START: "did not begin in time",
    Fault.STALLED: "is silent",
    Fault.OUT_OF_TIME: "was not done when the turn's time was over",
}


def _late(when_late: Fault, error: BaseException, url: str) -> ModelFailure:
    import httpx2

    cause = error.__cause__
    if isinstance(error, httpx2.ConnectTimeout) or isinstance(cause, httpx2.ConnectTimeout):
        return ModelFailure(Fault.UNREACHABLE, f"at {url} cannot be reached: it does not answer")
    return ModelFailure(when_late, _LATE[when_late])


def reply_of(told: Any) -> Reply:
    """The answer that the JSON of a chat completion holds. Raises ModelFailure for an error inside it, ValueError for
    anything else.
    """
    if isinstance(told, dict) and told.get("error"):
        raise of_event(told)  # inside a 200, as proxies and overloaded servers send it
    try:
        choice = told["choices"][0]
        message = choice["message"]
        return Reply(
            text=_text(message.get("content")),
            finish=choice.get("finish_reason") or "",
            usage=Usage.of(told.get("usage")),
            reasoning=message.get("reasoning") or message.get("reasoning_content") or "",
            body=told,
        )
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no chat completion ({error!r})") from error


def _piece(event: Json, usage: Usage) -> str | None:
    """The text of an event, and its usage where it holds one. Raises ModelFailure for an error, ValueError for what is
    no event of a chat completion.
    """
    try:
        if "error" in event:
            raise of_event(event)
        if event.get("usage"):
            read = Usage.of(event["usage"])
            usage.prompt, usage.cached, usage.written = read.prompt, read.cached, read.written
        choices = event.get("choices")
        return _text(choices[0]["delta"].get("content")) if choices else None
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"an event is none of a chat completion ({error!r})") from error


def _text(content: Any) -> str | None:
    if content is None or isinstance(content, str):
        return content
    raise ValueError(f"the content is {type(content).__name__}, not text")


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Read what follows the last event, the end of the body: only then is the connection used again."""
    with suppress(Exception):  # the answer is whole; a connection that ends badly is only not kept
        async with asyncio.timeout(_DRAIN):
            async for _ in chunks:
                pass


class _Wait:
    """Until when a stream's next text must come, and what it is called if it does not."""

    def __init__(self, limits: Limits, fair: float):
        self._limits, self._fair = limits, fair
        self.begun = False
        self._set(limits.first)

    def _set(self, seconds: float) -> None:
        self._since = time.monotonic()
        self._until = min(self._since + seconds, self._limits.until)

    def begin(self) -> None:
        """A text has come: from now on the gap between two of them counts."""
        self.begun = True
        self._set(self._limits.between)

    def left(self) -> float:
        """Seconds left."""
        return self._until - time.monotonic()

    @property
    def late(self) -> Fault:
        """The server's fault only where it had its time; else the call's time is over."""
        usual = self._limits.between if self.begun else self._limits.first
        if self._until - self._since < min(self._fair, usual):
            return Fault.OUT_OF_TIME
        return Fault.STALLED if self.begun else Fault.SLOW_START
