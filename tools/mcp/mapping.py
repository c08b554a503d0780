"""JSON schemas of outside tools as models of ours. Only simple forms can be mapped; anything else is refused by name.

Arguments: texts, numbers, flags, days and times, choices, and lists of those. Results: these and objects within.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PydanticUserError, create_model
from pydantic_core import SchemaError

from city.errors import BadInput
from tools.seam.fields import Found, SlotKind, measure, slot
from tools.seam.tool import Arguments

M = TypeVar("M", bound=BaseModel)
Schema = Mapping[str, Any]
MOST_FIELDS = 40
_ABOUT = frozenset({"title", "description", "default", "examples", "$schema", "deprecated", "unit", "digits", "$id"})
"""Keywords that say something of a value without bounding it."""
_SIMPLE: dict[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool}
_FORMATS: dict[str, Any] = {"date": date, "date-time": datetime}
_BOUNDS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
}
_LIST_BOUNDS = {"minItems": "min_length", "maxItems": "max_length"}
_ROOT = frozenset({"type", "properties", "required", "additionalProperties"}) | _ABOUT
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


class OutsideArguments(Arguments):
    """Base of an outside tool's arguments; a name that Python could not bear has another one here."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class OutsideFound(Found):
    """What an outside tool said: its lines, cleaned, and whether there was more."""

    model_config = ConfigDict(extra="ignore")

    lines: tuple[str, ...] = measure("内容", default=())
    cut: bool = measure("有删节", default=False)


def arguments_of(name: str, schema: Schema, slots: Mapping[str, SlotKind]) -> type[OutsideArguments]:
    """The arguments of a tool. Raises BadInput naming what cannot be mapped."""
    properties = _properties(schema, "arguments")
    if unknown := slots.keys() - properties.keys():
        raise BadInput(f"slots: {sorted(unknown)} is no argument")
    required = set(schema.get("required", ()))
    fields: dict[str, Any] = {}
    for index, (key, given) in enumerate(properties.items()):
        kind, bounds = _value(given, f"arguments.{key}")
        safe = key if _is_safe(key, OutsideArguments) else f"argument_{index}"
        more = bounds | ({"alias": key} if safe != key else {})
        if description := given.get("description"):
            more["description"] = str(description)
        title, unit = str(given.get("title") or key), str(given.get("unit", ""))
        if key in required:
            fields[safe] = (kind, slot(slots.get(key, "none"), title, unit=unit, **more))
        else:
            fields[safe] = (kind | None, slot(slots.get(key, "none"), title, unit=unit, default=None, **more))
    return _model(name, OutsideArguments, fields)


def result_of(name: str, schema: Schema | None) -> type[OutsideFound]:
    """What a tool brings; without a schema its lines alone. Raises BadInput naming what cannot be mapped."""
    if schema is None:
        return OutsideFound
    return _model(name, OutsideFound, _result_fields(name, schema, "result"))


def sent(asked: OutsideArguments) -> dict[str, Any]:
    """Arguments as the server gets them: what was given, the rest is for the server to decide."""
    return asked.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)


def misfit(pinned: Schema, live: Schema) -> str:
    """Why a tool no longer takes what the pack says it takes; empty where it does.

    A server may offer further arguments that need not be given; it may not ask for more or for something else.
    """
    ours, theirs = pinned.get("properties", {}), live.get("properties")
    for key, given in ours.items():
        if not isinstance(theirs, dict) or key not in theirs:
            return f"it no longer takes {key!r}"
        if _shape(given) != _shape(theirs[key]):
            return f"{key!r} has another form"
    asked = live.get("required", [])
    more = [key for key in asked if key not in pinned.get("required", ())] if isinstance(asked, list) else [asked]
    return f"it also asks for {more}" if more else ""


def _properties(schema: Schema, where: str) -> dict[str, Schema]:
    if schema.get("type", "object") != "object":
        raise BadInput(f"{where}: type must be object")
    if odd := sorted(set(schema) - _ROOT):
        raise BadInput(f"{where}: {odd} cannot be mapped; leave the tool out, or describe what you need of it")
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(required, list) or any(not isinstance(key, str) for key in required):
        raise BadInput(f"{where}: required must be a list of names")
    if not isinstance(properties, dict) or len(properties) > MOST_FIELDS:
        raise BadInput(f"{where}: properties must name at most {MOST_FIELDS} values")
    for key, given in properties.items():
        if not isinstance(given, dict):
            raise BadInput(f"{where}.{key}: must be a schema")
    if lost := sorted(set(required) - properties.keys()):
        raise BadInput(f"{where}: required {lost} is not among the properties")
    return properties


