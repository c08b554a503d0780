"""MCP over HTTP at ``/mcp``: streamable HTTP without sessions, behind keys. Without a file of keys there is no door.

Each request stands for itself: its key, the key's rate, the host and origin it names, then the tools of that key's
holder. A key that is taken out of the file opens nothing from the next request on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from city.errors import BadInput
from city.gazetteer import Gazetteer
from city.pack import load_pack
from serve.api.headers import SafeHeaders
from serve.api.rate import RateLimiter
from serve.api.request_ids import RequestIds
from serve.mcp_keys import Key, Keys
from serve.settings import Settings
from serve.tools import city_clock, open_toolbox, teller
from tools.seam.toolbox import Caller, Toolbox

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"
BODY_BYTES = 64 * 1024
_HOLDER = "citydesk.holder"
_HERE = ("127.0.0.1", "localhost", "[::1]")


class McpDoor:
    """The ASGI application at ``/mcp``. It answers 503 until it is opened with a toolbox."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._settings, self._keys = settings, keys
        self._limits: dict[tuple[str, int], RateLimiter] = {}
        self._manager: StreamableHTTPSessionManager | None = None
        self._now: Callable[[], datetime] = datetime.now

    @classmethod
    def of(cls, settings: Settings) -> McpDoor | None:
        """The door, where the settings name a file of keys. Raises BadInput where that file is faulty."""
        return cls(settings, Keys.open(Path(settings.mcp_keys))) if settings.mcp_keys else None

    @property
    def route(self) -> Route:
        """Its place in an application."""
        return Route(PATH, self)

    @asynccontextmanager
    async def open(self, box: Toolbox) -> AsyncIterator[None]:
        """Serve the tools of ``box`` until the end of the block."""
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        from mcp.server.transport_security import TransportSecuritySettings

        from tools.mcp.serving import server_of

        self._now = city_clock(box.pack)
        server = server_of(box, _caller, now=self._now, tell=teller(box.pack))
        hosts = [*_HERE, *(name.strip() for name in self._settings.mcp_hosts.split(",") if name.strip())]
        rules = TransportSecuritySettings(
            enable_dns_rebinding_protection=True,
            allowed_hosts=[form for host in hosts for form in (host, f"{host}:*")],
            allowed_origins=[form for host in hosts for form in _origins(host)],
        )
        self._manager = StreamableHTTPSessionManager(
            server, stateless=True, security_settings=rules, max_request_body_size=BODY_BYTES
        )
        async with self._manager.run():
            yield
        self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the holder of a key through, or say why not."""
        request = Request(scope)
        refused = self._refusal(request)
        if refused is not None:
            await refused(scope, receive, send)
        elif self._manager is not None:
            await self._manager.handle_request(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        if self._manager is None:
            return _said(503, "not_open", "MCP is not open yet")
        kind, _, presented = request.headers.get("authorization", "").partition(" ")
        today = self._now().date()
        holder = self._keys.holder(presented.strip(), today) if kind.lower() == "bearer" else None
        if holder is None:
            challenge = {"WWW-Authenticate": 'Bearer realm="citydesk"'}
            return _said(401, "no_key", "send a key that is in force: Authorization: Bearer …", challenge)
        if request.method != "POST":
            # Without sessions there is nothing to listen to or to end.
            return _said(405, "wrong_method", "send POST", {"Allow": "POST"})
        if wait := self._limit(holder).wait_for(holder.name):
            return _said(429, "too_many", f"wait {wait} seconds", {"Retry-After": str(wait)})
        request.scope[_HOLDER] = holder
        return None

    def _limit(self, holder: Key) -> RateLimiter:
        return self._limits.setdefault((holder.name, holder.per_minute), RateLimiter(holder.per_minute))


def create_mcp_app(settings: Settings) -> Starlette:
    """An application with this door alone, over the city's tools: no chat, no desk. Raises BadInput without keys."""
    door = McpDoor.of(settings)
    if door is None:
        raise BadInput("CITYDESK_MCP_KEYS is not set: name a file of keys (`citydesk mcp key` makes an entry).")
    pack = load_pack(settings.city)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        box = open_toolbox(settings, pack, Gazetteer.of(pack))
        try:
            async with door.open(box):
                yield
        finally:
            box.close()

    return Starlette(
        routes=[door.route], middleware=[Middleware(RequestIds), Middleware(SafeHeaders)], lifespan=lifespan
    )


def _caller(context: Any) -> Caller:  # ServerRequestContext of the package
    holder: Key = context.request.scope[_HOLDER]
    return holder.caller


def _origins(host: str) -> tuple[str, ...]:
    return tuple(f"{scheme}://{host}{port}" for scheme in ("http", "https") for port in ("", ":*"))


def _said(status: int, error: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": error, "message": message}, status, headers)
