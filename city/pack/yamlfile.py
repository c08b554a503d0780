"""Read one YAML file of a pack: UTF-8, no duplicate keys, no tags, bounded size; problems instead of exceptions."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from city.pack.problems import Problem

MAX_BYTES = 20_000_000


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # C loader is optional
    """Safe loader that refuses a mapping with the same key twice: YAML keeps the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} appears twice", key_node.start_mark
                )
            seen.add(key)
        result: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return result


def read_yaml(path: Path, root: Path) -> tuple[Any, list[Problem]]:
    """Return the file's data and the problems met; data is None when there are any."""
    name = path.relative_to(root).as_posix()
    try:
        raw = path.read_bytes()
    except OSError as error:
        return None, [
            Problem(
                file=name,
                message=f"cannot be read: {error.strerror}",
                remedy="check the file and its permissions",
            )
        ]
    if len(raw) > MAX_BYTES:
        return None, [
            Problem(file=name, message=f"is larger than {MAX_BYTES:,} bytes", remedy="split it into several files")
        ]
    try:
        return yaml.load(raw.decode("utf-8-sig"), Loader=_StrictLoader), []  # noqa: S506  # a safe loader
    except UnicodeDecodeError as error:
        return None, [
            Problem(
                file=name,
                where=f"byte {error.start}",
                message="is not UTF-8",
                remedy="save the file as UTF-8",
            )
        ]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        message = getattr(error, "problem", None) or "is not valid YAML"
        return None, [Problem(file=name, where=where, message=str(message), remedy="correct the YAML at that place")]


def validation_problems(error: ValidationError, file: str, prefix: str = "") -> list[Problem]:
    """Turn pydantic's errors into problems that name the path inside the file."""
    problems = []
    for item in error.errors(include_url=False):
        where = prefix + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in item["loc"])
        given = item.get("input")
        shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) or given is None else ""
        remedy = _REMEDIES.get(item["type"], "correct the value; docs/pack.md describes every field")
        problems.append(Problem(file=file, where=where.lstrip("."), message=item["msg"] + shown, remedy=remedy))
    return problems


_REMEDIES = {
    "missing": "add this field",
    "extra_forbidden": "remove this field or correct its spelling",
    "string_type": "put the value in quotes",
    "date_from_datetime_parsing": "write the date as YYYY-MM-DD",
    "date_parsing": "write the date as YYYY-MM-DD",
    "enum": "use one of the values listed",
    "literal_error": "use one of the values listed",
}
