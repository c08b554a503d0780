"""``mcp_servers/*.yaml`` of a pack: outside MCP servers, and which of their tools are let in. The rest is denied.

Example::

    id: air
    title: 省生态环境监测平台
    unit: ecology_bureau
    transport: {kind: http, url: "https://air.example.org/mcp", headers: {Authorization: "Bearer ${AIR_KEY}"}}
    timeout_s: 4
    for_citizens: true
    tools:
      now:
        title: 外部空气质量
        audience: [citizen, staff]
        tell: "{{ lines[0] }}"
        arguments: {properties: {city: {type: string, title: 城市}}, required: [city]}

What a tool takes (``arguments``) is written here, as it was when the city looked at it; a server that later asks for
something else is not called. `citydesk mcp outside` prints what a server offers, to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from city.errors import BadInput
from city.pack import PackError, Problem
from city.pack.yamlfile import read_yaml, validation_problems
from city.schema import Record
from tools.mcp.mapping import arguments_of, result_of
from tools.seam.fields import SlotKind
from tools.seam.packed import Told

FOLDER = "mcp_servers"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HERE = re.compile(r"^http://(127\.0\.0\.1|localhost|\[::1\])[:/]")


class Command(Record):
    """A server that this installation starts, speaking over standard input and output. It runs in the pack's folder."""

    kind: Literal["stdio"]
    command: tuple[str, ...] = Field(min_length=1)
    env: dict[str, str] = Field(default_factory=dict, description="${NAME} takes the value of a variable")


class Address(Record):
    """A server reached over streamable HTTP."""

    kind: Literal["http"]
    url: str
    headers: dict[str, str] = Field(default_factory=dict, description="${NAME} takes the value of a variable")

    @field_validator("url")
    @classmethod
    def _kept_secret(cls, value: str) -> str:
        if not value.startswith("https://") and not _HERE.match(value):
            raise ValueError("use https://: arguments and keys would travel unprotected")
        return value


class Admitted(Told):
    """A tool that is let in. It only looks up: leave out whatever acts."""

    title: str
    about: str = Field(default="", description="what it does, for those who choose among tools")
    arguments: dict[str, Any] = Field(default_factory=dict, description="JSON schema of what it takes")
    result: dict[str, Any] | None = Field(
        default=None, description="JSON schema of the structured content that is used, with unit and digits"
    )
    slots: dict[str, SlotKind] = Field(default_factory=dict, description="argument → how it is heard")
    cost: int = Field(default=3, ge=1, le=10)


class OutsideServer(Record):
    """One outside server."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")
    title: str
    unit: str = Field(default="", description="who answers for it")
    transport: Annotated[Command | Address, Field(discriminator="kind")]
    timeout_s: float = Field(default=5.0, gt=0, le=60)
    for_citizens: bool = Field(default=False, description="whether what it says may be shown to citizens")
    tools: dict[str, Admitted] = Field(min_length=1)

    @model_validator(mode="after")
    def _confidential(self) -> OutsideServer:
        shown = [name for name, tool in self.tools.items() if "citizen" in tool.audience]
        if shown and not self.for_citizens:
            raise ValueError(f"{shown} are for citizens, and for_citizens is false")
        return self


def read_servers(root: Path, *, rooms: Collection[str] = ()) -> list[OutsideServer]:
    """The servers of a pack. ``rooms`` are ids that tools of ours have. Raises PackError naming every problem."""
    found: dict[str, OutsideServer] = {}
    problems: list[Problem] = []
    for path in sorted(root.glob(f"{FOLDER}/*.yaml")):
        name = path.relative_to(root).as_posix()
        data, faults = read_yaml(path, root)
        problems += faults
        if faults:
            continue
        try:
            server = OutsideServer.model_validate(data or {})
        except ValidationError as error:
            problems += validation_problems(error, name)
            continue
        if server.id in found or server.id in rooms:
            remedy = "choose another id: it begins the ids of its tools"
            problems.append(Problem(file=name, where="id", message=f"{server.id!r} is taken", remedy=remedy))
        problems += _unmapped(server, name)
        found[server.id] = server
    if problems:
        raise PackError(problems)
    return list(found.values())


def filled(texts: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Texts with ``${NAME}`` replaced. Raises BadInput naming a variable that is not set, and no value."""
    named = {name for text in texts.values() for name in _VARIABLE.findall(text)}
    if lost := sorted(named - environ.keys()):
        raise BadInput(f"set {', '.join(lost)} in the environment")
    return {name: _VARIABLE.sub(lambda match: environ[match[1]], text) for name, text in texts.items()}


def _unmapped(server: OutsideServer, file: str) -> list[Problem]:
    problems = []
    for name, tool in server.tools.items():
        try:
            arguments_of("Arguments", tool.arguments, tool.slots)
            result_of("Result", tool.result)
        except BadInput as error:
            remedy = "write it in simple forms, or leave the tool out; see docs/tools.md"
            problems.append(Problem(file=file, where=f"tools.{name}", message=str(error), remedy=remedy))
    return problems
