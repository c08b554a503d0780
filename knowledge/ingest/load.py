"""A file with its metadata: front matter at its head, or a sidecar ``NAME.ext.meta.yaml`` beside it."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ValidationError

from city.errors import DocumentError
from knowledge.ingest.parse import parse_document
from knowledge.ingest.read import read
from knowledge.ingest.source import Limits, SourceText
from knowledge.model import Document, Metadata

_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.S | re.M)
SIDECAR = ".meta.yaml"


def load_document(path: Path, *, root: Path | None = None, limits: Limits | None = None) -> Document:
    """The document at ``path``. The front matter is not part of its text.

    ``root`` is the folder of the corpus; ``Metadata.source`` is the path below it. Raises ``DocumentError``
    naming the file, the field and the remedy.
    """
    source = read(path, limits)
    where = path.relative_to(root).as_posix() if root and path.is_relative_to(root) else path.name
    fields, text, place = _fields(path, source)
    if not fields.get("source"):
        fields["source"] = where
    try:
        meta = Metadata.model_validate(fields)
    except ValidationError as error:
        raise DocumentError(_explained(place, error)) from error
    return parse_document(meta, text, notes=source.notes, limits=limits)


def _fields(path: Path, source: SourceText) -> tuple[dict[str, object], str, str]:
    """Metadata fields, the text without them, and the name of the file they came from."""
    front = _FRONT.match(source.text) if source.format in ("markdown", "text") else None
    sidecar = path.with_name(path.name + SIDECAR)
    if front is not None:
        return _mapping(front[1], path.name), source.text[front.end() :], path.name
    if sidecar.is_file():
        return _mapping(read(sidecar).text, sidecar.name), source.text, sidecar.name
    raise DocumentError(
        f"{path.name}: nothing is known of it. Put a front matter (--- id, title, level … ---) at its head, "
        f"or a file {sidecar.name!r} beside it."
    )


def _mapping(text: str, place: str) -> dict[str, object]:
    import yaml

    try:
        fields = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DocumentError(
            f"{place}: the front matter is not YAML ({_one_line(error)}). Check its indents and colons."
        ) from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(
            f"{place}: the front matter has a value that does not exist ({error}). Correct it."
        ) from error
    if not isinstance(fields, dict):
        raise DocumentError(f"{place}: the front matter must be a list of 'field: value' lines.")
    return {str(key): value for key, value in fields.items() if value is not None}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _explained(place: str, error: ValidationError) -> str:
    """Every wrong field with its value and what is expected."""
    lines = []
    for problem in error.errors(include_url=False):
        field = ".".join(map(str, problem["loc"])) or "front matter"
        if problem["type"] == "missing":
            lines.append(f"field {field!r} is missing: add it")
        elif problem["type"] == "extra_forbidden":
            lines.append(f"field {field!r} is unknown: correct its name or remove it")
        else:
            lines.append(f"field {field!r} is {problem['input']!r:.80}: {problem['msg']}")
    return f"{place}: " + "; ".join(lines) + "."
