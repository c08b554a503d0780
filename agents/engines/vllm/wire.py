"""JSON schemas as a grammar engine on a model server handles them well.

Lengths, patterns and formats of strings are left to pydantic: xgrammar compiles them for seconds and then cannot emit
an escape inside such a string (measured; mlc-ai/xgrammar issues 800 and 852). References are put in place, every field
is required in its declared order, and no other field is allowed, so that what the grammar lets through is what the
model of the answer reads. Bounds of integers and lists stay: they are what brings an answer to its end.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import BaseModel

from city.errors import BadInput

Json = dict[str, Any]
_LEFT_OUT = frozenset(
    {
        "title", "description", "examples", "default", "minLength", "maxLength", "pattern", "format", "multipleOf",
        "uniqueItems", "$defs",
    }
)  # fmt: skip
_SEPARATOR = 2  # a comma or colon, and the blank that some servers put after it
_WORD = 5  # "false"


@cache
def wire_schema(model: type[BaseModel]) -> Json:
    """The schema of ``model`` for the wire. Raises BadInput where the model refers to itself: no grammar of bounded
    size holds it.
    """
    whole = model.model_json_schema()
    cleaned: Json = _cleaned(whole, whole.get("$defs", {}), ())
    return cleaned


def _cleaned(node: Any, defs: Json, inside: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_cleaned(item, defs, inside) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = str(node["$ref"]).rsplit("/", 1)[-1]
        if name in inside:
            raise BadInput(f"{name} refers to itself: a model's answer must have a bounded form.")
        return _cleaned(defs[name], defs, (*inside, name))
    kept = {key: _cleaned(value, defs, inside) for key, value in node.items() if key not in _LEFT_OUT | {"properties"}}
    if "const" in kept:
        kept["enum"] = [kept.pop("const")]
    if "properties" in node:  # its keys are fields, and a field may well be called "title"
        kept["properties"] = {name: _cleaned(field, defs, inside) for name, field in node["properties"].items()}
        kept["required"] = list(kept["properties"])
        kept["additionalProperties"] = False
    return _bounded(kept)


def _bounded(node: Json) -> Json:
    """Exclusive bounds of integers as inclusive ones, which every grammar engine takes."""
    if node.get("type") == "integer":
        if "exclusiveMaximum" in node:
            node["maximum"] = int(node.pop("exclusiveMaximum")) - 1
        if "exclusiveMinimum" in node:
            node["minimum"] = int(node.pop("exclusiveMinimum")) + 1
    return node


def _bytes(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def longest(schema: Json, where: str = "$") -> int:
    """The most bytes, and so tokens, that an answer of this schema can have. Raises BadInput, naming the place, where
    nothing bounds it: free text, a number or list without bounds, an open object.
    """
    if "enum" in schema:
        return max(_bytes(value) for value in schema["enum"])
    if "anyOf" in schema:
        return max(longest(choice, f"{where}|{number}") for number, choice in enumerate(schema["anyOf"]))
    kind = schema.get("type")
    if kind in ("boolean", "null"):
        return _WORD
    if kind == "integer" and "minimum" in schema and "maximum" in schema:
        return max(len(str(schema["minimum"])), len(str(schema["maximum"])))
    if kind == "array" and "maxItems" in schema and "items" in schema:
        return 2 + int(schema["maxItems"]) * (longest(schema["items"], f"{where}[]") + _SEPARATOR)
    if kind == "object" and "properties" in schema:
        fields = schema["properties"].items()
        return 2 + sum(_bytes(name) + 2 * _SEPARATOR + longest(field, f"{where}.{name}") for name, field in fields)
    raise BadInput(
        f"{where} of a model's answer has no bound: use a list of words, a bounded number or a bounded list."
    )
