"""Who looked at whose data: one line for each view of personal data, append-only and chained, one file a month.

Reading a month's file is the auditor's business; writing touches only its end, so that a busy day does not slow down.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from city.errors import BadInput
from city.schema import Record
from knowledge.library.durable import locked
from serve.desk.staff import Staff

_FIRST = "0" * 64
_TAIL_BYTES = 64 * 1024


class Viewed(Record):
    """Somebody saw ``what`` (narrative, contact) of an order."""

    at: datetime
    staff: str
    name: str
    post: str
    unit: str
    order: str
    what: tuple[str, ...]
    previous: str


def _utc() -> datetime:
    return datetime.now(UTC)


class AccessLog:
    """The files in ``folder``. ``now`` is the clock."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime] = _utc) -> None:
        self._folder, self._now = folder, now

    def add(self, staff: Staff, order: str, *what: str) -> None:
        """Write down a view; it is on disk when this returns, and only then may the data be shown."""
        at = self._now()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._file(f"{at:%Y-%m}")
        with locked(self._folder / "lock", wait=True, busy="another view is being written down"):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                viewed = Viewed(
                    at=at,
                    staff=staff.id,
                    name=staff.name,
                    post=staff.post.value,
                    unit=staff.unit,
                    order=order,
                    what=what,
                    previous=_last(handle),
                )
                os.write(handle, viewed.model_dump_json().encode() + b"\n")
                os.fsync(handle)
            finally:
                os.close(handle)

    def months(self) -> list[str]:
        """The months that have a file, the latest first."""
        return sorted((path.stem for path in self._folder.glob("????-??.jsonl")), reverse=True)

    def read(self, month: str) -> list[Viewed]:
        """A month's views, oldest first. Raises BadInput where a line was changed or taken out."""
        path = self._file(month)
        if month not in self.months():
            return []
        found, previous = [], _FIRST
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                viewed = Viewed.model_validate(json.loads(line))
            except (ValueError, ValidationError) as error:
                raise BadInput(f"{str(path)!r}, line {number} is no record; restore it from a copy") from error
            if viewed.previous != previous:
                raise BadInput(f"{str(path)!r}, line {number} does not follow from the line before; restore it")
            previous = hashlib.sha256(line).hexdigest()
            found.append(viewed)
        return found

    def _file(self, month: str) -> Path:
        return self._folder / f"{month}.jsonl"


def _last(handle: int) -> str:
    """The hash of the file's last whole line; what a crash left of a half-written one is cut off."""
    size = os.fstat(handle).st_size
    begin = max(0, size - _TAIL_BYTES)
    tail = os.pread(handle, size - begin, begin)
    whole = tail.rfind(b"\n") + 1
    if whole < len(tail):
        os.ftruncate(handle, begin + whole)
    lines = tail[:whole].splitlines()
    return hashlib.sha256(lines[-1]).hexdigest() if lines else _FIRST
