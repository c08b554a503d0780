"""``citydesk mcp``: the doors between the city's tools and programs elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from serve.cli.common import CityOption, HomeOption, echo_json, settings_for
from serve.cli.tool_common import PostOption, caller_of, opened, rights_of

app = typer.Typer(help="MCP: serve the city's tools to programs elsewhere, make their keys, look at outside servers.")


@app.command()
def serve(
    http: Annotated[bool, typer.Option("--http", help="Over HTTP, for holders of keys (CITYDESK_MCP_KEYS).")] = False,
    post: PostOption = "",
    city: CityOption = None,
    home: HomeOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on (default from CITYDESK_HOST).")] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port (default from CITYDESK_PORT).")] = 0,
) -> None:
    """Serve the city's tools over MCP: on standard input and output to the program that starts this command, or with
    --http at /mcp. The whole server (`citydesk serve`) has that address too.
    """
    from city.errors import BadInput

    if not http:
        if host or port:
            raise BadInput("--host and --port go with --http.")
        _over_stdio(city, home, post)
        return
    if post:
        raise BadInput("--post: over HTTP each key says who calls; see `citydesk mcp key`.")
    from serve.mcp import create_mcp_app
    from serve.running import run_app

    settings = settings_for(city, home, host, port)
    run_app(create_mcp_app(settings), settings.host, settings.port, "/mcp", log_level=settings.log_level)


@app.command()
def key(
    name: Annotated[str, typer.Option(help="Who will hold it, as the record of calls shows it.")],
    post: PostOption = "",
    permission: Annotated[
        list[str] | None, typer.Option("--permission", help="A right of staff beside those of the post; repeatable.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3_650, help="How many days it opens.")] = 365,
    city: CityOption = None,
) -> None:
    """Make a key for MCP over HTTP: the key on standard error, for its holder alone; its entry on standard output, for
    the file that CITYDESK_MCP_KEYS names. Without a post or permission it opens what citizens may use.
    """
    from datetime import date, timedelta

    import yaml

    from city.pack import load_pack
    from serve.mcp_keys import new_key

    rights = {"city.read", *(permission or ())}
    if post:
        rights |= rights_of(load_pack(settings_for(city).city), post)
    made, digest = new_key()
    entry = {
        "name": name,
        "sha256": digest,
        "audience": "staff" if post or permission else "citizen",
        "permissions": sorted(rights),
        "expires": date.today() + timedelta(days=days),
    }
    typer.echo(f"Key for {name}, shown this once: {made}", err=True)
    typer.echo(yaml.safe_dump([entry], allow_unicode=True, sort_keys=False), nl=False)


@app.command()
def outside(
    server: Annotated[str, typer.Argument(metavar="ID", help="Id of a file in the pack's mcp_servers folder.")],
    city: CityOption = None,
    home: HomeOption = None,
) -> None:
    """Ask an outside MCP server what it offers, and which of its tools the pack lets in (JSON). Contacts the server."""
    import os

    from city.errors import NotFound
    from city.pack import load_pack
    from serve.tools import outside_servers
    from tools.mcp.outside import Connection, Connections

    settings = settings_for(city, home)
    pack = load_pack(settings.city)
    known = {one.id: one for one in outside_servers(settings, pack)}
    if server not in known:
        let_in = f"CITYDESK_OUTSIDE is {settings.outside!r}"
        raise NotFound(f"No outside server {server!r} is let in; the pack has {sorted(known)}, {let_in}.")
    lines = Connections()
    try:
        cards = lines.cards(Connection(known[server], folder=pack.root, environ=os.environ))
    finally:
        lines.close()
    echo_json(
        [
            {
                "name": name,
                "let_in": name in known[server].tools,
                "title": card.title or "",
                "description": card.description or "",
                "arguments": card.input_schema,
                "result": card.output_schema,
            }
            for name, card in sorted(cards.items())
        ]
    )


def _over_stdio(city: CityOption, home: HomeOption, post: str) -> None:
    import anyio

    from serve.tools import city_clock, teller
    from tools.mcp.serving import serve_stdio, server_of

    _, box = opened(city, home)
    try:
        caller = caller_of(box.pack, post, "mcp")
        server = server_of(box, lambda context: caller, now=city_clock(box.pack), tell=teller(box.pack))
        anyio.run(serve_stdio, server)
    finally:
        box.close()
