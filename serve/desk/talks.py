"""What was asked and answered in a visit, so that the page can show it again: one file a visit, gone after a day."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from pydantic import BaseModel, ValidationError

from agents.contract import Answer

SHOWN = 20
_DAY_SECONDS = 86_400


class Exchange(BaseModel):
    """A question with its answer."""

    text: str
    answer: Answer


class Talks:
    """The files in ``folder``, readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, visit: str, exchange: Exchange) -> None:
        """Keep an exchange."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._forget_old()
        handle = os.open(self._file(visit), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(exchange.model_dump_json(exclude={"answer": {"trace"}}).encode() + b"\n")

    def read(self, visit: str) -> list[Exchange]:
        """The last exchanges, oldest first."""
        try:
            lines = self._file(visit).read_bytes().splitlines()[-SHOWN:]
        except FileNotFoundError:
            return []
        return [found for line in lines if (found := _exchange(line))]

    def drop(self, visit: str) -> None:
        """Forget a visit's talk."""
        self._file(visit).unlink(missing_ok=True)

    def _file(self, visit: str) -> Path:
        return self._folder / f"{hashlib.sha256(visit.encode()).hexdigest()[:32]}.jsonl"

    def _forget_old(self) -> None:
        until = time.time() - _DAY_SECONDS
        for path in self._folder.glob("*.jsonl"):
            if path.stat().st_mtime < until:
                path.unlink(missing_ok=True)


def _exchange(line: bytes) -> Exchange | None:
    try:
        return Exchange.model_validate_json(line)
    except ValidationError:  # half-written, or by another version of the program
        return None
