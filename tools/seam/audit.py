"""The record of calls: one line each, in a hash chain, so that a line changed or taken out of the middle shows.

Personal data is masked by the caller before a tool sees it; values are not kept, only their digest.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from city.errors import BadInput
from tools.seam.endings import Ending

_START = "0" * 64


class CallRecord(BaseModel):
    """One call as the auditor sees it."""

    model_config = ConfigDict(frozen=True)

    call: str
    at: datetime
    tool: str
    arguments: dict[str, Any]
    audience: str
    who: str
    via: str
    ending: Ending
    reason: str = ""
    sources: tuple[str, ...] = ()
    value: str = ""
    ms: float = 0.0
    chain: str = ""


class CallLog(Protocol):
    """Keeps records of calls."""

    def add(self, record: CallRecord) -> None:
        """Keep one; raises OSError where it cannot be kept, and the call then brings nothing."""


class MemoryLog:
    """Keeps records in memory, for tests and one-off commands."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []

    def add(self, record: CallRecord) -> None:
        """See ``CallLog.add``."""
        self.records.append(record)


class FileLog:
    """Keeps records in a file of JSON lines; safe for several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, record: CallRecord) -> None:
        """See ``CallLog.add``."""
        with self._path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            chained = record.model_copy(update={"chain": ""})
            text = chained.model_dump_json()
            chain = _link(_last_chain(file.name), text)
            file.write(chained.model_copy(update={"chain": chain}).model_dump_json().encode() + b"\n")

    def read(self) -> Iterator[CallRecord]:
        """Every record, oldest first. Raises BadInput naming the first line that does not fit the chain."""
        if not self._path.is_file():
            return
        before = _START
        with self._path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    record = CallRecord.model_validate_json(line)
                except ValueError as error:
                    raise BadInput(f"{self._path}: line {number} is damaged; restore the file from a copy") from error
                before = _link(before, record.model_copy(update={"chain": ""}).model_dump_json())
                if record.chain != before:
                    raise BadInput(
                        f"{self._path}: line {number} was changed, moved or left out; restore it from a copy"
                    )
                yield record


def digest(value: dict[str, Any] | None) -> str:
    """A fingerprint of a result, so that a replay can be compared with it."""
    if value is None:
        return ""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _link(before: str, text: str) -> str:
    return hashlib.sha256((before + text).encode()).hexdigest()


def _last_chain(name: str) -> str:
    """The chain of the last whole line; the file is read from its end."""
    with Path(name).open("rb") as file:
        size = file.seek(0, 2)
        step = 4096
        while size:
            start = max(0, size - step)
            file.seek(start)
            lines = file.read(size - start).splitlines()
            if start == 0 or len(lines) > 1:
                return CallRecord.model_validate_json(lines[-1]).chain
            step *= 2
    return _START
