"""One tool from near: what it takes, what it brings in which units, which feeds it reads and how those stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, get_args

import typer

from serve.cli.tool_common import circle_of, posts_of, rights_needed

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from tools.feeds.state import FeedState
    from tools.seam.tool import AnyTool
    from tools.seam.toolbox import Offered, Toolbox

_DEEPEST = 5
_BOUNDS = {"minimum": "at least", "maximum": "at most", "minLength": "characters from", "maxLength": "to"}


def summary(offered: Offered) -> dict[str, Any]:
    """What there is to know of a tool at a glance."""
    tool = offered.tool
    return {
        "id": tool.id,
        "title": tool.title,
        "description": tool.description,
        "audience": circle_of(offered),
        "permissions": rights_needed(offered),
        "effect": tool.effect,
        "timeout_s": tool.timeout_s,
        "cost": tool.cost,
        "outside": tool.outside.title if tool.outside else "",
    }


def page(box: Toolbox, offered: Offered, states: Sequence[FeedState]) -> dict[str, Any]:
    """Everything about a tool, for programs."""
    from tools.mcp.cards import card

    listed = card(offered)
    return summary(offered) | {
        "posts": posts_of(box, offered),
        "arguments": arguments_of(offered),
        "result": results_of(offered.tool),
        "feeds": [one.model_dump(mode="json") for one in states],
        "endings": dict(offered.told.endings),
        "input_schema": listed.input_schema,
        "output_schema": listed.output_schema,
    }


def print_page(box: Toolbox, offered: Offered, states: Sequence[FeedState]) -> None:
    """The same for a reader."""
    tool = offered.tool
    typer.echo(f"{tool.id}  {tool.title}\n{tool.description}\n")
    posts = f"; posts {', '.join(posts_of(box, offered)) or 'none'}" if "staff" in circle_of(offered) else ""
    typer.echo(f"for {', '.join(circle_of(offered))}; rights {', '.join(rights_needed(offered)) or 'none'}{posts}")
    typer.echo(f"{tool.effect}; at most {tool.timeout_s:g} s; cost {tool.cost}")
    if tool.outside:
        typer.echo(f"run outside by {tool.outside.title}")
    typer.echo("\ntakes")
    for one in arguments_of(offered):
        need = "needed" if one["required"] else f"default {one['default']}"
        kind = f"{one['kind']}{' of ' + one['of'] if one['of'] else ''}"
        typer.echo(f"  {one['name']:<18} {kind:<26} {need:<16} {one['title']} {one['unit']} {one['bounds']}".rstrip())
        for value, words in one["choices"].items():
            typer.echo(f"    {value:<16} {'、'.join(words)}".rstrip())
    typer.echo("\nbrings")
    for field in results_of(tool):
        typer.echo(f"  {field['name']:<30} {field['title']} {field['unit']}".rstrip())
    _print_feeds(states)
    if offered.told.endings:
        typer.echo("\nendings with words of their own")
        for code, sentence in sorted(offered.told.endings.items()):
            typer.echo(f"  {code:<18} {sentence}")


def arguments_of(offered: Offered) -> list[dict[str, Any]]:
    """Each argument: how it is heard, its default, bounds and choices with the words that mean them."""
    from tools.seam.fields import heard

    tool = offered.tool
    properties = tool.arguments.model_json_schema().get("properties", {})
    made = []
    for name, info in tool.arguments.model_fields.items():
        schema = properties.get(info.alias or name, {})
        words = offered.told.words.get(name, {})
        choices = {str(value): list(words.get(str(value), ())) for value in _values(schema)}
        given = {"name": info.alias or name, **heard(info)._asdict(), "default": schema.get("default")}
        made.append(given | {"bounds": _bounds(schema), "choices": choices or {k: list(v) for k, v in words.items()}})
    return made


def results_of(tool: AnyTool) -> list[dict[str, Any]]:
    """Each field of the result with its path, e.g. ``lots[].free``, its title, unit and the decimals shown."""
    from tools.seam.fields import shown

    return [{"name": path, **shown(info)._asdict()} for path, info in _walk(tool.result, "", _DEEPEST)]


def _walk(model: type[BaseModel], before: str, deep: int) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in model.model_fields.items():
        inner, many = _inner(info.annotation)
        path = f"{before}{name}{'[]' if many else ''}"
        yield path, info
        if inner is not None and deep:
            yield from _walk(inner, f"{path}.", deep - 1)


def _inner(hint: Any) -> tuple[type[BaseModel] | None, bool]:  # a type hint may be anything
    """The record within a hint, and whether it is a list."""
    from pydantic import BaseModel

    if isinstance(hint, type) and issubclass(hint, BaseModel) and not get_args(hint):
        return hint, False
    many = getattr(hint, "__origin__", None) in (list, tuple)
    for part in get_args(hint):
        inner, inside = _inner(part)
        if inner is not None:
            return inner, many or inside
    return None, many


def _values(schema: dict[str, Any]) -> list[Any]:
    """The values of a choice, also of one that may be left out."""
    ways = [schema, *schema.get("anyOf", ())]
    return next((list(way["enum"]) for way in ways if "enum" in way), [])


def _bounds(schema: dict[str, Any]) -> str:
    ways = [schema, *schema.get("anyOf", ())]
    return ", ".join(f"{told} {way[key]:g}" for way in ways for key, told in _BOUNDS.items() if key in way)


def _print_feeds(states: Sequence[FeedState]) -> None:
    if states:
        typer.echo("\nreads")
    for one in states:
        name = f"{one.name} ({one.unit})" if one.feed else one.title
        at = f" {one.newest:%Y-%m-%d %H:%M}" if one.newest else ""
        limit = f", fresh for {one.limit}" if one.limit else ""
        typer.echo(f"  {one.dataset:<22} {one.standing:<9}{name}{at}{limit} {one.reason}".rstrip())
