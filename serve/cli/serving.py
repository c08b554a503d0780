"""``citydesk serve`` and ``citydesk demo``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from serve.cli.common import CityOption, HomeOption, settings_for


def serve(
    city: CityOption = None,
    home: HomeOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on (default from CITYDESK_HOST).")] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port (default from CITYDESK_PORT).")] = 0,
) -> None:
    """Serve the chat page and the API."""
    from serve.running import run_server

    settings = settings_for(city, home, host, port)
    run_server(settings, settings.host, settings.port)


def demo(
    once: Annotated[bool, typer.Option(help="Stop after the questions.")] = False,
    city: CityOption = None,
    home: HomeOption = None,
) -> None:
    """Build the example city's knowledge, answer its scripted questions, then serve the chat page."""
    from serve.demo import run_demo
    from serve.running import run_server

    settings = settings_for(city, home)
    asyncio.run(run_demo(settings))
    if not once:
        run_server(settings, settings.host, settings.port)
