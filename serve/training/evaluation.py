"""The texts of evaluation sets: what is measured on is never learnt from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from city.errors import BadInput
from serve.training.likeness import Known

FOLDER = "evaluation"
_SUFFIXES = frozenset({".jsonl", ".json", ".yaml", ".yml", ".txt"})
_LEAST = 6


def evaluation_texts(root: Path, more: Sequence[Path] = ()) -> Known:
    """Every text in the pack's evaluation folder and in ``more`` files or folders. Raises BadInput for one that cannot
    be read: what is not known cannot be kept out.
    """
    folders = [root / FOLDER] if (root / FOLDER).is_dir() else []
    return Known(text for path in _files([*folders, *more]) for text in _texts(path))


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from sorted(path for path in place.rglob("*") if path.suffix in _SUFFIXES)
        elif place.is_file():
            yield place
        else:
            raise BadInput(f"There is no {str(place)!r}: name a file or folder of test sets.")


def _texts(path: Path) -> Iterator[str]:
    try:
        raw = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".txt":
            yield from raw.splitlines()
        elif path.suffix in (".yaml", ".yml"):
            yield from _strings(yaml.safe_load(raw))
        elif path.suffix == ".json":
            yield from _strings(json.loads(raw))
        else:
            for line in raw.splitlines():
                yield from _strings(json.loads(line)) if line.strip() else ()
    except (ValueError, yaml.YAMLError) as error:
        raise BadInput(f"{str(path)!r} cannot be read ({error}): mend it, or its texts could be learnt.") from error


def _strings(value: Any) -> Iterator[str]:
    """The texts in any value, ids, numbers and moments left out by their letters."""
    if isinstance(value, str):
        if sum(char.isalpha() for char in value) >= _LEAST:  # a phone number or a moment is nobody's wording
            yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
