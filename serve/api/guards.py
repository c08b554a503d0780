"""What stands before every route: a bound on the size of the body and on the time it takes to come."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.api.front import front_of
from serve.api.problems import ApiError

BODY_BYTES = 64 * 1024
BODY_SECONDS = 20.0


class BoundedBody:
    """Reads the body before anything parses it, and refuses one of more than ``BODY_BYTES`` or that never ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its whole body, or answer 413 or 408."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read(request)
        except TimeoutError:
            said = front_of(request).say("api_slow")
            await ApiError(408, "too_slow", said).response(request)(scope, receive, send)
            return
        except ClientDisconnect:
            return
        if body is None:
            said = front_of(request).say("api_too_large", limit=BODY_BYTES // 1024)
            headers = {"Connection": "close"}
            await ApiError(413, "too_large", said, headers=headers).response(request)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


async def _read(request: Request) -> bytes | None:
    """The whole body, or None where it is too large."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            return None
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A channel that gives the body once and then what the client really does, which is to leave."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
