"""Run the HTTP server until it is told to stop."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from city.errors import BadInput
from serve.logs import log_config
from serve.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def run_server(settings: Settings, host: str, port: int) -> None:
    """Serve everything on ``host:port``. Raises BadInput where the port is taken."""
    from serve.app import create_app

    run_app(create_app(settings), host, port, log_level=settings.log_level)


def run_app(app: ASGIApp, host: str, port: int, path: str = "/", *, log_level: str = "warning") -> None:
    """Serve an application on ``host:port`` and log from ``log_level`` on. Raises BadInput where the port is taken."""
    import uvicorn

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInput(f"Cannot listen on {host}:{port} ({error.strerror}): choose another with --port.") from error
    print(f"CityDesk: http://{host}:{port}{path}  (Ctrl+C stops)", flush=True)  # tells where to look
    uvicorn.run(app, host=host, port=port, log_config=log_config(log_level), log_level="warning", server_header=False)
