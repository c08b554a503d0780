"""``citydesk vllm``: the line that serves the pack's models on a given card, and what deploys it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from serve.cli.common import CityOption, JsonOption, echo_json, settings_for

if TYPE_CHECKING:
    from city.models import ModelChoice
    from serve.launch.servers import Server

RoleName = Literal["chat", "batch", "embed", "rerank"]


def vllm(
    profile: Annotated[str, typer.Argument(help="Hardware; without one, those there are.")] = "",
    role: Annotated[RoleName | None, typer.Option(help="Only the servers of this role.")] = None,
    gpus: Annotated[str, typer.Option(help="Cards of the one server, e.g. 3 or 0,1 (CUDA_VISIBLE_DEVICES).")] = "",
    nodes: Annotated[int, typer.Option(min=0, max=64, help="Profile nodes: how many machines (default 2).")] = 0,
    node_rank: Annotated[int, typer.Option(min=-1, help="Profile nodes: which machine this is, from 0.")] = -1,
    master: Annotated[str, typer.Option(help="Profile nodes: address of the first machine.")] = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the one server (default by role).")] = 0,
    execute: Annotated[bool, typer.Option("--exec", help="Become that server instead of printing its line.")] = False,
    helm: Annotated[bool, typer.Option("--helm", help="Print values for the Helm chart.")] = False,
    compose: Annotated[bool, typer.Option("--compose", help="Print services for deploy/compose.yaml.")] = False,
    nginx: Annotated[bool, typer.Option("--nginx", help="Print the pools behind the proxy.")] = False,
    as_json: JsonOption = False,
    city: CityOption = None,
) -> None:
    """Print (or with --exec run) the `vllm serve` lines that serve the pack's models on this hardware."""
    import os

    from city.errors import BadInput
    from serve.launch.running import become

    asked = {"exec": execute, "helm": helm, "compose": compose, "nginx": nginx, "json": as_json}
    form, *more = [name for name, chosen in asked.items() if chosen] or ["shell"]
    if more:
        raise BadInput(f"--{form} and --{more[0]}: choose one.")
    models = _models(city)
    if not profile:
        _list(models, as_json)
        return
    if form in {"helm", "compose"}:
        host = "0.0.0.0"  # noqa: S104  # a container's own address, behind the rules of its network
    if form in {"helm", "compose", "nginx"} and (role or gpus or port):
        raise BadInput(f"--{form} prints the whole profile: leave out --role, --gpus and --port.")
    servers = _servers(models, profile, role, gpus, (nodes, node_rank, master), host, port)
    if execute:
        become(servers, os.environ)
    _print(servers, models, form)


def _models(city: CityOption) -> ModelChoice:
    from city.errors import NotFound
    from city.models import FILE, ModelChoice

    root = settings_for(city).city
    models = ModelChoice.load(root)
    if models is None:
        raise NotFound(f"The pack {root} names no models: add {FILE}; see docs/serving.md.")
    return models


def _servers(
    models: ModelChoice, name: str, role: str | None, gpus: str, span: tuple[int, int, str], host: str, port: int
) -> tuple[Server, ...]:
    from city.errors import NotFound
    from city.models import ProfileName
    from serve.launch.profiles import Role
    from serve.launch.rules import sound
    from serve.launch.servers import Wishes, servers_of

    if name not in set(ProfileName):
        raise NotFound(f"No profile {name!r}; there are {', '.join(ProfileName)}.")
    profile = ProfileName(name)
    sound(models, profile)
    nodes, rank, master = span
    wishes = Wishes(
        role=Role(role) if role else None,
        cards=_cards(gpus),
        nodes=nodes,
        rank=rank if rank >= 0 else None,
        master=master,
        host=host,
        port=port,
    )
    return servers_of(models, profile, wishes)


def _cards(text: str) -> tuple[int, ...]:
    from city.errors import BadInput

    numbers = [part.strip() for part in text.split(",")] if text else []
    if not all(number.isdecimal() for number in numbers) or len(set(numbers)) < len(numbers):
        raise BadInput(f"--gpus {text!r}: write the cards' numbers, each once, e.g. 3 or 0,1.")
    return tuple(map(int, numbers))


def _print(servers: tuple[Server, ...], models: ModelChoice, form: str) -> None:
    from serve.launch import deploying, shell
    from serve.launch.profiles import PROFILES
    from serve.launch.servers import served_names

    if form == "json":
        echo_json([shell.as_json(server) for server in servers])
        return
    names = served_names(models)
    texts = {
        "helm": lambda: deploying.helm_values(servers, names),
        "compose": lambda: deploying.compose_file(servers, names),
        "nginx": lambda: deploying.nginx_pools(servers),
        "shell": lambda: shell.script(servers),
    }
    typer.echo(texts[form](), nl=False)
    if form == "shell" and (note := PROFILES[servers[0].profile].note):
        typer.echo(note, err=True)


def _list(models: ModelChoice, as_json: bool) -> None:
    from serve.launch.profiles import PROFILES

    rows = [
        {"profile": name.value, "hardware": profile.title, "model": models.chat_for(name).model}
        for name, profile in PROFILES.items()
    ]
    if as_json:
        echo_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['profile']:<9} {row['hardware']:<62} {row['model']}")
