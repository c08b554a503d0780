"""What is wrong with a pack's ``tools/*.yaml`` and rights, held against the tools that there are."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from city.pack import Problem
from city.pack.yamlfile import read_yaml
from tools.seam.fields import heard
from tools.seam.packed import Told, read_told
from tools.seam.rights import FILE as RIGHTS
from tools.seam.rights import read_rights
from tools.seam.tool import AnyTool

TemplateFaults = Callable[[str, type[BaseModel]], list[str]]
_FLAG = ("true", "false")
_ALWAYS = "city.read"


def check_told(root: Path, tools: Mapping[str, AnyTool], faults: TemplateFaults) -> Iterator[Problem]:
    """Every problem of what the pack says of tools. ``faults``: what a template asks for that a result lacks.

    Raises PackError with what keeps the files from being read.
    """
    files = _files(root)
    for id, told in read_told(root).items():
        tool = tools.get(id)
        if tool is None:
            remedy = f"{_near(id, tools)}, or take it out"
            yield Problem(file=files[id], where=id, message="there is no tool of this id", remedy=remedy)
            continue
        for where, message, remedy in _of_tool(tool, told, faults):
            yield Problem(file=files[id], where=f"{id}.{where}", message=message, remedy=remedy)


def _files(root: Path) -> dict[str, str]:
    """Which file names a tool."""
    found: dict[str, str] = {}
    for path in sorted(root.glob("tools/*.yaml")):
        data, _ = read_yaml(path, root)
        found |= {str(id): path.relative_to(root).as_posix() for id in data or {}}
    return found


def _near(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1, 0.5)
    return f"write {near[0]!r}" if near else f"write one of {', '.join(sorted(known)[:12])}"


Told3 = tuple[str, str, str]
"""Place, message, remedy."""


def _of_tool(tool: AnyTool, told: Told, faults: TemplateFaults) -> Iterator[Told3]:
    for audience in told.audience:
        if audience not in tool.audience:
            allowed = " or ".join(sorted(tool.audience))
            yield "audience", f"the tool is not made for {audience}", f"write {allowed}"
        elif audience == "citizen" and tool.effect != "read":
            yield "audience", f"a tool that may {tool.effect} is not for citizens", "write staff"
    for fault in faults(told.tell, tool.result):
        yield "tell", fault, f"the result has {', '.join(tool.result.model_fields)}"
    yield from _table(tool, told)
    yield from _ask(tool, told)
    yield from _words(tool, told)
    if len(set(told.examples)) < len(told.examples):
        twice = next(one for at, one in enumerate(told.examples) if one in told.examples[:at])
        yield "examples", f"{twice!r} stands twice", "keep one of them"


def _table(tool: AnyTool, told: Told) -> Iterator[Told3]:
    if told.table is None:
        return
    info = tool.result.model_fields.get(told.table.rows)
    row = _row(info.annotation) if info else None
    if row is None:
        lists = [name for name, one in tool.result.model_fields.items() if _row(one.annotation)]
        yield "table.rows", f"{told.table.rows!r} is no list of records in the result", _near(told.table.rows, lists)
        return
    for name in told.table.columns:
        if name not in row.model_fields:
            yield "table.columns", f"the rows have no {name!r}", _near(name, row.model_fields)


def _row(kind: Any) -> type[BaseModel] | None:
    """The record that a list field holds, however it is wrapped."""
    for one in get_args(kind):
        if isinstance(one, type) and issubclass(one, BaseModel) and get_origin(kind) in (list, tuple):
            return one
        if found := _row(one):
            return found
    return None


def _ask(tool: AnyTool, told: Told) -> Iterator[Told3]:
    arguments = tool.arguments.model_fields
    for name in told.ask:
        if name not in arguments:
            yield f"ask.{name}", f"the tool takes no {name!r}", _near(name, arguments)
    for name, info in arguments.items():
        slot = heard(info)
        if slot.required and slot.kind not in ("none", "text") and name not in told.ask:
            yield f"ask.{name}", f"{slot.title or name} has to be asked for, and there is no question", "write one"


def _words(tool: AnyTool, told: Told) -> Iterator[Told3]:
    arguments = tool.arguments.model_fields
    for name, words in told.words.items():
        if name not in arguments:
            yield f"words.{name}", f"the tool takes no {name!r}", _near(name, arguments)
            continue
        slot = heard(arguments[name])
        if slot.kind not in ("choice", "flag"):
            yield f"words.{name}", f"words are for a choice or a flag, and this is {slot.kind}", "take them out"
            continue
        known = _values(arguments[name].annotation, slot.kind)
        for value in words:
            if value not in known:
                yield f"words.{name}.{value}", f"{name} has no value {value!r}", _near(value, known)
        yield from _ambiguous(name, words)
    for name, info in arguments.items():
        slot = heard(info)
        if slot.kind in ("choice", "flag"):
            for value in _lacking(
                _values(info.annotation, slot.kind), slot.kind, info.default, told.words.get(name, {})
            ):
                message = f"no words mean {value!r}, so nobody can say it"
                yield f"words.{name}.{value}", message, "write how people say it"


def _ambiguous(name: str, words: Mapping[str, Collection[str]]) -> Iterator[Told3]:
    seen: dict[str, str] = {}
    for value, forms in words.items():
        for form in forms:
            if seen.setdefault(form, value) != value:
                message = f"{form!r} means {seen[form]!r} too"
                yield f"words.{name}.{value}", message, "keep it where it is meant"


def _lacking(
    values: Collection[str], kind: str, default: object, words: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """Values that need words and have none: every one but the default; of a flag, what is not the default."""
    usual = str(default.value if isinstance(default, Enum) else default)
    usual = usual.lower() if kind == "flag" else usual
    for value in values:
        if value != usual and not words.get(value) and not (kind == "flag" and usual not in _FLAG and value == "false"):
            yield value


def _values(kind: Any, sort: str) -> tuple[str, ...]:
    """What a choice may be."""
    if sort == "flag":
        return _FLAG
    if get_origin(kind) is Literal:
        return tuple(str(value) for value in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(one.value) for one in kind)
    if get_origin(kind) in (Union, UnionType, list, tuple):
        return tuple(value for one in get_args(kind) if one is not type(None) for value in _values(one, sort))
    return ()


def check_rights(
    root: Path, tools: Mapping[str, AnyTool], told: Mapping[str, Told], posts: Collection[str]
) -> Iterator[Problem]:
    """Rights that no tool asks for, and posts that nobody is signed in as. A room without any tool is not judged."""
    asked = {_ALWAYS, *(one.permission for one in tools.values()), *(one.permission for one in told.values())} - {""}
    rooms = {tool.room for tool in tools.values()}
    rooms_alike = rooms | _parts(asked)
    for post, rights in read_rights(root).posts.items():
        if post not in posts:
            yield Problem(file=RIGHTS, where=f"posts.{post}", message="is no post", remedy=_near(post, posts))
        for right in sorted(rights - asked):
            room = right.partition(".")[0]
            if room in rooms_alike or difflib.get_close_matches(room, rooms_alike, 1, 0.75):
                message, remedy = f"no tool asks for the right {right!r}", _near(right, asked)
                yield Problem(file=RIGHTS, where=f"posts.{post}", message=message, remedy=remedy)


def _parts(rights: Collection[str]) -> set[str]:
    return {right.partition(".")[0] for right in rights}
