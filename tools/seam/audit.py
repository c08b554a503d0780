"""The record of calls: one line each, in a hash chain, so that a line changed or taken out of the middle shows.

Numbers of persons, phones, plates and accounts in arguments are kept as their kind alone; values are not kept, only
their digest. What is cut off at the end cannot show in the file itself: note ``Checked.head`` elsewhere at times.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_jsonable_python

from city.errors import BadInput
from city.privacy import SPAN_TYPES, find
from tools.seam.endings import Ending

_START = "0" * 64
_TAIL = b',"chain":"%s"}'
_TAIL_LENGTH = len(_TAIL % _START.encode())
_FORM = re.compile(rb',"chain":"[0-9a-f]{64}"}\n\Z')
_APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT
_PRIVATE = 0o600  # only this installation reads what people asked
_PERSONAL = frozenset(SPAN_TYPES) - {"address", "name"}  # a place is what most tools are asked about
MOST_CHARS = 4_000
"""Characters of arguments kept, as JSON: a call that gives a book is told apart by its beginning and its digest."""


class CallRecord(BaseModel):
    """One call as the auditor sees it."""

    model_config = ConfigDict(frozen=True)

    call: str
    at: datetime
    now: datetime | None = Field(default=None, description="the city's time for which it was asked")
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


class Fault(NamedTuple):
    """A line that does not fit; lines count from 1, and 0 is the file as a whole."""

    line: int
    message: str


class Checked(BaseModel):
    """What an auditor finds in a file of calls. ``head`` is the chain of its last line."""

    calls: int = 0
    faults: list[Fault] = Field(default_factory=list)
    head: str = _START


class FileLog:
    """Keeps records in a file of JSON lines; safe for several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, record: CallRecord) -> None:
        """See ``CallLog.add``. Where the last line is damaged, the record is chained to it as it stands: the city's
        tools go on, and the check names that line.
        """
        with os.fdopen(os.open(self._path, _APPEND, _PRIVATE), "a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = _last_line(file)
            text = record.model_dump_json(exclude={"chain"}).encode()
            torn = b"\n" if last and not last.endswith(b"\n") else b""
            chain = _link(_chain_of(last + torn) if last else _START, text)
            size = file.seek(0, os.SEEK_END)
            try:
                _write(file, torn + text[:-1] + _TAIL % chain.encode() + b"\n")
            except OSError:
                file.truncate(size)  # half a line would be damage
                raise

    def read(self) -> Iterator[CallRecord]:
        """Every record, oldest first. Raises BadInput naming the first line that does not fit the chain."""
        for number, (record, fault, _) in enumerate(self._lines(), 1):
            if record is None or fault:
                raise BadInput(f"{self._path}: line {number} {fault}; restore the file from a copy")
            yield record

    def check(self, look: Callable[[CallRecord], object] | None = None, noted: str = "") -> Checked:
        """Every line that is damaged, or was changed, moved or left out.

        ``look`` gets each record that can be read, oldest first. ``noted``: a head that was noted earlier; where it is
        not in the chain, the end of the file was cut off (line 0).
        """
        found, is_there = Checked(), noted in ("", _START)
        for number, (record, fault, chain) in enumerate(self._lines(), 1):
            found.calls, found.head = number, chain
            is_there = is_there or chain == noted
            if fault:
                found.faults.append(Fault(number, fault))
            if record is not None and look is not None:
                look(record)
        if not is_there:
            found.faults.append(Fault(0, f"the noted head {noted!r} is not in the chain: lines were cut off"))
        return found

    def _lines(self) -> Iterator[tuple[CallRecord | None, str, str]]:
        """Each line as (record, what is wrong with it, the chain that the next one is linked to)."""
        if not self._path.is_file():
            return
        before = _START
        with self._path.open("rb") as lines:
            for line in lines:
                record, fault = _parsed(line), ""
                if record is None:
                    fault = "is damaged"
                elif record.chain != _link(before, line[: -_TAIL_LENGTH - 1] + b"}"):
                    fault = "was changed, moved or left out"
                before = _chain_of(line)
                yield record, fault, before


def digest(value: dict[str, Any] | None) -> str:
    """A fingerprint of a result, so that a replay can be compared with it."""
    if value is None:
        return ""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as JSON can hold them, whatever a caller gave; long ones by their beginning and digest."""
    try:
        kept = {whole(str(name)): _writable(held) for name, held in arguments.items()}
        text = json.dumps(kept, ensure_ascii=False)
    except (ValueError, RecursionError):
        return {"unreadable": type(arguments).__name__}
    if len(text) > MOST_CHARS:
        return {"cut": text[:MOST_CHARS], "sha256": hashlib.sha256(text.encode()).hexdigest()}
    return kept


def discreet(value: Any) -> Any:  # what JSON can hold
    """The same without numbers that point to a person: ``⟦mobile⟧`` in place of one."""
    if isinstance(value, dict):
        return {discreet(name): discreet(held) for name, held in value.items()}
    if isinstance(value, list):
        return [discreet(held) for held in value]
    if not isinstance(value, str):
        return value
    for span in reversed([span for span in find(value) if span.type in _PERSONAL]):
        value = f"{value[: span.start]}⟦{span.type}⟧{value[span.end :]}"
    return value


def whole(text: str) -> str:
    """The same with question marks for halves of characters, which UTF-8 cannot write."""
    return text.encode("utf-8", "replace").decode()


def _writable(value: Any) -> Any:  # what JSON can hold
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {whole(str(name)): _writable(held) for name, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_writable(held) for held in value]
    return whole(value if isinstance(value, str) else str(to_jsonable_python(value, serialize_unknown=True)))


def _link(before: str, text: bytes) -> str:
    return hashlib.sha256(before.encode() + text).hexdigest()


def _parsed(line: bytes) -> CallRecord | None:
    """The record of a whole line. The chain is of its bytes, so that records written by other versions still fit."""
    try:
        return CallRecord.model_validate_json(line) if _FORM.search(line) else None
    except ValueError:
        return None


def _chain_of(line: bytes) -> str:
    """What the next line is linked to: the line's chain, or its own digest where it is damaged."""
    record = _parsed(line)
    return record.chain if record else hashlib.sha256(line.strip()).hexdigest()


def _last_line(file: BinaryIO) -> bytes:
    """The last line, whole or torn; the file is read from its end."""
    size = file.seek(0, os.SEEK_END)
    step = 4096
    while size:
        start = max(0, size - step)
        file.seek(start)
        lines = file.read(size - start).splitlines(keepends=True)
        if start == 0 or len(lines) > 1:
            return lines[-1]
        step *= 2
    return b""


def _write(file: BinaryIO, line: bytes) -> None:
    left = memoryview(line)
    while left:
        left = left[file.write(left) :]
