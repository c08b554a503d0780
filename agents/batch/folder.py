"""A job on disk: its manifest, and part files to which one record is appended after another.

A record is written with one call and without a buffer, so that a process that is killed loses none of them; it is
forced to the disk within a second, which is what a power cut may cost. One process at a time works on a folder.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from agents.batch.manifest import Counts, Manifest
from agents.batch.records import Record, read_record
from city.errors import BadInput, Refused

MANIFEST, _LOCK = "manifest.json", "lock"
_SYNC_SECONDS = 1.0


class JobFolder:
    """An open job. ``answered`` and ``failed`` are the ids of items with a record; the last record of an id counts.

    Example::

        with JobFolder.open(Path("triage.job"), manifest) as job:
            job.keep(record, shard=0)
    """

    def __init__(self, path: Path, manifest: Manifest, lock: int):
        self.path, self.manifest = path, manifest
        self.answered: set[str] = set()
        self.failed: set[str] = set()
        self._lock = lock
        self._open: dict[int, int] = {}
        self._synced = time.monotonic()

    @classmethod
    def open(cls, path: Path, manifest: Manifest) -> JobFolder:
        """Begin the job in ``path``, or go on with it. Raises Refused where another process works on it, or where the
        folder holds another job or anything else.
        """
        there = read_manifest(path)
        if there is None and path.is_dir() and any(own.name != _LOCK for own in path.iterdir()):
            raise Refused(f"{str(path)!r} holds other files and no job: name an empty folder with --job.")
        if there is not None and (differences := there.differences(manifest)):
            raise Refused(
                f"{str(path)!r} holds a job with another state of {'; '.join(differences)}: name another folder with "
                "--job to begin anew, or go back to what the job was begun with."
            )
        path.mkdir(parents=True, exist_ok=True)
        job = cls(path, there or manifest, _locked(path))
        try:
            if there is None:
                job._write_manifest()
            job._read()
        except BaseException:
            job.close()
            raise
        return job

    def _read(self) -> None:
        """Cut off what a crash tore, and learn what is done."""
        for part in sorted(self.path.glob("part-*.jsonl")):
            with part.open("r+b") as file:
                whole = 0
                for line in file:
                    if line.endswith(b"\n"):
                        whole += len(line)
                        self._note(read_record(line))
                file.truncate(whole)

    def _note(self, record: Record | None) -> None:
        if record is None:
            return
        into, other = (self.answered, self.failed) if record.error is None else (self.failed, self.answered)
        into.add(record.custom_id)
        other.discard(record.custom_id)

    def keep(self, record: Record, shard: int) -> None:
        """Append a record."""
        if shard not in self._open:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._open[shard] = os.open(self._part(shard), flags, 0o600)
        line = record.line()
        written = os.write(self._open[shard], line)
        if written != len(line):  # a full disk: the next start cuts the torn line off
            raise OSError(None, "the disk is full", str(self._part(shard)))
        self._note(record)
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            self._sync()

    def _part(self, shard: int) -> Path:
        return self.path / f"part-{shard:05}.jsonl"

    def records(self, shard: int) -> dict[str, Record]:
        """The records of a shard by id."""
        try:
            lines = self._part(shard).read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return {}
        return {record.custom_id: record for record in _records(lines)}

    def is_wanted(self, custom_id: str, *, again: bool = False) -> bool:
        """Whether the item is still to be asked; with ``again`` also where it failed."""
        return custom_id not in self.answered and (again or custom_id not in self.failed)

    @property
    def counts(self) -> Counts:
        """How far it has come."""
        return Counts(items=self.manifest.counts.items, answered=len(self.answered), failed=len(self.failed))

    def _sync(self) -> None:
        """Force what was written to the disk; files that are complete are closed."""
        for file in self._open.values():
            os.fsync(file)
            os.close(file)
        self._open.clear()
        self._synced = time.monotonic()

    def _write_manifest(self) -> None:
        half = self.path / f"{MANIFEST}.part"
        with half.open("w", encoding="utf-8") as file:
            file.write(self.manifest.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        half.replace(self.path / MANIFEST)

    def close(self) -> None:
        """Note the counts and let others work on it."""
        self._sync()
        if self.manifest.counts != self.counts:
            self.manifest = self.manifest.model_copy(update={"counts": self.counts})
            self._write_manifest()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of a job's folder, None where there is none. Raises BadInput for one that cannot be read."""
    try:
        return Manifest.model_validate_json((path / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValidationError as error:
        raise BadInput(
            f"{str(path / MANIFEST)!r} is no job of this version: name another folder with --job."
        ) from error


def _records(lines: list[bytes]) -> Iterator[Record]:
    return (record for record in map(read_record, lines) if record is not None)


def _locked(path: Path) -> int:
    lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise Refused(f"Another process works on {str(path)!r}: wait for it, or stop it first.") from None
    return lock
