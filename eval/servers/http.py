"""HTTP/1.1 over an asyncio protocol with as little work per chunk as there can be: a server that measures others must
not be the slow part. It reads what well-behaved clients send: a body with its length, one request at a time.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_PHRASES = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """A request: method, path without its query, headers by lower-case name, body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return json.loads(self.body or b"null")


class Connection(asyncio.Protocol):
    """A client's connection. ``handle`` is called with each request and answers by `send`, or `begin`, `chunk` and
    `end`; ``lost`` is set by who answers, and called where the client leaves before the end.
    """

    def __init__(self, handle: Callable[[Connection, Request], None], opened: set[Connection]):
        self._handle = handle
        self._opened = opened
        self._held = b""
        self._busy = False
        self._transport: asyncio.Transport
        self.lost: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember it, so that the server can break it."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # what create_server makes
        self._transport = transport
        self._opened.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who is answering."""
        self._opened.discard(self)
        lost, self.lost = self.lost, None
        if lost is not None:
            lost()

    def data_received(self, data: bytes) -> None:
        """Collect; go when a request is whole."""
        self._held += data
        self._next()

    def _next(self) -> None:
        at = self._held.find(_HEAD_END)
        if self._busy or at < 0:
            return
        first, *lines = self._held[:at].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        end = at + len(_HEAD_END) + int(headers.get("content-length", 0))
        if len(self._held) < end:
            return
        body, self._held = self._held[at + len(_HEAD_END) : end], self._held[end:]
        method, target, _ = first.split(" ", 2)
        self._busy = True
        self._handle(self, Request(method, target.partition("?")[0], headers, body))

    def send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        """A whole response."""
        self._transport.write(_head(status, kind, f"content-length: {len(body)}") + body)
        self._free()

    def begin(self, kind: str = "text/event-stream; charset=utf-8") -> None:
        """The head of a response in chunks."""
        self._transport.write(_head(200, kind, "transfer-encoding: chunked"))

    def chunk(self, data: bytes) -> None:
        """A chunk, sent at once; nothing where the client has just gone."""
        if not self._transport.is_closing():
            self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self) -> None:
        """The end of the chunks."""
        if not self._transport.is_closing():
            self._transport.write(b"0\r\n\r\n")
        self._free()

    def reset(self) -> None:
        """Break the connection so that the client sees a reset."""
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.lost = None
        self._transport.abort()

    def _free(self) -> None:
        self._busy, self.lost = False, None
        self._next()


def _head(status: int, kind: str, length: str) -> bytes:
    phrase = _PHRASES.get(status, "Error")
    return f"HTTP/1.1 {status} {phrase}\r\ncontent-type: {kind}\r\n{length}\r\n\r\n".encode("latin-1")