def _result_fields(name: str, schema: Schema, where: str) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    fields: dict[str, Any] = {}
    for key, given in _properties(schema, where).items():
        if not _is_safe(key, OutsideFound) or key in OutsideFound.model_fields:
            raise BadInput(f"{where}.{key}: is a name that a result cannot have; leave it out")
        kind = _result_value(f"{name}_{key}", given, f"{where}.{key}")
        title, unit, digits = str(given.get("title") or key), str(given.get("unit", "")), int(given.get("digits", 0))
        if key in required:
            fields[key] = (kind, measure(title, unit, digits=digits))
        else:
            fields[key] = (kind | None, measure(title, unit, digits=digits, default=None))
    return fields


def _result_value(name: str, given: Schema, where: str) -> Any:  # a type
    if given.get("type") == "object":
        return create_model(name, __base__=_Part, **_result_fields(name, given, where))
    if given.get("type") == "array" and isinstance(given.get("items"), dict) and given["items"].get("type") == "object":
        inner = _result_value(name, given["items"], f"{where}.items")
        return _tuple_of(inner)
    return _value(given, where)[0]


class _Part(Found):
    """An object within a result."""

    model_config = ConfigDict(extra="ignore")


def _value(given: Schema, where: str) -> tuple[Any, dict[str, Any]]:
    """The type of a simple value, and its bounds as pydantic names them."""
    given = _without_null(given)
    if "enum" in given or "const" in given:
        return _choice(given, where), {}
    if given.get("type") == "array":
        return _list(given, where)
    kind, form = given.get("type"), given.get("format", "")
    if not isinstance(kind, str) or kind not in _SIMPLE:
        raise BadInput(f"{where}: {_named(given)} cannot be mapped; text, number, flag, choice or a list of them can")
    known = {"type", "format", *_BOUNDS} | _ABOUT
    if odd := sorted(set(given) - known):
        raise BadInput(f"{where}: {odd} cannot be mapped")
    if kind == "string" and str(form) in _FORMATS:
        return _FORMATS[str(form)], {}
    return _SIMPLE[kind], _bounds(given, _BOUNDS, where)


def _list(given: Schema, where: str) -> tuple[Any, dict[str, Any]]:
    if odd := sorted(set(given) - {"type", "items", *_LIST_BOUNDS} - _ABOUT):
        raise BadInput(f"{where}: {odd} cannot be mapped")
    items = given.get("items")
    if not isinstance(items, dict) or items.get("type") == "array":
        raise BadInput(f"{where}: a list must say what its items are, and not be a list of lists")
    inner, bounds = _value(items, f"{where}.items")
    return _tuple_of(Annotated[inner, Field(**bounds)]), _bounds(given, _LIST_BOUNDS, where)


def _tuple_of(inner: Any) -> Any:  # types
    return types.GenericAlias(tuple, (inner, ...))


def _choice(given: Schema, where: str) -> Any:  # a Literal
    values = given.get("enum", [given.get("const")])
    if not isinstance(values, list) or not values or any(not isinstance(value, str | int) for value in values):
        raise BadInput(f"{where}: a choice must be among texts, whole numbers or flags")
    if odd := sorted(set(given) - {"type", "enum", "const"} - _ABOUT):
        raise BadInput(f"{where}: {odd} cannot be mapped")
    return Literal[tuple(values)]


def _without_null(given: Schema) -> Schema:
    """The schema without "or null": a value that is not there is not sent."""
    kind = given.get("type")
    if isinstance(kind, list) and "null" in kind and len(kind) == 2:
        return {**given, "type": next(name for name in kind if name != "null")}
    ways = given.get("anyOf")
    if isinstance(ways, list) and len(ways) == 2 and {"type": "null"} in ways:
        way = next(way for way in ways if way != {"type": "null"})
        if isinstance(way, dict):
            return {**{key: held for key, held in given.items() if key != "anyOf"}, **way}
    return given


def _shape(given: Any) -> Any:  # comparable with another
    if not isinstance(given, dict):
        return given
    bare = _without_null(given)
    kept = {key: held for key, held in bare.items() if key not in _ABOUT}
    if "items" in kept:
        kept["items"] = _shape(kept["items"])
    return kept


def _bounds(given: Schema, names: Mapping[str, str], where: str) -> dict[str, Any]:
    made = {ours: given[theirs] for theirs, ours in names.items() if theirs in given}
    for name, bound in made.items():
        fits = isinstance(bound, str) if name == "pattern" else isinstance(bound, int | float) and bound == bound
        if not fits:
            raise BadInput(f"{where}: {bound!r} is no {name}")
    return made


def _named(given: Schema) -> str:
    return repr(given["type"]) if "type" in given else f"a schema of {sorted(given)}"


def _is_safe(name: str, base: type[Found] | type[Arguments]) -> bool:
    return bool(_NAME.fullmatch(name)) and not hasattr(base, name) and not name.startswith("model_")


def _model(name: str, base: type[M], fields: Mapping[str, Any]) -> type[M]:
    """The model; pydantic too may refuse a bound that does not fit its value."""
    try:
        return create_model(name, __base__=base, **fields)
    except (PydanticUserError, SchemaError, TypeError) as error:
        raise BadInput(f"{name}: {error}") from error
