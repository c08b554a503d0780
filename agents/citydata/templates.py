"""A template held against its tool's result before anything is told: every field it names, however deep, is one."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from jinja2 import TemplateSyntaxError, nodes
from pydantic import BaseModel

from agents.citydata.telling import environment

_Scope = dict[str, Any]
"""Name → the type of its value; None where it is not known."""
_LISTS = (list, tuple, set, frozenset)


def template_faults(template: str, result: type[BaseModel]) -> list[str]:
    """What the template asks for that the result does not have, or why it cannot be read at all; in order, once each.

    >>> from tools.seam.fields import Found
    >>> class Lots(Found):
    ...     count: int
    >>> template_faults("有{{ count }}个，{{ coutn }}个", Lots)
    ["line 1: nothing is named 'coutn'; write 'count'"]
    """
    try:
        parsed = environment().parse(template)
    except TemplateSyntaxError as error:
        return [f"line {error.lineno}: {error.message}"]
    known = environment().filters
    unknown = [one for one in parsed.find_all(nodes.Filter) if one.name not in known]
    faults = [f"line {one.lineno}: there is no filter {one.name!r}" for one in unknown]
    scope: _Scope = {name: info.annotation for name, info in result.model_fields.items()}
    scope |= dict.fromkeys(environment().globals)
    return list(dict.fromkeys([*faults, *_walk(parsed, scope)]))


def _walk(node: nodes.Node, scope: _Scope) -> Iterator[str]:
    """Faults of a node and what is in it. ``scope`` learns what the template sets."""
    if isinstance(node, nodes.For):
        yield from _walk(node.iter, scope)
        inner = scope | _bound(node.target, _item(_type(node.iter, scope))) | {"loop": None}
        for part in (*node.body, *node.else_, *([node.test] if node.test else [])):
            yield from _walk(part, inner)
        return
    if isinstance(node, nodes.Macro):
        scope[node.name] = None
        inner = scope | {argument.name: None for argument in node.args}
        for part in (*node.defaults, *node.body):
            yield from _walk(part, inner)
        return
    if isinstance(node, nodes.Assign):
        yield from _walk(node.node, scope)
        scope.update(_bound(node.target, _type(node.node, scope)))
        return
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in scope:
        yield f"line {node.lineno}: nothing is named {node.name!r}{_near(node.name, scope)}"
    if isinstance(node, nodes.Getattr) and (wrong := _lacking(node, scope)):
        yield wrong
    for child in node.iter_child_nodes():
        yield from _walk(child, scope)


def _lacking(node: nodes.Getattr, scope: _Scope) -> str:
    kind = _type(node.node, scope)
    if kind is None:
        return ""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = kind.model_fields
        return "" if node.attr in fields else f"line {node.lineno}: no field {node.attr!r}{_near(node.attr, fields)}"
    shown = "a list" if get_origin(kind) in _LISTS else f"no record but {getattr(kind, '__name__', kind)}"
    return f"line {node.lineno}: {node.attr!r} is asked of what is {shown}"


def _near(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"; write {near[0]!r}" if near else ""


def _bound(target: nodes.Node, kind: Any) -> _Scope:
    """What a loop or a `set` names."""
    if isinstance(target, nodes.Name):
        return {target.name: kind}
    return {one.name: None for one in target.find_all(nodes.Name)}


def _type(node: nodes.Node, scope: _Scope) -> Any:
    """The type of an expression; None where it cannot be told."""
    if isinstance(node, nodes.Name):
        return _plain(scope.get(node.name))
    if isinstance(node, nodes.Getattr):
        kind = _type(node.node, scope)
        info = kind.model_fields.get(node.attr) if isinstance(kind, type) and issubclass(kind, BaseModel) else None
        return _plain(info.annotation) if info else None
    if isinstance(node, nodes.Getitem):
        kind = _type(node.node, scope)
        return kind if isinstance(node.arg, nodes.Slice) else _item(kind)
    return None


def _plain(kind: Any) -> Any:
    """Without ``None`` and annotations; None where several types are left."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        kinds = [one for one in get_args(kind) if one is not type(None)]
        return _plain(kinds[0]) if len(kinds) == 1 else None
    return kind


def _item(kind: Any) -> Any:
    """The type of what a list holds."""
    if get_origin(kind) not in _LISTS:
        return None
    given = [one for one in get_args(kind) if one is not Ellipsis]
    return _plain(given[0]) if len(given) == 1 else None
