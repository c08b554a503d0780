"""What was asked once, by the hash of all it depends on: a broken run goes on, and only what changed runs again."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from eval.suite import Json

_MANY = 400


class Kept(NamedTuple):
    """What the system said to a case, and how long it took (ms)."""

    said: Json
    ms: float


class Cache:
    """Answers in one SQLite file. One process writes; a killed one loses at most what it had not yet put."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(path)
        self._base.execute("pragma journal_mode=wal")
        self._base.execute(
            "create table if not exists kept (key text primary key, said blob not null, ms real not null)"
        )
        self._base.commit()

    def get(self, keys: Sequence[str]) -> dict[str, Kept]:
        """Those of ``keys`` that are there."""
        found: dict[str, Kept] = {}
        for at in range(0, len(keys), _MANY):
            some = keys[at : at + _MANY]
            marks = ",".join("?" * len(some))
            rows = self._base.execute(f"select key, said, ms from kept where key in ({marks})", some)  # noqa: S608
            found |= {key: Kept(json.loads(zlib.decompress(said)), ms) for key, said, ms in rows}
        return found

    def put(self, kept: Iterable[tuple[str, Kept]]) -> None:
        """Keep answers, at once."""
        rows = [(key, zlib.compress(json.dumps(one.said, ensure_ascii=False).encode()), one.ms) for key, one in kept]
        with self._base:
            self._base.executemany("insert or replace into kept values (?, ?, ?)", rows)

    def close(self) -> None:
        """Close the file."""
        self._base.close()
