"""What stands before every route: a bound on the body, and headers that keep the page to itself."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.api.front import front_of
from serve.api.problems import ApiError

BODY_BYTES = 64 * 1024
BODY_SECONDS = 20.0

# The page needs nothing but this server: no inline script or style, no frame, no form or link base elsewhere.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class SafeHeaders:
    """Adds the security headers to every response; what the API says is never kept by a cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        keep = b"no-cache" if scope["path"].startswith("/static/") else b"no-store"

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [pair for pair in message.get("headers", []) if pair[0].lower() != b"cache-control"]
                message["headers"] = [*headers, *_HEADERS, (b"cache-control", keep)]
            await send(message)

        await self._app(scope, receive, send_safely)


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
