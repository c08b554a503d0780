"""Read one YAML file of a pack: UTF-8, no duplicate keys, no tags, bounded size; problems instead of exceptions."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from city.pack.problems import Problem

MAX_BYTES = 20_000_000
MAX_DEPTH = 100  # the C composer recurses on the C stack: without a bound, brackets alone end the process


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # C loader is optional
    """Safe loader that refuses a mapping with the same key twice: YAML keeps the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue  # `<<` takes over keys that may be given anew
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, "found unhashable key", key_node.start_mark)
            if key in seen:
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
        text = raw.decode("utf-8-sig")
        if deep := _too_deep(text):
            return None, [
                Problem(
                    file=name,
                    where=deep,
                    message=f"is nested deeper than {MAX_DEPTH} levels",
                    remedy="close the brackets there, or write it flatter",
                )
            ]
        return yaml.load(text, Loader=_StrictLoader), []  # noqa: S506  # a safe loader
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
        where = _place(mark)
        message = getattr(error, "problem", None) or "is not valid YAML"
        if isinstance(error, yaml.reader.ReaderError):  # has a position and a reason, but no mark
            where, message = f"character {error.position}", str(error.reason)
        return None, [Problem(file=name, where=where, message=str(message), remedy="correct the YAML at that place")]
    except ValueError as error:  # a date or number that YAML recognises but Python cannot make
        return None, [Problem(file=name, message=str(error), remedy="correct that date or number, or put it in quotes")]


def _too_deep(text: str) -> str:
    """Where nesting goes beyond the bound, or nothing."""
    depth = 0
    for event in yaml.parse(text, Loader=_StrictLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return _place(event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return ""


def _place(mark: Any) -> str:  # the mark of either loader, or none
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""


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
