"""An append-only, hash-chained file of records, one JSON object per line.

Every line carries the hash of the line before it, so a line changed or removed later shows. The newest
record counts once its newline is on disk; what a crash left of a half-written line is not a record, and the
next append drops it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from city.errors import BadInput

_FIRST = "0" * 64


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


class Journal:
    """Records in the file ``path``. Callers of ``append`` hold the store's lock; reading needs none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def stamp(self) -> tuple[int, int, int]:
        """What changes whenever the file does: inode, size, time. Zeros where there is no file."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return (0, 0, 0)
        return (status.st_ino, status.st_size, status.st_mtime_ns)

    def read(self) -> list[dict[str, Any]]:
        """Every record, oldest first. Raises ``BadInput`` where the chain is broken."""
        lines = self._lines()
        records: list[dict[str, Any]] = []
        previous = _FIRST
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
            except ValueError:
                raise self._broken(number, "is not a record") from None
            if not isinstance(record, dict) or record.pop("previous", None) != previous:
                raise self._broken(number, "does not follow from the line before it")
            previous = _hash(line)
            records.append(record)
        return records

    def append(self, record: Mapping[str, Any]) -> None:
        """Add one record; it is on disk when this returns."""
        lines = self._lines()
        previous = _hash(lines[-1]) if lines else _FIRST
        line = json.dumps({**record, "previous": previous}, ensure_ascii=False, sort_keys=True).encode()
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            os.ftruncate(handle, sum(len(kept) + 1 for kept in lines))
            os.write(handle, line + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)

    def _lines(self) -> list[bytes]:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return content.split(b"\n")[:-1]

    def _broken(self, number: int, how: str) -> BadInput:
        return BadInput(
            f"{str(self.path)!r}, line {number} {how}; it was changed by hand or damaged: "
            "restore the file from a backup"
        )
