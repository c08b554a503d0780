"""A tool of ours as MCP lists it. Titles and units of fields are part of the schemas; how fields are heard is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tools.mcp.replies import reply_model
from tools.seam.toolbox import Offered

if TYPE_CHECKING:
    from mcp_types import Tool as Card

_INNER = ("slot", "of", "digits", "unit")
_NAMED = ("properties", "$defs")
_VALUES = ("default", "enum", "const", "examples")
_EXAMPLES = 3


def card(offered: Offered) -> Card:
    """The tool's entry in ``tools/list``."""
    from mcp_types import Tool as Card
    from mcp_types import ToolAnnotations

    tool = offered.tool
    result: type[BaseModel] = tool.result
    reads = tool.effect == "read"
    return Card(
        name=tool.id,
        title=tool.title,
        description=_description(offered),
        input_schema=schema_of(tool.arguments, "validation", _meanings(offered)),
        output_schema=schema_of(reply_model(result), "serialization"),
        annotations=ToolAnnotations(
            title=tool.title,
            read_only_hint=reads,
            destructive_hint=tool.effect == "write",
            idempotent_hint=reads,
            open_world_hint=tool.outside is not None,
        ),
    )


def schema_of(model: type[BaseModel], mode: Any, meanings: Mapping[str, str] | None = None) -> dict[str, Any]:
    """JSON schema of a model (mode: validation or serialization), with units and the meanings of choices in words."""
    schema = _cleaned(model.model_json_schema(mode=mode))
    for name, words in (meanings or {}).items():
        _describe(schema["properties"][name], words)
    schema.pop("title", None)
    made: dict[str, Any] = schema
    return made


def _description(offered: Offered) -> str:
    lines = [offered.tool.description, *(f"例：{text}" for text in offered.told.examples[:_EXAMPLES])]
    return "\n".join(line for line in lines if line)


def _meanings(offered: Offered) -> dict[str, str]:
    """What each value of a choice is called."""
    known = offered.tool.arguments.model_fields
    return {
        name: "；".join(f"{value}：{'、'.join(words[:2])}" for value, words in values.items() if words)
        for name, values in offered.told.words.items()
        if name in known
    }


def _cleaned(node: Any) -> Any:  # a JSON schema or a part of one
    if isinstance(node, list):
        return [_cleaned(part) for part in node]
    if not isinstance(node, dict):
        return node
    made: dict[str, Any] = {}
    for key, held in node.items():
        if key in _NAMED:
            made[key] = {name: _cleaned(part) for name, part in held.items()}
        elif key not in _INNER:
            made[key] = held if key in _VALUES else _cleaned(held)
    if node.get("unit"):
        _describe(made, f"单位：{node['unit']}")
    return made


def _describe(node: dict[str, Any], words: str) -> None:
    if words:
        node["description"] = f"{node['description']}（{words}）" if node.get("description") else words
