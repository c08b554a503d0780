"""Become the server: this process is replaced, so that signals reach vLLM itself and its drain works."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from typing import NoReturn

from city.errors import BadInput, NotFound, Refused
from serve.launch.servers import KEY, Server


def become(servers: Sequence[Server], environ: Mapping[str, str]) -> NoReturn:
    """Replace this process by the one server.

    Raises BadInput for several, Refused without the key, NotFound where ``vllm`` is not installed.
    """
    if len(servers) != 1:
        raise BadInput(
            f"--exec starts one server and these are {len(servers)}: choose one by --role, with --gpus for its card "
            "and --port, or by --node-rank."
        )
    (server,) = servers
    if not environ.get(KEY):
        raise Refused(f"{KEY} is not set: put a key into the environment; without one anybody may ask the model.")
    program = shutil.which("vllm", path=environ.get("PATH"))
    if program is None:
        raise NotFound("There is no vllm here: pip install 'citydesk[vllm]' on the machine with the card (Linux).")
    os.execve(program, server.argv, {**environ, **server.environment})  # noqa: S606  # no shell is wanted
