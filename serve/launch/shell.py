"""Servers as lines for a shell: what each group of options is for, the environment, then the command."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

from serve.launch.profiles import PROFILES
from serve.launch.servers import KEY, Server

COLUMNS = 110
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def script(servers: Iterable[Server]) -> str:
    """All commands, each in a block of its own."""
    return "\n\n".join(_block(server) for server in servers) + "\n"


def _block(server: Server) -> str:
    lines = [f"# {_title(server)}", *(f"#   {group.value}" for group in server.options)]
    if server.host not in LOOPBACK:
        lines.append("# Other machines can reach this address: only the proxy with its list of routes may.")
    lines.append(f': "${{{KEY}:?put the key into the environment, never on the line}}"')
    command = [f"{name}={shlex.quote(value)}" for name, value in server.environment.items()]
    command.append(f"vllm serve {shlex.quote(server.model)}")
    for options in server.options.values():
        command += _wrapped(map(shlex.join, options))
    return "\n".join([*lines, " \\\n".join(command)])


def _wrapped(options: Iterable[str]) -> list[str]:
    """The options in lines of a readable length; one option never breaks."""
    lines: list[str] = []
    for option in options:
        if lines and len(lines[-1]) + len(option) < COLUMNS:
            lines[-1] += " " + option
        else:
            lines.append("  " + option)
    return lines


def _title(server: Server) -> str:
    title = f"{server.name}: {PROFILES[server.profile].title}, {server.role} on port {server.port}"
    return f"{title}, machine {server.rank}" if server.rank else title


def as_json(server: Server) -> dict[str, Any]:
    """One server for programs. ``secrets`` are variables that must be set and are not told here."""
    return {
        "name": server.name,
        "profile": server.profile.value,
        "role": server.role.value,
        "host": server.host,
        "port": server.port,
        "node_rank": server.rank,
        "gpus": list(server.cards),
        "gpu_count": server.card_count,
        "shares_gpu": server.shares,
        "environment": server.environment,
        "secrets": [KEY],
        "argv": server.argv,
    }
