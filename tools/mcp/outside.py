"""Connections to outside MCP servers. They live in a thread of their own, open at the first call and stay open.

Nothing here waits for a server when the city's programs start. A server that cannot be reached is left alone for
``REST_S`` seconds, in which its tools end at once. Servers get the arguments of a call and nothing else: requests of
theirs (to sample a model, to ask the user, to list folders) are declined by the package's client.

::

    lines = Connections()
    result = lines.call(Connection(server, folder=pack.root), "now", schema, {"city": "…"})
    lines.close()
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, TypeVar

from city.errors import BadInput
from tools.mcp.mapping import misfit
from tools.mcp.servers import Address, Command, OutsideServer, filled
from tools.seam.endings import CannotCompute

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import CallToolResult
    from mcp_types import Tool as Card

T = TypeVar("T")
CONNECT_S = 15.0
REST_S = 5.0
MOST_BYTES = 1_000_000
_PAGES = 20
_GRACE_S = 1.0
_AT_ONCE = 8


class _Open(NamedTuple):
    client: Client
    cards: Mapping[str, Card]
    stop: asyncio.Event


class Connection:
    """The connection to one server. ``folder`` is where a command runs."""

    def __init__(
        self,
        server: OutsideServer,
        *,
        folder: Path,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.server = server
        self._folder, self._environ, self._clock = folder, environ, clock
        self._keeper: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[_Open] | None = None
        self._places: asyncio.Semaphore | None = None
        self._rest_until = 0.0
        self._why = ""

    async def call(self, tool: str, pinned: Mapping[str, Any], arguments: Mapping[str, Any]) -> CallToolResult:
        """Call a tool. Raises CannotCompute where the server is down, has changed, or refuses."""
        try:
            async with asyncio.timeout(self.server.timeout_s), self._place():
                return await self._twice(tool, pinned, arguments)
        except TimeoutError as error:
            if self._ready is not None and self._ready.done():
                self._drop()  # it hangs; while it only starts, it may go on
            raise self._down(f"no answer within {self.server.timeout_s:g} s") from error

    async def cards(self) -> Mapping[str, Card]:
        """What the server offers. Raises CannotCompute where it is down."""
        return (await self._opened()).cards

    async def close(self) -> None:
        """End the connection, and the command where we started it."""
        self._drop()
        if self._keeper is not None:
            await asyncio.wait([self._keeper])

    def _place(self) -> asyncio.Semaphore:
        if self._places is None:
            self._places = asyncio.Semaphore(_AT_ONCE)
        return self._places

    async def _twice(self, tool: str, pinned: Mapping[str, Any], arguments: Mapping[str, Any]) -> CallToolResult:
        """A connection that broke since the last call is opened anew; the tools only look up, so twice does no harm."""
        was_open = self._ready is not None and self._ready.done()
        try:
            return await self._once(tool, pinned, arguments)
        except CannotCompute as error:
            if error.code != "outside_down" or not was_open:
                raise
        return await self._once(tool, pinned, arguments)

    async def _once(self, tool: str, pinned: Mapping[str, Any], arguments: Mapping[str, Any]) -> CallToolResult:
        from mcp import MCPError
        from mcp_types import CONNECTION_CLOSED

        opened = await self._opened()
        if why := _changed(opened.cards.get(tool), pinned):
            raise CannotCompute(f"{self.server.id}.{tool}: {why}", code="outside_changed", server=self.server.title)
        try:
            return await opened.client.call_tool(tool, dict(arguments))
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                self._drop()
                raise self._down("the connection was closed") from error
            raise CannotCompute(
                f"{self.server.id}.{tool}: error {error.code}", code="outside_refused", server=self.server.title
            ) from error
        except Exception as error:  # whatever a foreign server or the way to it does ends this call, and no more
            self._drop()
            raise self._down(type(error).__name__) from error

    async def _opened(self) -> _Open:
        if self._ready is None:
            if self._clock() < self._rest_until:
                raise self._down(self._why)
            loop = asyncio.get_running_loop()
            self._ready = loop.create_future()
            self._keeper = loop.create_task(self._keep(self._ready, asyncio.Event()))
        return await asyncio.shield(self._ready)

    async def _keep(self, ready: asyncio.Future[_Open], stop: asyncio.Event) -> None:
        """Hold the connection open until it is dropped. The client must be entered and left in one task."""
        try:
            async with AsyncExitStack() as stack:
                async with asyncio.timeout(CONNECT_S):
                    client = await stack.enter_async_context(self._client())
                    cards = await _cards(client)
                ready.set_result(_Open(client, cards, stop))
                await stop.wait()
        except Exception as error:  # noqa: BLE001  # whatever it is, the callers learn that the server is down
            self._why = str(error) if isinstance(error, BadInput) else f"it cannot be reached ({_name(error)})"
            if not ready.done():
                self._rest_until = self._clock() + REST_S
                ready.set_exception(self._down(self._why))
                ready.exception()  # a caller that gave up does not fetch it
        finally:
            ready.cancel()
            if self._ready is ready:
                self._ready = None

    def _drop(self) -> None:
        ready, self._ready = self._ready, None
        if ready is None:
            return
        if ready.done() and ready.exception() is None:
            ready.result().stop.set()
        elif self._keeper is not None:
            self._keeper.cancel()

    def _down(self, why: str) -> CannotCompute:
        return CannotCompute(f"{self.server.id}: {why}", code="outside_down", server=self.server.title)

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[Client]:
        from mcp import Client, StdioServerParameters, stdio_client
        from mcp.client.streamable_http import streamable_http_client

        at = self.server.transport
        async with AsyncExitStack() as stack:
            if isinstance(at, Command):
                program, *rest = at.command
                asked = StdioServerParameters(
                    command=program, args=rest, env=filled(at.env, self._environ), cwd=self._folder
                )
                transport = stdio_client(asked, errlog=stack.enter_context(_nowhere()))
            else:
                http = await stack.enter_async_context(_http(at, self._environ, self.server.timeout_s))
                transport = streamable_http_client(at.url, http_client=http, max_sse_event_size=MOST_BYTES)
            yield await stack.enter_async_context(Client(transport, cache=None))


class Connections:
    """The thread in which connections live; it begins with the first call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._known: set[Connection] = set()
        self._closed = False

    def call(
        self, to: Connection, tool: str, pinned: Mapping[str, Any], arguments: Mapping[str, Any]
    ) -> CallToolResult:
        """See ``Connection.call``; waits."""
        return self._wait(to, lambda: to.call(tool, pinned, arguments), to.server.timeout_s)

    def cards(self, of: Connection) -> Mapping[str, Card]:
        """See ``Connection.cards``; waits."""
        return self._wait(of, of.cards, CONNECT_S)

    def close(self) -> None:
        """End every connection, and let no further call in."""
        with self._lock:
            self._closed = True
            loop, thread = self._loop, self._thread
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(self._stop.set)
            thread.join(CONNECT_S)

    def _wait(self, to: Connection, ask: Callable[[], Coroutine[Any, Any, T]], seconds: float) -> T:
        future = asyncio.run_coroutine_threadsafe(ask(), self._running(to))
        try:
            return future.result(seconds + _GRACE_S)
        except (TimeoutError, CancelledError) as error:
            future.cancel()
            raise CannotCompute(f"{to.server.id}: no answer", code="outside_down", server=to.server.title) from error

    def _running(self, to: Connection) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise CannotCompute(f"{to.server.id}: closed", code="outside_down", server=to.server.title)
            self._known.add(to)
            if self._loop is None:
                begun = threading.Event()
                self._thread = threading.Thread(target=self._main, args=(begun,), name="outside", daemon=True)
                self._thread.start()
                begun.wait()
            loop: asyncio.AbstractEventLoop | None = self._loop
        if loop is None:
            raise CannotCompute("no thread for outside servers", code="outside_down", server=to.server.title)
        return loop

    def _main(self, begun: threading.Event) -> None:
        asyncio.run(self._serve(begun))

    async def _serve(self, begun: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        begun.set()
        await self._stop.wait()
        await asyncio.gather(*(connection.close() for connection in self._known))


def _changed(card: Card | None, pinned: Mapping[str, Any]) -> str:
    """Why a tool may no longer be called as the city admitted it."""
    if card is None:
        return "the server no longer offers it"
    if card.annotations is not None and card.annotations.read_only_hint is False:
        return "the server says that it does more than look up"
    return misfit(pinned, card.input_schema)


async def _cards(client: Client) -> dict[str, Card]:
    found: dict[str, Card] = {}
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await client.list_tools(cursor=cursor)
        found |= {card.name: card for card in page.tools}
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


def _name(error: BaseException) -> str:
    """The kind of an error, of the first one in a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__


@contextmanager
def _nowhere() -> Iterator[TextIO]:
    """Where a command's chatter goes."""
    with Path(os.devnull).open("w") as file:
        yield file


@asynccontextmanager
async def _http(at: Address, environ: Mapping[str, str], seconds: float) -> AsyncIterator[Any]:
    """An HTTP client whose responses are bounded; redirects to elsewhere are not followed."""
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        """Gives up where more comes than we take."""

        def __init__(self, stream: Any) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for chunk in self._stream:
                read += len(chunk)
                if read > MOST_BYTES:
                    raise httpx2.ReadError(f"more than {MOST_BYTES} bytes")
                yield chunk

        async def aclose(self) -> None:
            await self._stream.aclose()

    class Transport(httpx2.AsyncHTTPTransport):
        """Bounds every response."""

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            response = await super().handle_async_request(request)
            response.stream = Bounded(response.stream)
            return response

    timeout = httpx2.Timeout(seconds, read=max(seconds, CONNECT_S))
    headers = filled(at.headers, environ)
    async with httpx2.AsyncClient(headers=headers, timeout=timeout, transport=Transport()) as client:
        yield client
