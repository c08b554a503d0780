"""Vectors computed once: a build that was killed goes on where it was, and the next build computes only what is new.

A file for each model: a head with the model's probe, then records of one size (key, vector, checksum), only ever
appended under a lock and flushed. A record that a crash cut short, or that is damaged, is computed again. Anyone may
delete the files while no build runs.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from city.errors import BadInput
from knowledge.index.probe import check_probe, probe
from knowledge.index.types import Embedder, Floats

_MAGIC = b"citydesk-vectors 1\n"
_KEY = 16
_SLICE = 512
_log = logging.getLogger(__name__)
Kind = Literal["document", "query"]


class CachedEmbedder:
    """``inner``, asked only for what the folder does not hold yet; safe for one build at a time, in any process.

    The vectors kept are used only if the model still gives the probe that it gave when the file was begun: one that
    answers to the same name but is another one begins a new file.
    """

    def __init__(self, inner: Embedder, folder: Path) -> None:
        self._inner = inner
        self.name = inner.name
        self._path = folder / f"{hashlib.sha256(inner.name.encode()).hexdigest()[:20]}.vectors"
        self._known: _File | None = None

    @property
    def dim(self) -> int:
        """Number of components of a vector."""
        return self._inner.dim

    def encode(self, texts: Sequence[str]) -> Floats:
        """``float32[len(texts), dim]``. Raises as the inner embedder does; what was computed before that is kept."""
        return self._all("document", texts, self._inner.encode)

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """The same for questions."""
        return self._all("query", texts, self._inner.encode_queries)

    def _all(self, kind: Kind, texts: Sequence[str], encode: Callable[[Sequence[str]], Floats]) -> Floats:
        file = self._file()
        keys = [_key(kind, text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in file.rows}
        todo = list(missing.items())
        for start in range(0, len(todo), _SLICE):
            part = todo[start : start + _SLICE]
            file.append([key for key, _ in part], encode([text for _, text in part]))
        return file.vectors(keys)

    def _file(self) -> _File:
        if self._known is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._known = _File(self._path, self.name, probe(self._inner))
        return self._known


def _key(kind: Kind, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()[:_KEY]


class _File:
    """One model's vectors. ``rows`` tells where each key's record lies."""

    def __init__(self, path: Path, name: str, now: Floats) -> None:
        self._path, self._dim = path, now.shape[1]
        self._record = np.dtype([("key", f"S{_KEY}"), ("vector", "<f4", (self._dim,)), ("check", "<u4")])
        if path.exists() and not self._same(name, now):
            path.rename(path.with_suffix(".other"))
        if not path.exists():
            self._begin(name, now)
        self._start = len(self._head(name, now))
        self.rows: dict[bytes, int] = {}
        self._read()

    def _head(self, name: str, now: Floats) -> bytes:
        told = json.dumps({"model": name, "probe": list(now.shape)}, ensure_ascii=True).encode() + b"\n"
        return _MAGIC + told + now.astype("<f4").tobytes()

    def _begin(self, name: str, now: Floats) -> None:
        fresh = self._path.with_suffix(f".{os.getpid()}.tmp")
        with fresh.open("wb") as file:
            file.write(self._head(name, now))
            _flush(file)
        fresh.replace(self._path)

    def _same(self, name: str, now: Floats) -> bool:
        """Whether the file is of this model as it answers now."""
        head = self._head(name, now)
        with self._path.open("rb") as file:
            found = file.read(len(head))
        told = len(head) - now.size * 4
        if len(found) != len(head) or found[:told] != head[:told]:
            _log.warning("the vectors kept in %s are of another form and are put aside", self._path)
            return False
        try:
            check_probe(now, np.frombuffer(found[told:], "<f4").reshape(now.shape), name)
        except BadInput:
            _log.warning("another model answers to %r: the vectors kept in %s are put aside", name, self._path)
            return False
        return True

    def _records(self) -> NDArray[np.void]:
        count = (self._path.stat().st_size - self._start) // self._record.itemsize
        if count <= 0:
            return np.zeros(0, self._record)
        return np.memmap(self._path, self._record, "r", self._start, (count,))

    def _read(self) -> None:
        """Find the whole records, the last of a key counting."""
        for row, record in enumerate(self._records()):
            raw = record.tobytes()
            if zlib.crc32(raw[:-4]) == int(record["check"]):
                self.rows[raw[:_KEY]] = row

    def append(self, keys: Sequence[bytes], vectors: Floats) -> None:
        """Add records and flush them to disk; half a record that a crash left is cut off before."""
        with self._path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            count = (file.seek(0, os.SEEK_END) - self._start) // self._record.itemsize
            file.truncate(file.seek(self._start + count * self._record.itemsize))
            for key, vector in zip(keys, np.asarray(vectors, "<f4"), strict=True):
                raw = key + vector.tobytes()
                file.write(raw + zlib.crc32(raw).to_bytes(4, "little"))
            _flush(file)
        self.rows.update((key, count + at) for at, key in enumerate(keys))

    def vectors(self, keys: Sequence[bytes]) -> Floats:
        """The vectors of keys that are all known."""
        if not keys:
            return np.zeros((0, self._dim), np.float32)
        return np.asarray(self._records()["vector"][[self.rows[key] for key in keys]], np.float32)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
