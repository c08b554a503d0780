"""Every request has an id: the caller's ``X-Request-Id`` where it has the form of one, else a new one."""

from __future__ import annotations

import logging
import re
import secrets
import time
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from city.tracking import track

log = logging.getLogger("citydesk.serve")
HEADER = b"x-request-id"
FORM = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_.-]{7,63}")
"""8 to 64 letters, digits and marks that break no line of a log; anything else is not taken over."""
_LONGEST_PATH = 200


class RequestIds:
    """Gives each request its id, which is on the response, in every line of the log and in what the model is asked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = id_of(scope)
        # Never reset: the handler of a crash runs after this and its line needs the id; the next request sets its own.
        track(name.decode())
        begun = time.monotonic()

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (HEADER, name)]
                path = quote(scope["path"])[:_LONGEST_PATH]
                log.info("%s %s: %d after %.2f s", scope["method"], path, message["status"], time.monotonic() - begun)
            await send(message)

        await self._app(scope, receive, send_named)


def id_of(scope: Scope) -> bytes:
    """The one id that the caller gave in the right form, else a new one."""
    given = [value for name, value in scope["headers"] if name.lower() == HEADER]
    return given[0] if len(given) == 1 and FORM.fullmatch(given[0]) else secrets.token_hex(12).encode()
