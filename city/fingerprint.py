"""Hashes of files: whether a pack, or anything that lies in files, is the same as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path


def of_files(paths: Iterable[Path], root: Path) -> str:
    """A hash of files by their names below ``root`` and contents; of a folder, all files in it."""
    made = hashlib.blake2b(digest_size=16)
    for path in sorted(_files(paths)):
        name = path.relative_to(root) if path.is_relative_to(root) else path.name
        made.update(f"{name}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                made.update(block)
    return made.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (one for one in path.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
        elif path.is_file():
            yield path


def of_pack(root: Path) -> str:
    """A hash of a city pack without its test data, which the system never reads."""
    return of_files((one for one in root.iterdir() if one.name != "evaluation"), root)
